/* split:audit: what the audit of a split found, as a table and as a text. */
#include "bind.h"
#include "data/audit.h"

static void free_audit(void *audit) { recnn_audit_free(audit); }

static int audit_tostring(lua_State *l) {
  lua_getfield(l, 1, "text");
  return 1;
}

static void push_entry(lua_State *l, const RecnnAuditEntry *entry) {
  lua_createtable(l, 0, 6);
  lua_pushstring(l, entry->name);
  lua_setfield(l, -2, "name");
  lua_pushstring(l, entry->part);
  lua_setfield(l, -2, "part");
  lua_pushboolean(l, entry->is_leak);
  lua_setfield(l, -2, "leak");
  lua_pushinteger(l, entry->n);
  lua_setfield(l, -2, "count");
  lua_pushinteger(l, entry->of);
  lua_setfield(l, -2, "of");
  lua_pushstring(l, entry->text);
  lua_setfield(l, -2, "text");
}

/* split:audit ([model]) */
int recnn__lua_split_audit(lua_State *l) {
  RecnnSplit *split = recnn__lua_check_split(l, 1);
  const RecnnLuaModel *model = lua_isnoneornil(l, 2) ? NULL : recnn__lua_check_model(l, 2);
  RecnnLuaScope *scope = recnn__lua_scope(l, 2);
  RecnnAudit *audit = recnn__lua_own(scope, recnn_audit_new(split, &scope->error), free_audit);
  if (audit == NULL) {
    return recnn__lua_raise(l, scope);
  }
  char *leak = model != NULL && model->model != NULL ? recnn_model_leak(model->model) : NULL;
  if (leak != NULL) {
    recnn_audit_add(audit, "model", "", true, 1, 1, leak);
  }
  lua_createtable(l, audit->n, 2);
  for (int32_t i = 0; i < audit->n; i++) {
    push_entry(l, &audit->entries[i]);
    lua_rawseti(l, -2, i + 1);
  }
  lua_pushinteger(l, audit->n_leaks);
  lua_setfield(l, -2, "leaks");
  char *text = recnn__lua_own(scope, recnn_audit_text(audit), g_free);
  lua_pushstring(l, text);
  lua_setfield(l, -2, "text");
  if (luaL_newmetatable(l, "recnn.audit")) {
    lua_pushcfunction(l, audit_tostring);
    lua_setfield(l, -2, "__tostring");
  }
  lua_setmetatable(l, -2);
  return 1;
}

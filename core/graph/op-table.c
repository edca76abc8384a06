/* Ops by name: the built-in ones from the generated registry, and those that plugins bring. */
#include <string.h>

#include "base/error.h"
#include "graph/graph-private.h"

extern const RecnnOp *const recnn__op_table[];

static GMutex lock;
static GHashTable *entries; /* name -> OpEntry; entries are never removed */

static const uint32_t known_flags = RECNN_OP_STOCHASTIC | RECNN_OP_STRIDED | RECNN_OP_BETA |
                                    RECNN_OP_VIEW | RECNN_OP_ROWS_REST | RECNN_OP_ROWS_MASK;

static bool name_is_valid(const char *name) {
  if (name == NULL || !g_ascii_islower(name[0]))
    return false;
  for (const char *c = name; *c != '\0'; c++)
    if (!g_ascii_islower(*c) && !g_ascii_isdigit(*c) && *c != '_')
      return false;
  return true;
}

/* Checks all that can be wrong with a descriptor; a table of attributes is checked by making the
 * options out of it, which the caller gets. */
static bool check(const RecnnOp *op, const char *owner, RecnnOptions **ret_defaults,
                  GError **error) {
  const char *wrong = NULL;
  if (op == NULL)
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE, "%s: an op without a descriptor",
                           owner);
  if (op->struct_size < sizeof(RecnnOp))
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "%s: an op's struct_size is %zu, expected %zu", owner, op->struct_size,
                           sizeof(RecnnOp));
  if (!name_is_valid(op->name))
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE,
                           "%s: an op is named \"%s\", expected [a-z][a-z0-9_]*", owner,
                           op->name != NULL ? op->name : "(null)");
  if (op->shape == NULL || op->forward == NULL)
    wrong = "shape and forward are required";
  else if (op->min_inputs < 0 || (op->max_inputs >= 0 && op->max_inputs < op->min_inputs))
    wrong = "max_inputs is smaller than min_inputs";
  else if ((op->flags & RECNN_OP_VIEW) != 0 && (op->min_inputs != 1 || op->max_inputs != 1))
    wrong = "a view has exactly one input";
  else if ((op->flags & ~known_flags) != 0)
    wrong = "flags has bits that this recnn does not know";
  else if (g_hash_table_contains(entries, op->name))
    wrong = "the name is taken, expected one that no other op has";
  if (wrong != NULL)
    return recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE, "%s: op %s: %s", owner, op->name,
                           wrong);
  *ret_defaults = NULL;
  if (op->attrs == NULL)
    return true;
  char *who = g_strdup_printf("%s: op %s", owner, op->name);
  GError *why = NULL;
  *ret_defaults = recnn_options_new(op->attrs, who, &why);
  g_free(who);
  if (*ret_defaults != NULL)
    return true;
  recnn_error_set(error, RECNN_ERROR_PLUGIN_FEATURE, "%s", why->message);
  g_error_free(why);
  return false;
}

/* The lock is held. */
static bool add(const RecnnOp *op, const char *owner, GError **error) {
  RecnnOptions *checked;
  if (!check(op, owner, &checked, error))
    return false;
  recnn_options_free(checked);
  OpEntry *entry = g_new0(OpEntry, 1);
  entry->op = op;
  if (op->attrs != NULL) { /* once more, with the name that a caller's mistakes shall show */
    char *who = g_strdup_printf("op %s", op->name);
    entry->defaults = recnn_options_new(op->attrs, who, NULL);
    g_free(who);
    while (op->attrs[entry->n_attrs].name != NULL)
      entry->n_attrs++;
  }
  g_hash_table_insert(entries, (char *)op->name, entry);
  return true;
}

/* Takes the lock, with the built-in ops in the table. */
static void lock_table(void) {
  g_mutex_lock(&lock);
  if (entries != NULL)
    return;
  entries = g_hash_table_new(g_str_hash, g_str_equal);
  for (const RecnnOp *const *op = recnn__op_table; *op != NULL; op++) {
    GError *error = NULL;
    if (!add(*op, "recnn", &error))
      g_error("built-in op: %s", error->message); /* our own descriptor is wrong */
  }
}

bool recnn_op_check(const RecnnOp *op, const char *owner, GError **error) {
  RecnnOptions *defaults = NULL;
  lock_table();
  bool ok = check(op, owner, &defaults, error);
  g_mutex_unlock(&lock);
  recnn_options_free(defaults);
  return ok;
}

bool recnn_op_register(const RecnnOp *op, const char *owner, GError **error) {
  lock_table();
  bool ok = add(op, owner, error);
  g_mutex_unlock(&lock);
  return ok;
}

const OpEntry *recnn__op_entry(const char *name) {
  lock_table();
  const OpEntry *entry = g_hash_table_lookup(entries, name);
  g_mutex_unlock(&lock);
  return entry;
}

const OpEntry *recnn__op_entry_of(const RecnnOp *op) {
  const OpEntry *entry = recnn__op_entry(op->name);
  return entry != NULL && entry->op == op ? entry : NULL;
}

const RecnnOp *recnn_op_find(const char *name) {
  const OpEntry *entry = recnn__op_entry(name);
  return entry != NULL ? entry->op : NULL;
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **recnn_op_names(void) {
  lock_table();
  guint n = 0;
  const char **names = (const char **)g_hash_table_get_keys_as_array(entries, &n);
  g_mutex_unlock(&lock);
  qsort(names, n, sizeof *names, by_name);
  return names;
}

/* SQLite's values to fields.  Knows nothing of interactions. */
#include "data/sqlite-private.h"

#include <string.h>

#include <sqlite3.h>

#include "base/error.h"

enum { WAIT = 250 }; /* milliseconds for who has the file locked */

struct RecnnSqlite {
  char *path;
  sqlite3 *db;
};

struct RecnnSqliteRows {
  RecnnSqlite *db;
  sqlite3_stmt *statement;
  RecnnText *text;
  int32_t n;
  const char **names;
  RecnnField *fields;
  char (*numbers)[G_ASCII_DTOSTR_BUF_SIZE]; /* of each column */
  int64_t row;
};

static bool fail(const RecnnSqlite *db, const char *what, GError **error) {
  int code = sqlite3_errcode(db->db);
  const char *advice =
      code == SQLITE_BUSY || code == SQLITE_LOCKED      ? " (another program is writing to it)"
      : code == SQLITE_NOTADB || code == SQLITE_CORRUPT ? ": expected a whole SQLite 3 database"
                                                        : "";
  bool io = code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_CANTOPEN ||
            code == SQLITE_IOERR;
  return recnn_error_set(error, io ? RECNN_ERROR_IO : RECNN_ERROR_FORMAT, "%s: %s%s%s%s", db->path,
                         what, *what ? ": " : "", sqlite3_errmsg(db->db), advice);
}

RecnnSqlite *recnn__sqlite_open(const char *path, GError **error) {
  RecnnSqlite *db = g_new0(RecnnSqlite, 1);
  db->path = g_strdup(path);
  if (sqlite3_open_v2(path, &db->db, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK &&
      sqlite3_busy_timeout(db->db, WAIT) == SQLITE_OK &&
      /* A file may come from anybody: nothing in its schema is to be run but plain SQL. */
      sqlite3_db_config(db->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL) == SQLITE_OK &&
      sqlite3_exec(db->db, "SELECT count(*) FROM sqlite_master", NULL, NULL, NULL) == SQLITE_OK)
    return db;
  fail(db, "", error);
  recnn__sqlite_close(db);
  return NULL;
}

void recnn__sqlite_close(RecnnSqlite *db) {
  if (!db)
    return;
  sqlite3_close(db->db);
  g_free(db->path);
  g_free(db);
}

static GPtrArray *list_tables(RecnnSqlite *db) {
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v2(db->db,
                         "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name "
                         "NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
                         -1, &statement, NULL) == SQLITE_OK)
    while (sqlite3_step(statement) == SQLITE_ROW)
      g_ptr_array_add(names, g_strdup((const char *)sqlite3_column_text(statement, 0)));
  sqlite3_finalize(statement);
  g_ptr_array_add(names, NULL);
  return names;
}

char *recnn__sqlite_only_table(RecnnSqlite *db, GError **error) {
  g_autoptr(GPtrArray) names = list_tables(db);
  if (names->len == 2)
    return g_strdup(names->pdata[0]);
  g_autofree char *list = g_strjoinv(", ", (char **)names->pdata);
  recnn_error_set(error, RECNN_ERROR_OPTION,
                  "%s: %u tables%s%s; say which to read with the option table, or query", db->path,
                  names->len - 1, names->len > 1 ? ": " : "", list);
  return NULL;
}

static char *statement_of(RecnnSqlite *db, const char *table, GError **error) {
  g_autoptr(GPtrArray) names = list_tables(db);
  const char *const *known = (const char *const *)names->pdata;
  if (!g_strv_contains(known, table)) {
    g_autofree char *hint = recnn_suggest(table, known);
    recnn_error_set(error, RECNN_ERROR_OPTION, "%s: no table \"%s\"%s", db->path, table, hint);
    return NULL;
  }
  char *quoted = sqlite3_mprintf("SELECT * FROM \"%w\"", table);
  char *copy = g_strdup(quoted);
  sqlite3_free(quoted);
  return copy;
}

/* The statement must be one, and give rows. */
static bool prepare(RecnnSqliteRows *rows, const char *sql, const char *what, GError **error) {
  const char *tail = NULL;
  if (sqlite3_prepare_v2(rows->db->db, sql, -1, &rows->statement, &tail) != SQLITE_OK)
    return fail(rows->db, what, error);
  while (*tail && (g_ascii_isspace(*tail) || *tail == ';'))
    tail++;
  rows->n = rows->statement ? sqlite3_column_count(rows->statement) : 0;
  if (*tail || rows->n == 0 || !sqlite3_stmt_readonly(rows->statement))
    return recnn_error_set(error, RECNN_ERROR_OPTION, "%s: %s: expected one SELECT statement",
                           rows->db->path, what);
  rows->names = g_new0(const char *, (gsize)rows->n + 1);
  for (int32_t i = 0; i < rows->n; i++) {
    rows->names[i] = sqlite3_column_name(rows->statement, i);
    if (!rows->names[i])
      return recnn_error_set(error, RECNN_ERROR_MEMORY, "%s: no memory for its columns",
                             rows->db->path);
    if (!g_utf8_validate(rows->names[i], -1, NULL))
      return recnn_error_set(error, RECNN_ERROR_FORMAT,
                             "%s: %s: the name of column %d, \"%s\", is not UTF-8", rows->db->path,
                             what, (int)i + 1, rows->names[i]);
  }
  rows->fields = g_new0(RecnnField, (gsize)rows->n);
  rows->numbers = g_malloc0_n((gsize)rows->n, sizeof *rows->numbers);
  return true;
}

RecnnSqliteRows *recnn__sqlite_rows(RecnnSqlite *db, const char *table, const char *query,
                                    GError **error) {
  g_autofree char *sql = table ? statement_of(db, table, error) : g_strdup(query);
  if (!sql)
    return NULL;
  RecnnSqliteRows *rows = g_new0(RecnnSqliteRows, 1);
  rows->db = db;
  g_autofree char *what = table ? g_strdup_printf("table %s", table) : g_strdup("query");
  g_autofree char *path = g_strdup_printf("%s (%s)", db->path, what);
  rows->text = recnn_text_of_rows(path);
  if (prepare(rows, sql, what, error))
    return rows;
  recnn__sqlite_rows_free(rows);
  return NULL;
}

void recnn__sqlite_rows_free(RecnnSqliteRows *rows) {
  if (!rows)
    return;
  sqlite3_finalize(rows->statement);
  recnn_text_close(rows->text);
  g_free(rows->names);
  g_free(rows->fields);
  g_free(rows->numbers);
  g_free(rows);
}

const char *const *recnn__sqlite_names(const RecnnSqliteRows *rows, int32_t *ret_n) {
  *ret_n = rows->n;
  return rows->names;
}

const RecnnText *recnn__sqlite_text(const RecnnSqliteRows *rows) { return rows->text; }

static bool read_text(RecnnSqliteRows *rows, int32_t i, GError **error) {
  const char *text = (const char *)sqlite3_column_text(rows->statement, i);
  int n = sqlite3_column_bytes(rows->statement, i);
  if (!text)
    return recnn_error_set(error, RECNN_ERROR_MEMORY, "%s: no memory for a value", rows->db->path);
  rows->fields[i] = (RecnnField){text, (size_t)n};
  if (g_utf8_validate_len(text, (gsize)n, NULL))
    return true; /* which a NUL is not */
  rows->fields[i] = (RecnnField){"", 0};
  return recnn_text_fail(rows->text, i + 1, rows->names[i], NULL,
                         "text in UTF-8 without NUL bytes, got something else", error);
}

static bool read_value(RecnnSqliteRows *rows, int32_t i, GError **error) {
  switch (sqlite3_column_type(rows->statement, i)) {
  case SQLITE_NULL:
    rows->fields[i] = (RecnnField){"", 0};
    return true;
  case SQLITE_FLOAT: {
    double value = sqlite3_column_double(rows->statement, i);
    g_ascii_dtostr(rows->numbers[i], sizeof rows->numbers[i], value);
    rows->fields[i] = (RecnnField){rows->numbers[i], strlen(rows->numbers[i])};
    return true;
  }
  case SQLITE_BLOB:
    return recnn_text_fail(rows->text, i + 1, rows->names[i], NULL,
                           "text or a number, this is a blob", error);
  default:
    return read_text(rows, i, error);
  }
}

bool recnn__sqlite_next(RecnnSqliteRows *rows, const RecnnField **ret_fields, GError **error) {
  int result = sqlite3_step(rows->statement);
  if (result == SQLITE_DONE)
    return false;
  if (result != SQLITE_ROW)
    return fail(rows->db, "while reading", error);
  recnn_text_set_line(rows->text, ++rows->row);
  for (int32_t i = 0; i < rows->n; i++)
    if (!read_value(rows, i, error))
      return false;
  *ret_fields = rows->fields;
  return true;
}

/* SQLite databases: tables, views, queries, types of values, and what is wrong with them. */
#include <glib.h>
#include <sqlite3.h>

#include "unit/data/reader-test.h"

static sqlite3 *open_db(const Scratch *scratch, const char *name) {
  g_autofree char *path = scratch_path(scratch, name);
  sqlite3 *db = NULL;
  g_assert_cmpint(sqlite3_open(path, &db), ==, SQLITE_OK);
  return db;
}

static void run(sqlite3 *db, const char *sql) {
  char *problem = NULL;
  sqlite3_exec(db, sql, NULL, NULL, &problem);
  g_assert_cmpstr(problem, ==, NULL);
}

static void make(const Scratch *scratch, const char *name, const char *sql) {
  sqlite3 *db = open_db(scratch, name);
  run(db, sql);
  g_assert_cmpint(sqlite3_close(db), ==, SQLITE_OK);
}

static void test_tables(Scratch *scratch, gconstpointer data) {
  (void)data;
  make(scratch, "x.db",
       "CREATE TABLE ratings (user_id INTEGER, item TEXT, rating REAL, time INTEGER, note TEXT);"
       "INSERT INTO ratings VALUES (1, 'tea', 4.5, 881250949, 'a b'), (2, 'jam', 0.1, -3, NULL);");
  static const char two[] = "users: 1 2\nitems: tea jam\n1-tea*4.5@881250949 2-jam*0.100000001@-3";
  check_format_of(scratch, "x.db", "sqlite");
  check_read(scratch, "x.db", NULL, "", two);
  check_read(scratch, "x.db", NULL, "table=ratings", two);
  check_read(scratch, "x.db", NULL, "features=note;timestamp=-",
             "users: 1 2\nitems: tea jam\n1-tea*4.5{a b} 2-jam*0.100000001{} note:token");
  check_read(scratch, "x.db", NULL,
             "query=SELECT user_id, item, time / 2.0 AS time FROM ratings WHERE rating > 1;",
             "users: 1\nitems: tea\n1-tea@440625474.5");
  make(scratch, "x.db",
       "CREATE TABLE goods (id INTEGER, item TEXT, tags TEXT);"
       "INSERT INTO goods VALUES (7, 'jam', 'a|b'), (8, 'nut', NULL);"
       "CREATE TABLE people (user INTEGER PRIMARY KEY, age REAL); INSERT INTO people VALUES (1, 7);"
       "CREATE VIEW \"odd \"\"name\" AS SELECT item, user_id FROM ratings;");
  check_read(scratch, "x.db", NULL, "",
             "!DIR/x.db: 4 tables: goods, odd \"name, people, ratings; say which to read with the "
             "option table, or query");
  check_read(scratch, "x.db", NULL, "table=odd \"name", "users: 1 2\nitems: tea jam\n1-tea 2-jam");
  check_read(scratch, "x.db", NULL,
             "table=ratings;rating=-;timestamp=-;items=goods;item_features=tags:token_seq;"
             "users=people;user_features=age:float",
             "users: 1{7} 2{} age:float\nitems: tea{} jam{a+b} nut{} tags:token_seq\n1-tea 2-jam");
}

static void test_bad_input(Scratch *scratch, gconstpointer data) {
  (void)data;
  make(scratch, "x.db",
       "CREATE TABLE t (user, item, rating); INSERT INTO t VALUES ('a', 'x', 3), ('b', 'y', NULL);"
       "CREATE TABLE odd (user, item); INSERT INTO odd VALUES ('a', x'00ff');"
       "CREATE TABLE nul (user, item); INSERT INTO nul VALUES ('a', 'x' || char(0) || 'y');"
       "CREATE TABLE bytes (user, item); INSERT INTO bytes VALUES ('a', CAST(x'ff41' AS TEXT));"
       "CREATE TABLE none (user, item); CREATE TABLE other (wer, item);"
       "INSERT INTO other VALUES (1, 2);"
       "CREATE TABLE inf (user, item, rating); INSERT INTO inf VALUES (1, 2, 9e999);");
  static const struct {
    const char *options, *expected;
  } cases[] = {
      {"table=t", "!DIR/x.db (table t):2: column 3 (rating): \"\": expected a finite number"},
      {"table=odd", "!DIR/x.db (table odd):1: column 2 (item): missing: expected text or a number, "
                    "this is a blob"},
      {"table=nul", "!DIR/x.db (table nul):1: column 2 (item): missing: expected text in UTF-8 "
                    "without NUL bytes, got something else"},
      {"table=bytes", "!DIR/x.db (table bytes):1: column 2 (item): missing: expected text in UTF-8 "
                      "without NUL bytes, got something else"},
      {"table=none", "!DIR/x.db: no interactions, expected at least one"},
      {"table=inf",
       "!DIR/x.db (table inf):1: column 3 (rating): \"inf\": expected a finite number"},
      {"table=other", "!DIR/x.db (table other): no column for the user; found: \"wer\", \"item\"; "
                      "say which it is"},
      {"table=other;user=were", "!DIR/x.db (table other): no column \"were\" for the user (did you "
                                "mean wer?); known: wer, item"},
      {"table=tt", "!DIR/x.db: no table \"tt\"; known: bytes, inf, none, nul, odd, "
                   "other, t"},
      {"table=t;query=SELECT 1", "!options table and query exclude each other; set one of them"},
      {"query=SELECT x FROM t", "!DIR/x.db: query: no such column: x"},
      {"query=DELETE FROM t", "!DIR/x.db: query: expected one SELECT statement"},
      {"query=SELECT * FROM t WHERE 0", "!DIR/x.db: no interactions, expected at least one"},
      {"query=-- nothing", "!DIR/x.db: query: expected one SELECT statement"},
      {"table=t;rating=-;users=none;user_features=age",
       "!DIR/x.db (table none): no column \"age\" for the feature; known: user, item"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    check_read(scratch, "x.db", "sqlite", cases[i].options, cases[i].expected);
  check_read(scratch, "no.db", "sqlite", "", "!DIR/no.db: no such file or folder");
  scratch_text(scratch, "text.db", "no database at all, but long enough for its header\n");
  check_read(scratch, "text.db", "sqlite", "",
             "!DIR/text.db: file is not a database: expected a whole SQLite 3 database");
}

/* Cut off in the middle, or with a page of something else. */
static void test_corrupt(Scratch *scratch, gconstpointer data) {
  (void)data;
  make(
      scratch, "x.db",
      "CREATE TABLE t (user, item); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
      "WHERE i < 5000) INSERT INTO t SELECT i, 'an item with a name ' || i FROM n;");
  g_autofree char *path = scratch_path(scratch, "x.db");
  g_autofree char *bytes = NULL;
  gsize n;
  g_assert_true(g_file_get_contents(path, &bytes, &n, NULL));
  static const char broken[] = "!DIR/x.db: while reading: database disk image is malformed: "
                               "expected a whole SQLite 3 database";
  g_assert_true(g_file_set_contents(path, bytes, (gssize)n / 2, NULL));
  g_autofree char *cut = read_as_text(scratch, "x.db", "sqlite", "");
  g_assert_true(g_str_has_suffix(cut, "malformed: expected a whole SQLite 3 database"));
  memset(bytes + n / 2, 0x5a, 8192);
  g_assert_true(g_file_set_contents(path, bytes, (gssize)n, NULL));
  check_read(scratch, "x.db", "sqlite", "", broken);
}

/* A name that is no UTF-8, in the text of an error as it can be shown. */
static void test_name(Scratch *scratch, gconstpointer data) {
  (void)data;
  make(scratch, "x.db", "CREATE TABLE \"a\xff\" (user, item); CREATE TABLE b (user, item);");
  check_read(scratch, "x.db", "sqlite", "",
             "!DIR/x.db: 2 tables: a\xef\xbf\xbd, b; say which to read with the option table, or "
             "query");
  check_read(scratch, "x.db", "sqlite", "query=SELECT 1 AS user, 2 AS item, 3 AS \"\xff\"",
             "!DIR/x.db: query: the name of column 3, \"\xef\xbf\xbd\", is not UTF-8");
}

static void test_locked(Scratch *scratch, gconstpointer data) {
  (void)data;
  make(scratch, "x.db", "CREATE TABLE t (user, item); INSERT INTO t VALUES (1, 2);");
  sqlite3 *other = open_db(scratch, "x.db");
  run(other, "BEGIN EXCLUSIVE; INSERT INTO t VALUES (3, 4)");
  check_read(scratch, "x.db", "sqlite", "",
             "!DIR/x.db: database is locked (another program is writing to it)");
  run(other, "COMMIT");
  check_read(scratch, "x.db", "sqlite", "", "users: 1 3\nitems: 2 4\n1-2 3-4");
  g_assert_cmpint(sqlite3_close(other), ==, SQLITE_OK);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  SCRATCH_TEST("/data/sqlite/tables", test_tables);
  SCRATCH_TEST("/data/sqlite/bad-input", test_bad_input);
  SCRATCH_TEST("/data/sqlite/corrupt", test_corrupt);
  SCRATCH_TEST("/data/sqlite/name", test_name);
  SCRATCH_TEST("/data/sqlite/locked", test_locked);
  return g_test_run();
}

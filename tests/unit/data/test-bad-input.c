/* Data that is not as it should be gets an error with file, line, column, value and what was
 * expected.  Every text is checked to the last letter. */
#include <glib.h>

#include "data/dataset.h"
#include "data/format.h"
#include "unit/data/data-test.h"

static void check_format(const Scratch *scratch, const char *name, const char *format, int code,
                         const char *expected) {
  g_autofree char *path = scratch_path(scratch, name);
  GError *error = NULL;
  g_assert_null(recnn_dataset_read(path, format, &error));
  check_error_in(scratch->folder, &error, code, expected);
}

static void check(const Scratch *scratch, const char *name, const char *expected) {
  check_format(scratch, name, NULL, RECNN_ERROR_FORMAT, expected);
}

typedef struct Case {
  const char *content, *error;
} Case;

static void check_all(const Scratch *scratch, const char *name, const Case *cases, size_t n) {
  for (size_t i = 0; i < n; i++) {
    scratch_text(scratch, name, cases[i].content);
    check(scratch, name, cases[i].error);
  }
}

static void test_nothing_there(Scratch *scratch, gconstpointer data) {
  (void)data;
  check_format(scratch, "none", NULL, RECNN_ERROR_IO, "DIR/none: no such file or folder");
  check_format(scratch, "none/x.inter", "atomic", RECNN_ERROR_IO,
               "DIR/none/x.inter: no such file or folder");
}

/* What every format looks for. */
static char *looked_for(const char *begin) {
  g_autofree const char **names = recnn_format_names();
  GString *text = g_string_new(begin);
  for (const char **name = names; *name; name++)
    g_string_append_printf(text, "%s%s (%s)", name == names ? "; looked for " : ", or ",
                           recnn_format_find(*name)->looks_for, *name);
  return g_string_free(text, FALSE);
}

static void check_unknown(const Scratch *scratch, const char *name, const char *expected) {
  g_autofree char *text = looked_for(expected);
  check(scratch, name, text);
}

static void test_not_a_data_set(Scratch *scratch, gconstpointer data) {
  (void)data;
  check_unknown(scratch, ".", "DIR/.: no known data set in this folder");
  scratch_text(scratch, "notes.txt", "nothing of ours\n");
  check_unknown(scratch, "notes.txt", "DIR/notes.txt: a file of no known format");
  scratch_text(scratch, "empty.txt", "");
  check_unknown(scratch, "empty.txt", "DIR/empty.txt: a file of no known format");
  check_format(scratch, ".", "atomic", RECNN_ERROR_FORMAT, "DIR/.: no NAME.inter in this folder");
  check_format(scratch, ".", "movielens", RECNN_ERROR_IO,
               "cannot open DIR/./u.data: No such file or directory");
}

static void test_unknown_format(Scratch *scratch, gconstpointer data) {
  (void)data;
  g_autofree const char **names = recnn_format_names();
  g_autofree char *known = g_strjoinv(", ", (char **)names);
  g_autofree char *text =
      g_strdup_printf("unknown format \"atomik\" (did you mean atomic?); known: %s", known);
  check_format(scratch, ".", "atomik", RECNN_ERROR_NOT_FOUND, text);
  g_assert_true(g_strv_contains((const char *const *)names, "movielens"));
  g_assert_cmpstr(recnn_format_find("atomic")->name, ==, "atomic");
}

/* More than one answer: a folder of two formats, and one of two data sets. */
static void test_ambiguous(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "two/a.inter", "user_id:token\titem_id:token\nu\ti\n");
  scratch_text(scratch, "two/u.data", "1\t2\t3\t4\n");
  check(
      scratch, "two",
      "DIR/two: could be read as atomic (NAME.inter with a header of name:type fields) or as "
      "movielens (u.data with lines of user, item, rating and timestamp); say which format it is");
  GError *error = NULL;
  g_autofree char *path = scratch_path(scratch, "two");
  RecnnDataset *dataset = recnn_dataset_read(path, "movielens", &error);
  g_assert_no_error(error);
  g_assert_cmpstr(recnn_id_map_token(dataset->items, 0), ==, "2");
  recnn_dataset_unref(dataset);

  scratch_text(scratch, "sets/b.inter", "");
  scratch_text(scratch, "sets/a.inter", "");
  check(scratch, "sets",
        "DIR/sets: 2 .inter files in this folder (a.inter, b.inter) and no sets.inter; name the "
        "one to read");
  scratch_text(scratch, "sets/c.inter", "");
  check(scratch, "sets",
        "DIR/sets: 3 .inter files in this folder (a.inter, b.inter, ...) and no sets.inter; name "
        "the one to read");
}

static void test_header(Scratch *scratch, gconstpointer data) {
  (void)data;
#define TYPES "expected name:type, where the type is token, token_seq, float or float_seq"
  static const Case cases[] = {
      {"", "DIR/x.inter: the file is empty, expected a header of name:type fields"},
      {"\xef\xbb\xbf\r\n\n",
       "DIR/x.inter: the file is empty, expected a header of name:type fields"},
      {"user_id\titem_id\n", "DIR/x.inter:1: column 1: \"user_id\": " TYPES},
      {"\nuser_id:token\titem_id:int\n", "DIR/x.inter:2: column 2: \"item_id:int\": " TYPES},
      {"user_id:token\t:token\n", "DIR/x.inter:1: column 2: \":token\": " TYPES},
      {"user_id:token\ta\x01:token\n", "DIR/x.inter:1: column 2: \"a\\x01:token\": " TYPES},
      {"a:float\tb:float\tc:float\td:float\te:float\tf:float\tg:float\th:float\ti:float\tj:float\t"
       "k:float\tl:float\n",
       "DIR/x.inter:1: expected the columns user_id:token and item_id:token; found: a:float, "
       "b:float, c:float, d:float, e:float, f:float, g:float, h:float, i:float, j:float and 2 "
       "more"},
      {"user_id:token\t\n", "DIR/x.inter:1: column 2: \"\": " TYPES},
      {"196\t242\t3\t881250949\n", "DIR/x.inter:1: column 1: \"196\": " TYPES},
      {"user_id:token\titem_id:token\tuser_id:float\n",
       "DIR/x.inter:1: column 3 (user_id): \"user_id:float\": expected each name once, column 1 "
       "has "
       "this one too"},
      {"user_id:token\n", "DIR/x.inter:1: expected the columns user_id:token and item_id:token; "
                          "found: user_id:token"},
      {"user_id:token\titem_id:float\n",
       "DIR/x.inter:1: expected the columns user_id:token and item_id:token; found: user_id:token, "
       "item_id:float"},
      {"a:token\tb:token\tc:token\n",
       "DIR/x.inter:1: expected the columns user_id:token and item_id:token; found: a:token, "
       "b:token, c:token"},
      {"user_id:token,item_id:token\n",
       "DIR/x.inter:1: expected the columns user_id:token and item_id:token; found: "
       "user_id:token,item_id:token"},
      {"user_id:token\titem_id:token\trating:token\n",
       "DIR/x.inter:1: column 3: expected rating:float; found: user_id:token, item_id:token, "
       "rating:token"},
      {"timestamp:float_seq\tuser_id:token\titem_id:token\n",
       "DIR/x.inter:1: column 1: expected timestamp:float; found: timestamp:float_seq, "
       "user_id:token, item_id:token"},
  };
  check_all(scratch, "x.inter", cases, G_N_ELEMENTS(cases));

  GString *wide = g_string_new("a0:token");
  for (int i = 1; i <= 4096; i++)
    g_string_append_printf(wide, "\ta%d:token", i);
  scratch_text(scratch, "x.inter", wide->str);
  check(scratch, "x.inter", "DIR/x.inter:1: 4097 columns: expected at most 4096");
  g_string_assign(wide, "user_id:token\t");
  for (int i = 0; i < 101; i++)
    g_string_append_c(wide, 'n');
  g_string_append(wide, ":token");
  scratch_text(scratch, "x.inter", wide->str);
  check(scratch, "x.inter",
        "DIR/x.inter:1: column 2: \"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\"... (107 "
        "bytes): " TYPES);
  g_string_free(wide, TRUE);
}

#define HEADER "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"

static void test_rows(Scratch *scratch, gconstpointer data) {
  (void)data;
  static const Case cases[] = {
      {HEADER "u\ti\t3\t1\nu\tj\n",
       "DIR/x.inter:3: column 3 (rating): missing: expected a line of 4 "
       "fields, this one has 2"},
      {HEADER "u\ti\t3\t1\r\n\r\nu\r\n",
       "DIR/x.inter:4: column 2 (item_id): missing: expected a line of 4 fields, this one has 1"},
      {HEADER "u\ti\t3\t1\tx\ty\n",
       "DIR/x.inter:2: column 5: \"x\": expected a line of 4 fields, this one has 6"},
      {HEADER "u\ti\tfour\t1\n",
       "DIR/x.inter:2: column 3 (rating): \"four\": expected a finite number"},
      {HEADER "u\ti\t\t1\n", "DIR/x.inter:2: column 3 (rating): \"\": expected a finite number"},
      {HEADER "u\ti\t3\t1\nu\ti\tNaN\t1\n",
       "DIR/x.inter:3: column 3 (rating): \"NaN\": expected a finite number"},
      {HEADER "u\ti\t-inf\t1\n",
       "DIR/x.inter:2: column 3 (rating): \"-inf\": expected a finite number"},
      {HEADER "u\ti\t1e39\t1\n",
       "DIR/x.inter:2: column 3 (rating): \"1e39\": expected a number from -3.4e38 to 3.4e38"},
      {HEADER "u\ti\t3\t881250949000\n",
       "DIR/x.inter:2: column 4 (timestamp): \"881250949000\": expected a time in seconds, from "
       "-1e11 to 1e11 (are these milliseconds?)"},
      {HEADER "u\ti\t3\t1997-12-04\n",
       "DIR/x.inter:2: column 4 (timestamp): \"1997-12-04\": expected a time in seconds, a finite "
       "number"},
      {HEADER "\ti\t3\t1\n",
       "DIR/x.inter:2: column 1 (user_id): \"\": expected a token that is not empty"},
      {HEADER "u\t\t3\t1\n",
       "DIR/x.inter:2: column 2 (item_id): \"\": expected a token that is not empty"},
  };
  check_all(scratch, "x.inter", cases, G_N_ELEMENTS(cases));

  scratch_text(scratch, "x.inter", HEADER);
  check_format(scratch, "x.inter", NULL, RECNN_ERROR_DATA,
               "DIR/x.inter: no interactions, expected at least one");
}

static void test_bytes(Scratch *scratch, gconstpointer data) {
  (void)data;
  static const char nul[] = HEADER "u\ti\t3\t1\nu\tj\0k\t3\t1\n";
  g_free(scratch_write(scratch, "x.inter", nul, sizeof nul - 1));
  check(scratch, "x.inter",
        "DIR/x.inter:3: column 2: a NUL byte: expected text in UTF-8 or Latin-1");
  static const char utf16[] = "\xff\xfeu\0s\0e\0r\0";
  g_free(scratch_write(scratch, "x.inter", utf16, sizeof utf16 - 1));
  check(scratch, "x.inter", "DIR/x.inter: UTF-16 text: expected UTF-8 or Latin-1");

  /* 10 MB where a number should be: the line is read, and the value shown in short. */
  enum { LENGTH = 10 << 20 };
  GString *content = g_string_new(HEADER "u\ti\t");
  size_t at = content->len;
  g_string_set_size(content, at + LENGTH);
  memset(content->str + at, 'x', LENGTH);
  g_string_append(content, "\t1\n");
  scratch_text(scratch, "x.inter", content->str);
  check(scratch, "x.inter",
        "DIR/x.inter:2: column 3 (rating): \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"... "
        "(10485760 bytes): expected a finite number");
  memset(content->str + at, '7', LENGTH);
  scratch_text(scratch, "x.inter", content->str);
  check(scratch, "x.inter",
        "DIR/x.inter:2: column 3 (rating): \"7777777777777777777777777777777777777777\"... "
        "(10485760 bytes): expected a finite number");
  g_string_set_size(content, at + 2 * LENGTH);
  memset(content->str + at, '0', 2 * LENGTH);
  scratch_text(scratch, "x.inter", content->str);
  check(scratch, "x.inter",
        "DIR/x.inter:2: a line of more than 16777216 bytes: expected lines, each ended by LF");
  g_string_free(content, TRUE);
}

static void test_entities(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "s/s.inter", "user_id:token\titem_id:token\nu\ti\n");
  static const Case cases[] = {
      {"", "DIR/s/s.user: the file is empty, expected a header of name:type fields"},
      {"user_id:float\tage:float\n",
       "DIR/s/s.user:1: expected a column user_id:token; found: user_id:float, age:float"},
      {"age:float\tplace:float_seq\n",
       "DIR/s/s.user:1: expected a column user_id:token; found: age:float, place:float_seq"},
      {"user_id:token\tage:float\nu\t7\nv\told\n",
       "DIR/s/s.user:3: column 2 (age): \"old\": expected a finite number"},
      {"user_id:token\tplace:float_seq\nu\t7 x 8\n",
       "DIR/s/s.user:2: column 2 (place): \"x\": expected a finite number"},
      {"user_id:token\tage:float\nu\t7\nv\t7\nu\t8\n",
       "DIR/s/s.user:4: column 1 (user_id): \"u\": expected each one once, this one is on line 2 "
       "too"},
      {"user_id:token\tage:float\n\t7\n",
       "DIR/s/s.user:2: column 1 (user_id): \"\": expected a token that is not empty"},
      {"user_id:token\tage:float\nu\n",
       "DIR/s/s.user:2: column 2 (age): missing: expected a line of 2 fields, this one has 1"},
      {"user_id:token\tage:float\nu\t7\t8\n",
       "DIR/s/s.user:2: column 3: \"8\": expected a line of 2 fields, this one has 3"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    scratch_text(scratch, "s/s.user", cases[i].content);
    check(scratch, "s", cases[i].error);
  }
  scratch_text(scratch, "s/s.user", "user_id:token\n");
  scratch_text(scratch, "s/s.item", "item_id:token\tsize:float\ni\tbig\n");
  check(scratch, "s", "DIR/s/s.item:2: column 2 (size): \"big\": expected a finite number");
}

static void test_movielens(Scratch *scratch, gconstpointer data) {
  (void)data;
  static const Case cases[] = {
      {"1\t2\t3\t4\n1\t2\t3\n", "DIR/m/u.data:2: column 4 (timestamp): missing: expected a line of "
                                "4 fields, this one has 3"},
      {"1\t2\t3\t4\t5\n",
       "DIR/m/u.data:1: column 5: \"5\": expected a line of 4 fields, this one has 5"},
      {"1::2::3::4\n",
       "DIR/m/u.data:1: column 2 (item): missing: expected a line of 4 fields, this one has 1"},
      {"1\t2\tgood\t4\n", "DIR/m/u.data:1: column 3 (rating): \"good\": expected a finite number"},
      {"1\t2\t3\t1e12\n",
       "DIR/m/u.data:1: column 4 (timestamp): \"1e12\": expected a time in seconds, from -1e11 to "
       "1e11 (are these milliseconds?)"},
      {"\t2\t3\t4\n", "DIR/m/u.data:1: column 1 (user): \"\": expected a token that is not empty"},
      {"1\t\t3\t4\n", "DIR/m/u.data:1: column 2 (item): \"\": expected a token that is not empty"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    scratch_text(scratch, "m/u.data", cases[i].content);
    check(scratch, "m", cases[i].error);
  }
  scratch_text(scratch, "m/u.data", "");
  check_format(scratch, "m", NULL, RECNN_ERROR_DATA,
               "DIR/m/u.data: no interactions, expected at least one");

  scratch_text(scratch, "m/u.data", "1\t2\t3\t4\n");
  scratch_text(scratch, "m/u.user", "1|young|M|writer|12345\n");
  check(scratch, "m", "DIR/m/u.user:1: column 2 (age): \"young\": expected a finite number");
  scratch_text(scratch, "m/u.user", "1|24|M|writer\n");
  check(
      scratch, "m",
      "DIR/m/u.user:1: column 5 (zip_code): missing: expected a line of 5 fields, this one has 4");
  scratch_text(scratch, "m/u.user", "1|24|M|writer|1\n1|24|M|writer|1\n");
  check(
      scratch, "m",
      "DIR/m/u.user:2: column 1 (user): \"1\": expected each one once, this one is on line 1 too");
  scratch_text(scratch, "m/u.user", "1|24|M|writer|1\n");
  scratch_text(scratch, "m/u.item",
               "2|A (1995)|01-Jan-1995|||0|0|0|0|0|0|0|0|0|0|0|2|0|0|0|0|0|0|0\n");
  check(scratch, "m", "DIR/m/u.item:1: column 17 (Horror): \"2\": expected 0 or 1");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  SCRATCH_TEST("/data/bad-input/nothing-there", test_nothing_there);
  SCRATCH_TEST("/data/bad-input/not-a-data-set", test_not_a_data_set);
  SCRATCH_TEST("/data/bad-input/unknown-format", test_unknown_format);
  SCRATCH_TEST("/data/bad-input/ambiguous", test_ambiguous);
  SCRATCH_TEST("/data/bad-input/header", test_header);
  SCRATCH_TEST("/data/bad-input/rows", test_rows);
  SCRATCH_TEST("/data/bad-input/bytes", test_bytes);
  SCRATCH_TEST("/data/bad-input/entities", test_entities);
  SCRATCH_TEST("/data/bad-input/movielens", test_movielens);
  return g_test_run();
}

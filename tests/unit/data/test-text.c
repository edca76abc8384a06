/* Delimited text: lines, fields, encodings, numbers, and where an error says it is. */
#include <math.h>

#include <glib.h>

#include "base/memory.h"
#include "base/options.h"
#include "data/text.h"
#include "unit/data/data-test.h"

/* All fields of a file as "a|b;c|d"; an error follows as "!TEXT". */
static char *read_all(const Scratch *scratch, const void *bytes, size_t size) {
  g_autofree char *path = scratch_write(scratch, "t", bytes, size);
  GString *all = g_string_new(NULL);
  GError *error = NULL;
  RecnnText *text = recnn_text_open(path, '\t', &error);
  const RecnnField *fields;
  int32_t n;
  while (text && recnn_text_next(text, &fields, &n, &error)) {
    for (int32_t i = 0; i < n; i++) {
      g_string_append(all, i == 0 ? (all->len ? ";" : "") : "|");
      g_string_append_len(all, fields[i].text, (gssize)fields[i].length);
    }
  }
  if (error) {
    g_assert_true(g_error_matches(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_FORMAT));
    g_string_append_printf(all, "!%s", error->message + strlen(scratch->folder) + 1);
    g_clear_error(&error);
  }
  recnn_text_close(text);
  return g_string_free(all, FALSE);
}

static void test_lines(Scratch *scratch, gconstpointer data) {
  (void)data;
  static const struct {
    const char *bytes;
    size_t size;
    const char *fields;
  } cases[] = {
#define CASE(bytes, fields) {bytes, sizeof bytes - 1, fields}
      CASE("", ""),
      CASE("\n\n\r\n", ""),
      CASE("a\tb\nc\td\n", "a|b;c|d"),
      CASE("a\tb\nc\td", "a|b;c|d"),
      CASE("a\tb\r\nc\td\r\n", "a|b;c|d"),
      CASE("a\tb\r\n\r\n\nc\td\r", "a|b;c|d"),
      CASE("a\rb\r\r\n", "a\rb\r"), /* only the one before LF */
      CASE("\t\n", "|"),
      CASE("a\t\tb\t", "a||b|"),
      CASE(" a \t b ", " a | b "),
      CASE("\xef\xbb\xbf"
           "a\tb\n",
           "a|b"),
      CASE("\xef\xbb\xbf", ""),
      CASE("a\n\xef\xbb\xbf"
           "b\n",
           "a;\xef\xbb\xbf"
           "b"), /* only a file's first is a mark */
      CASE("caf\xc3\xa9\tx\n", "caf\xc3\xa9|x"),
      /* Latin-1, line by line. */
      CASE("caf\xe9\t\xc6on\n\xc3\xa9\n\xff\t\x80\n",
           "caf\xc3\xa9|\xc3\x86on;\xc3\xa9;\xc3\xbf|\xc2\x80"),
      CASE("a\tb\nc\td\0e\tf\n",
           "a|b!t:2: column 2: a NUL byte: expected text in UTF-8 or Latin-1"),
      CASE("\0", "!t:1: column 1: a NUL byte: expected text in UTF-8 or Latin-1"),
      CASE("12345678\t234\0"
           "678",
           "!t:1: column 2: a NUL byte: expected text in UTF-8 or Latin-1"),
      CASE("caf\xe9\t\0\n", "!t:1: column 2: a NUL byte: expected text in UTF-8 or Latin-1"),
      CASE("\xff\xfe"
           "a\0\n\0",
           "!t: UTF-16 text: expected UTF-8 or Latin-1"),
      CASE("\xfe\xff\0a\0\n", "!t: UTF-16 text: expected UTF-8 or Latin-1"),
#undef CASE
  };
  for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
    g_autofree char *fields = read_all(scratch, cases[c].bytes, cases[c].size);
    g_assert_cmpstr(fields, ==, cases[c].fields);
  }
}

/* A NUL, or a byte beyond ASCII, at every place of lines of every length: the check goes by words
 * of eight bytes. */
static void test_every_place(Scratch *scratch, gconstpointer data) {
  (void)data;
  for (size_t length = 1; length <= 20; length++) {
    for (size_t at = 0; at < length; at++) {
      char bytes[21];
      memset(bytes, 'x', sizeof bytes);
      bytes[at] = '\0';
      g_autofree char *refused = read_all(scratch, bytes, length);
      g_assert_cmpstr(refused, ==, "!t:1: column 1: a NUL byte: expected text in UTF-8 or Latin-1");
      bytes[at] = '\xe9';
      g_autofree char *converted = read_all(scratch, bytes, length);
      g_assert_cmpuint(strlen(converted), ==, length + 1);
      g_assert_true(memcmp(converted + at, "\xc3\xa9", 2) == 0);
    }
  }
}

static void test_long_lines(Scratch *scratch, gconstpointer data) {
  (void)data;
  size_t most = RECNN_TEXT_MAX_LINE;
  char *bytes = g_malloc(most + 8);
  memset(bytes, 'x', most + 8);
  bytes[0] = 'a';
  bytes[1] = '\n';
  bytes[10 << 20] = '\t';
  g_autofree char *ten = read_all(scratch, bytes, 11 << 20);
  g_assert_cmpuint(strlen(ten), ==, 11 << 20);
  g_assert_cmpint(ten[1], ==, ';');
  g_assert_cmpint(ten[10 << 20], ==, '|');

  g_autofree char *just = read_all(scratch, bytes, 2 + most);
  g_assert_cmpuint(strlen(just), ==, 2 + most);
  static const char text[] =
      "a!t:2: a line of more than 16777216 bytes: expected lines, each ended by LF";
  g_autofree char *refused = read_all(scratch, bytes, 2 + most + 1);
  g_assert_cmpstr(refused, ==, text);
  bytes[most + 2] = '\n';
  g_autofree char *ended = read_all(scratch, bytes, most + 4);
  g_assert_cmpuint(strlen(ended), ==, 2 + most + 2); /* the longest, a line's end, and "x" */
  g_free(bytes);
}

/* Fields of `bytes` in a form, as above. */
static char *read_form(const Scratch *scratch, RecnnTextForm form, const char *bytes) {
  scratch_text(scratch, "t", bytes);
  g_autofree char *path = scratch_path(scratch, "t");
  GString *all = g_string_new(NULL);
  GError *error = NULL;
  RecnnText *text = recnn_text_new(path, &form, &error);
  const RecnnField *fields;
  int32_t n;
  while (text && recnn_text_next(text, &fields, &n, &error)) {
    g_string_append_printf(all, "%s%d", all->len ? ";" : "", (int)recnn_text_line(text));
    for (int32_t i = 0; i < n; i++) {
      g_string_append_c(all, '|');
      g_string_append_len(all, fields[i].text, (gssize)fields[i].length);
    }
  }
  if (error)
    g_string_append_printf(all, "!%s", error->message + strlen(scratch->folder) + 1);
  g_clear_error(&error);
  recnn_text_close(text);
  return g_string_free(all, FALSE);
}

static void test_forms(Scratch *scratch, gconstpointer data) {
  (void)data;
  static const RecnnTextForm colons = {"::", false}, blanks = {" ", false}, csv = {",", true},
                             odd = {"::", true};
  static const struct {
    const RecnnTextForm *form;
    const char *bytes, *fields;
  } cases[] = {
      {&colons, "1::2::3\n", "1|1|2|3"},
      {&colons, "1:2::3:\n::\n:::\n", "1|1:2|3:;2||;3||:"},
      {&blanks, " 1 \t 2  3\t\n \t \n4", "1|1|2|3;3|4"},
      {&csv, "a,b\n\"a\",\"b\"\n", "1|a|b;2|a|b"},
      {&csv, "\"a,\"\"b\"\"\",\"\",\"\"\"\"\n", "1|a,\"b\"||\""},
      {&csv, "\"a\r\nb\",c\r\nd,\"\n\n\"\n\ne\n", "1|a\r\nb|c;3|d|\n\n;7|e"},
      {&csv, "x\n\"a\n\"\n\"b\n",
       "1|x;2|a\n!t:4: column 1: a quote that is not closed: expected one "
       "at the field's end"},
      {&csv, "\"a\"b,c\n",
       "!t:1: column 1: text behind a closing quote: expected a delimiter, or the "
       "quote doubled"},
      {&csv, "c,a\"b\",d\n",
       "!t:1: column 2: a quote inside of a field: expected the field in quotes "
       "and this one doubled"},
      {&odd, "\"a::b\"::c::\"d\"\n", "1|a::b|c|d"},
      {&odd, "\"a\":b\n",
       "!t:1: column 1: text behind a closing quote: expected a delimiter, or the "
       "quote doubled"},
  };
  for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
    g_autofree char *fields = read_form(scratch, *cases[c].form, cases[c].bytes);
    g_assert_cmpstr(fields, ==, cases[c].fields);
  }
}

/* Lines of all lengths, so that the pieces in which a file is read end at any place of a line. */
static void test_pieces(Scratch *scratch, gconstpointer data) {
  (void)data;
  GString *bytes = g_string_new(NULL);
  for (int i = 0; i < 60000; i++)
    g_string_append_printf(
        bytes, "%d\t\"%.*s\n\"\t%d\n", i, i % 97,
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
        i * 7);
  g_autofree char *path = scratch_write(scratch, "t", bytes->str, bytes->len);
  GError *error = NULL;
  RecnnText *text = recnn_text_new(path, &(RecnnTextForm){"\t", true}, &error);
  const RecnnField *fields;
  int32_t n, i = 0;
  for (; recnn_text_next(text, &fields, &n, &error); i++) {
    int64_t number;
    g_assert_cmpint(n, ==, 3);
    g_assert_cmpint(recnn_text_line(text), ==, 2 * i + 1);
    g_assert_true(recnn_parse_int(fields[0].text, fields[0].length, &number) && number == i);
    g_assert_cmpuint(fields[1].length, ==, i % 97 + 1);
    g_assert_true(recnn_parse_int(fields[2].text, fields[2].length, &number) && number == i * 7);
  }
  g_assert_no_error(error);
  g_assert_cmpint(i, ==, 60000);
  recnn_text_close(text);
  g_string_free(bytes, TRUE);
}

static RecnnText *open_text(const Scratch *scratch, const char *content,
                            const RecnnField **ret_fields, int32_t *ret_n) {
  GError *error = NULL;
  scratch_text(scratch, "t", content);
  g_autofree char *path = scratch_path(scratch, "t");
  RecnnText *text = recnn_text_open(path, '\t', &error);
  g_assert_no_error(error);
  g_assert_cmpint(recnn_text_line(text), ==, 0);
  g_assert_true(recnn_text_next(text, ret_fields, ret_n, &error));
  g_assert_no_error(error);
  return text;
}

static void test_floats(Scratch *scratch, gconstpointer data) {
  (void)data;
  static const struct {
    const char *text;
    float value;
  } good[] = {{"3", 3},
              {"-0", -0.0f},
              {"+2.5", 2.5f},
              {".5", 0.5f},
              {"5.", 5},
              {"1e3", 1000},
              {"0.1", 0.1f},
              {"16777217", 16777216},
              {"3.4028234e38", 3.4028234e38f},
              {"1e-50", 0},
              {"0.30000000000000000000000000000001", 0.3f}};
  static const char finite[] = "a finite number", range[] = "a number from -3.4e38 to 3.4e38";
  static const struct {
    const char *text, *expected;
  } bad[] = {{"", finite},      {"four", finite},  {"4 ", finite},       {" 4", finite},
             {"4,5", finite},   {"nan", finite},   {"NaN", finite},      {"-nan(1)", finite},
             {"inf", finite},   {"-INF", finite},  {"Infinity", finite}, {"0x1p3", finite},
             {"1e", finite},    {"1e999", finite}, {"--1", finite},      {"1_0", finite},
             {"3.5e38", range}, {"-1e39", range}};
  for (size_t i = 0; i < G_N_ELEMENTS(good) + G_N_ELEMENTS(bad); i++) {
    bool is_good = i < G_N_ELEMENTS(good);
    const char *value = is_good ? good[i].text : bad[i - G_N_ELEMENTS(good)].text;
    g_autofree char *content = g_strdup_printf("x\t%s", value);
    const RecnnField *fields;
    int32_t n;
    RecnnText *text = open_text(scratch, content, &fields, &n);
    GError *error = NULL;
    float parsed = 77;
    bool ok = recnn_text_float(text, 2, "rating", &fields[1], &parsed, &error);
    if (is_good) {
      g_assert_no_error(error);
      g_assert_true(ok && memcmp(&parsed, &good[i].value, sizeof parsed) == 0);
    } else {
      g_autofree char *expected = g_strdup_printf("DIR/t:1: column 2 (rating): \"%s\": expected %s",
                                                  value, bad[i - G_N_ELEMENTS(good)].expected);
      g_assert_false(ok);
      check_error_in(scratch->folder, &error, RECNN_ERROR_FORMAT, expected);
      g_assert_cmpfloat(parsed, ==, 77);
    }
    recnn_text_close(text);
  }
}

static void test_times(Scratch *scratch, gconstpointer data) {
  (void)data;
  const RecnnField *fields;
  int32_t n;
  RecnnText *text = open_text(scratch,
                              "881250949\t-1e11\t100000000000\t100000000000.5\t"
                              "881250949000\tnan\t1997-12-04\t881250949.25",
                              &fields, &n);
  g_assert_cmpint(n, ==, 8);
  GError *error = NULL;
  double time = 0;
  g_assert_true(recnn_text_time(text, 1, "t", &fields[0], &time, &error));
  g_assert_cmpfloat(time, ==, 881250949);
  g_assert_true(recnn_text_time(text, 2, "t", &fields[1], &time, &error));
  g_assert_cmpfloat(time, ==, -1e11);
  g_assert_true(recnn_text_time(text, 3, "t", &fields[2], &time, &error));
  g_assert_true(recnn_text_time(text, 8, "t", &fields[7], &time, &error));
  g_assert_cmpfloat(time, ==, 881250949.25);
  g_assert_no_error(error);
  g_assert_false(recnn_text_time(text, 4, "t", &fields[3], &time, &error));
  check_error_in(
      scratch->folder, &error, RECNN_ERROR_FORMAT,
      "DIR/t:1: column 4 (t): \"100000000000.5\": expected a time in seconds, from -1e11 "
      "to 1e11 (are these milliseconds?)");
  g_assert_false(recnn_text_time(text, 5, "t", &fields[4], &time, &error));
  g_clear_error(&error);
  for (int i = 5; i < 7; i++) {
    g_assert_false(recnn_text_time(text, i + 1, "t", &fields[i], &time, &error));
    g_autofree char *expected = g_strdup_printf(
        "DIR/t:1: column %d (t): \"%.*s\": expected a time in seconds, a finite number", i + 1,
        (int)fields[i].length, fields[i].text);
    check_error_in(scratch->folder, &error, RECNN_ERROR_FORMAT, expected);
  }
  recnn_text_close(text);
}

/* Values in errors: escaped, and cut between characters when they are long. */
static void test_values(Scratch *scratch, gconstpointer data) {
  (void)data;
  const RecnnField *fields;
  int32_t n;
  GString *content = g_string_new("a\"b\\c\x01\x7f\t");
  for (int i = 0; i < 39; i++)
    g_string_append_c(content, 'x');
  g_string_append(content, "\xc3\xa9\xc3\xa9\t");
  for (int i = 0; i < 40; i++)
    g_string_append_c(content, 'y');
  RecnnText *text = open_text(scratch, content->str, &fields, &n);
  g_string_free(content, TRUE);
  GError *error = NULL;
  g_assert_false(recnn_text_fail(text, 1, NULL, &fields[0], "this", &error));
  check_error_in(scratch->folder, &error, RECNN_ERROR_FORMAT,
                 "DIR/t:1: column 1: \"a\\\"b\\\\c\\x01\\x7f\": expected this");
  g_assert_false(recnn_text_fail(text, 2, "n", &fields[1], "that", &error));
  check_error_in(
      scratch->folder, &error, RECNN_ERROR_FORMAT,
      "DIR/t:1: column 2 (n): \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"... (43 bytes): "
      "expected that");
  g_assert_false(recnn_text_fail(text, 3, "n", &fields[2], "that", &error));
  check_error_in(
      scratch->folder, &error, RECNN_ERROR_FORMAT,
      "DIR/t:1: column 3 (n): \"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\": expected that");
  recnn_text_close(text);
}

static void test_open(Scratch *scratch, gconstpointer data) {
  (void)data;
  GError *error = NULL;
  g_autofree char *path = scratch_path(scratch, "none");
  g_assert_null(recnn_text_open(path, '\t', &error));
  check_error_in(scratch->folder, &error, RECNN_ERROR_IO,
                 "cannot open DIR/none: No such file or directory");
  recnn_text_close(NULL);
}

static void test_no_memory(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "t", "a\xe9\tb\n");
  g_autofree char *path = scratch_path(scratch, "t");
  int failures = 0;
  for (uint64_t n = 1;; n++) {
    GError *error = NULL;
    const RecnnField *fields;
    int32_t count;
    RecnnText *text = recnn_text_open(path, '\t', &error);
    recnn_memory_fail_after(n);
    bool ok = recnn_text_next(text, &fields, &count, &error);
    recnn_memory_fail_after(0);
    recnn_text_close(text);
    if (ok)
      break;
    g_assert_true(g_error_matches(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY));
    g_clear_error(&error);
    failures++;
  }
  g_assert_cmpint(failures, ==, 2);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  SCRATCH_TEST("/data/text/forms", test_forms);
  SCRATCH_TEST("/data/text/pieces", test_pieces);
  SCRATCH_TEST("/data/text/lines", test_lines);
  SCRATCH_TEST("/data/text/every-place", test_every_place);
  SCRATCH_TEST("/data/text/long-lines", test_long_lines);
  SCRATCH_TEST("/data/text/floats", test_floats);
  SCRATCH_TEST("/data/text/times", test_times);
  SCRATCH_TEST("/data/text/values", test_values);
  SCRATCH_TEST("/data/text/open", test_open);
  SCRATCH_TEST("/data/text/no-memory", test_no_memory);
  return g_test_run();
}

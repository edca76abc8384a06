/* Atomic files that are as they should be, read; and data sets written and read back. */
#include <math.h>

#include <glib.h>

#include "base/memory.h"
#include "data/dataset.h"
#include "data/feature.h"
#include "unit/data/data-dump.h"
#include "unit/data/data-test.h"

static RecnnDataset *read(const Scratch *scratch, const char *name) {
  g_autofree char *path = scratch_path(scratch, name);
  GError *error = NULL;
  RecnnDataset *dataset = recnn_dataset_read(path, NULL, &error);
  g_assert_no_error(error);
  g_assert_nonnull(dataset);
  return dataset;
}

static void check(const Scratch *scratch, const char *name, const char *expected) {
  RecnnDataset *dataset = read(scratch, name);
  g_autofree char *text = dump(dataset);
  g_assert_cmpstr(text, ==, expected);
  recnn_dataset_unref(dataset);
}

/* The usual form, and what is beside the interactions. */
static void test_all_files(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "shop/shop.inter",
               "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
               "ann\ttea\t5\t881250949\n"
               "bob\tjam\t2.5\t881250950.5\n"
               "ann\tjam\t-1e-1\t-7\n");
  scratch_text(scratch, "shop/shop.user",
               "user_id:token\tage:float\tgender:token\tlikes:token_seq\tplace:float_seq\n"
               "eve\t31\tF\ta  b\t1 2 3\n"
               "ann\t\t\t\t\n"
               "bob\t24.5\tM\tb\t-0.5\n");
  scratch_text(scratch, "shop/shop.item", "item_id:token\tname:token_seq\ntea\tgreen tea\n");
  const char *expected =
      "users: ann{,,,} bob{24.5,M,b,-0.5} eve{31,F,a+b,1+2+3} age:float gender:token "
      "likes:token_seq place:float_seq\n"
      "items: tea{green+tea} jam{} name:token_seq\n"
      "ann-tea*5@881250949 bob-jam*2.5@881250950.5 ann-jam*-0.100000001@-7";
  check(scratch, "shop", expected);
  check(scratch, "shop/", expected);
  check(scratch, "shop/shop.inter", expected);
  RecnnDataset *dataset = read(scratch, "shop");
  g_assert_cmpstr(dataset->name, ==, "shop");
  g_assert_true(g_str_has_suffix(dataset->source, "/shop/shop.inter"));
  recnn_dataset_unref(dataset);
}

/* Columns: in any order, only some of them, others as features, other names for the ids. */
static void test_columns(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "a.inter",
               "timestamp:float\tnote:token_seq\titem_id:token\tprice:float\tuser_id:token\n"
               "3\tx y\ttea\t1.5\tann\n4\t\ttea\t\tbob\n");
  check(scratch, "a.inter",
        "users: ann bob\nitems: tea\nann-tea@3{x+y,1.5} bob-tea@4{,} note:token_seq price:float");
  scratch_text(scratch, "b.inter", "item_id:token\tsession_id:token\nx\ts1\ny\ts1\n");
  check(scratch, "b.inter", "users: s1\nitems: x y\ns1-x s1-y");
  scratch_text(scratch, "c.inter", "visitor:token\tclicks:float\tpage:token\nv\t3\tp\n");
  check(scratch, "c.inter", "users: v\nitems: p\nv-p{3} clicks:float");
  /* The tables' ids: by the interactions' name, the usual one, or the first token. */
  scratch_text(scratch, "c.user", "age:float\tvisitor:token\n7\tv\n");
  scratch_text(scratch, "c.item", "size:float\tid:token\tkind:token\n7\tp\tk\n");
  check(scratch, "c.inter",
        "users: v{7} age:float\nitems: p{7,k} size:float kind:token\nv-p{3} clicks:float");
  scratch_text(scratch, "c.user", "other:token\tuser_id:token\nx\tv\n");
  g_autofree char *item = scratch_path(scratch, "c.item");
  g_assert_cmpint(g_remove(item), ==, 0);
  check(scratch, "c.inter", "users: v{x} other:token\nitems: p\nv-p{3} clicks:float");
  /* A colon in a name. */
  scratch_text(scratch, "d.inter", "user_id:token\titem_id:token\ta:b:float\nu\ti\t\n");
  check(scratch, "d.inter", "users: u\nitems: i\nu-i{} a:b:float");
}

/* What a click and a published split have: labels, parts, candidates. */
static void test_parts(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "p/p.train.inter",
               "user_id:token\titem_id:token\tlabel:float\nann\ttea\t1\nbob\tjam\t0\n");
  scratch_text(scratch, "p/p.test.inter",
               "label:float\tneg_items:token_seq\tuser_id:token\titem_id:token\n"
               "0\tjam tea jam\tbob\ttea\n1\t\tann\tnut\n");
  scratch_text(scratch, "p/p.item", "item_id:token\tkind:token\njam\tsweet\n");
  static const char expected[] = "users: ann bob\nitems: tea{} jam{sweet} nut{} kind:token\n"
                                 "ann-tea!1/0 bob-jam!0/0 bob-tea!0/2[jam,tea,jam] ann-nut!1/2";
  check(scratch, "p", expected);
  check(scratch, "p/p.train.inter", expected);
  check(scratch, "p/p.test.inter", expected);
  scratch_text(scratch, "p/p.valid.inter", "user_id:token\titem_id:token\tlabel:float\n");
  check(scratch, "p", expected);
  /* With a whole file beside them it is that, unless a part is named. */
  scratch_text(scratch, "p/p.inter", "user_id:token\titem_id:token\nann\ttea\n");
  check(scratch, "p", "users: ann\nitems: tea{} jam{sweet} kind:token\nann-tea");
  check(scratch, "p/p.train.inter", expected);
}

/* What was read in parts is written in parts, with all that a row has. */
static void test_write_parts(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "w/w.train.inter",
               "user_id:token\titem_id:token\trating:float\ttimestamp:float\tlabel:float\tday:token"
               "\tprice:float\ttags:token_seq\tv:float_seq\n"
               "ann\ttea\t0.1\t7.25\t1\tmo\t-0\ta b\t1 2.5\nbob\tjam\t3\t8\t0\t\t\t\t\n");
  scratch_text(scratch, "w/w.test.inter",
               "user_id:token\titem_id:token\trating:float\ttimestamp:float\tlabel:float\t"
               "neg_items:token_seq\nbob\ttea\t5\t9\t1\tjam jam\n");
  RecnnDataset *d = read(scratch, "w");
  GError *error = NULL;
  g_autofree char *out = scratch_path(scratch, "out");
  g_autofree char *before = dump(d);
  g_assert_cmpstr(before, ==,
                  "users: ann bob\nitems: tea jam\nann-tea*0.100000001@7.25!1/0{mo,-0,a+b,1+2.5} "
                  "bob-jam*3@8!0/0{,,,} bob-tea*5@9!1/2{,,,}[jam,jam] day:token price:float "
                  "tags:token_seq v:float_seq");
  g_assert_true(recnn_dataset_write_atomic(d, out, &error));
  g_assert_no_error(error);
  check(scratch, "out", before);
  g_autofree char *valid = g_build_filename(out, "w.valid.inter", NULL);
  g_assert_true(g_file_test(valid, G_FILE_TEST_EXISTS)); /* empty, and in no one's way */
  scratch_text(scratch, "out/w.inter", "");
  g_assert_false(recnn_dataset_write_atomic(d, out, &error));
  check_error_in(
      scratch->folder, &error, RECNN_ERROR_IO,
      "DIR/out/w.inter is there, and would be read in the place of the parts: expected a "
      "folder without it");
  RecnnFeatureColumn *day = d->interaction_features->pdata[0];
  g_free(day->name);
  day->name = g_strdup("label");
  g_autofree char *other = scratch_path(scratch, "other");
  g_assert_false(recnn_dataset_write_atomic(d, other, &error));
  check_error_in(scratch->folder, &error, RECNN_ERROR_DATA,
                 "DIR/other/w.train.inter: feature \"label\" of interactions has a name that means "
                 "something else, which an atomic file cannot hold");
  recnn_dataset_unref(d);
}

/* A header is enough, whatever the file is called. */
static void test_other_name(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "clicks.tsv", "user_id:token\titem_id:token\nu\ti\n");
  check(scratch, "clicks.tsv", "users: u\nitems: i\nu-i");
  scratch_text(scratch, "x/other.inter", "user_id:token\titem_id:token\nu\ti\n");
  check(scratch, "x", "users: u\nitems: i\nu-i"); /* the only one in the folder */
  scratch_text(scratch, "x/x.inter", "user_id:token\titem_id:token\nv\tj\n");
  check(scratch, "x", "users: v\nitems: j\nv-j"); /* the folder's own */
}

/* Line ends, a mark at the start, Latin-1, empty lines: read as if they were not there. */
static void test_encodings(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "w.inter",
               "\xef\xbb\xbfuser_id:token\titem_id:token\trating:float\r\n"
               "J\xf6rg\tcaf\xe9\t4\r\n\r\n"
               "J\xc3\xb6rg\tth\xc3\xa9\t5");
  check(scratch, "w.inter",
        "users: J\xc3\xb6rg\nitems: caf\xc3\xa9 th\xc3\xa9\n"
        "J\xc3\xb6rg-caf\xc3\xa9*4 J\xc3\xb6rg-th\xc3\xa9*5");
}

/* A field of 10 MB is a token like any other. */
static void test_long_token(Scratch *scratch, gconstpointer data) {
  (void)data;
  enum { LENGTH = 10 << 20 };
  GString *content = g_string_new("user_id:token\titem_id:token\nu\t");
  size_t at = content->len;
  g_string_set_size(content, at + LENGTH);
  memset(content->str + at, 'x', LENGTH);
  g_string_append(content, "\nu\ti\n");
  scratch_text(scratch, "l.inter", content->str);
  g_string_free(content, TRUE);
  RecnnDataset *dataset = read(scratch, "l.inter");
  g_assert_cmpint(dataset->n, ==, 2);
  g_assert_cmpuint(strlen(recnn_id_map_token(dataset->items, 0)), ==, LENGTH);
  recnn_dataset_unref(dataset);
}

static void add_feature(GPtrArray *features, RecnnFeatureBuilder *builder, int32_t n) {
  GError *error = NULL;
  RecnnFeatureColumn *column = recnn_feature_builder_finish(builder, n, &error);
  g_assert_no_error(error);
  g_ptr_array_add(features, column);
}

/* Numbers of every size, tokens with everything that is allowed. */
static RecnnDataset *varied(void) {
  static const float ratings[] = {0,          -0.0f,         1,      0.1f,     1 / 3.0f,
                                  1e-45f,     3.4028234e38f, -2.5f,  16777216, 1e15f,
                                  123456.79f, 1e-7f,         9.5e-3f};
  static const double times[] = {0,
                                 -0.0,
                                 881250949,
                                 0.1,
                                 1 / 3.0,
                                 5e-324,
                                 1e11,
                                 -1e11,
                                 881250949.123456,
                                 1e-7,
                                 123456789.000001,
                                 2,
                                 99999999999.99998};
  G_STATIC_ASSERT(G_N_ELEMENTS(ratings) == G_N_ELEMENTS(times));
  GError *error = NULL;
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("varied", "generated", true, true);
  for (size_t i = 0; i < G_N_ELEMENTS(ratings); i++) {
    g_autofree char *user =
        g_strdup_printf(i % 2 ? " user %d:x " : "J\xc3\xb6rg\"\\%d", (int)i / 3);
    g_autofree char *item = g_strdup_printf("%d", (int)(i * 7919) % 10);
    g_assert_true(recnn_dataset_builder_add(builder, user, strlen(user), item, strlen(item),
                                            ratings[i], times[i], &error));
  }
  RecnnDataset *d = recnn_dataset_builder_peek(builder);
  g_assert_cmpint(recnn_id_map_add(d->users, "silent", 6, &error), >=, 0);
  int32_t n_users = recnn_dataset_n_users(d);
  RecnnFeatureBuilder *age = recnn_feature_builder_new("age", RECNN_FEATURE_FLOAT);
  RecnnFeatureBuilder *words = recnn_feature_builder_new("some:words", RECNN_FEATURE_TOKEN_SEQ);
  RecnnFeatureBuilder *place = recnn_feature_builder_new("place", RECNN_FEATURE_FLOAT_SEQ);
  RecnnFeatureBuilder *name = recnn_feature_builder_new("name", RECNN_FEATURE_TOKEN);
  for (int32_t u = n_users - 1; u >= 0; u--) {
    bool ok = (u == 2 || recnn_feature_builder_float(age, u, ratings[u % 13] / 3, &error)) &&
              recnn_feature_builder_words(words, u, "b a c b", (size_t)(u % 8), &error) &&
              recnn_feature_builder_float(place, u, 0.5f, &error) &&
              recnn_feature_builder_float(place, u, -1e-3f, &error) &&
              recnn_feature_builder_token(name, u, "A b: c", (size_t)(1 + u % 6), &error);
    g_assert_true(ok);
  }
  add_feature(d->user_features, age, n_users);
  add_feature(d->user_features, words, n_users);
  add_feature(d->user_features, place, n_users);
  add_feature(d->user_features, name, n_users);
  d = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  return d;
}

static void check_columns(const GPtrArray *a, const GPtrArray *b) {
  g_assert_cmpuint(a->len, ==, b->len);
  for (guint f = 0; f < a->len; f++) {
    const RecnnFeatureColumn *x = a->pdata[f], *y = b->pdata[f];
    g_assert_cmpstr(x->name, ==, y->name);
    g_assert_cmpint(x->type, ==, y->type);
    size_t n = (size_t)x->n_entities + 1;
    g_assert_cmpmem(x->first, n * sizeof *x->first, y->first, n * sizeof *y->first);
    if (x->values)
      g_assert_cmpmem(x->values, (size_t)x->first[n - 1] * sizeof *x->values, y->values,
                      (size_t)y->first[n - 1] * sizeof *y->values);
  }
}

static void test_round_trip(Scratch *scratch, gconstpointer data) {
  (void)data;
  GError *error = NULL;
  RecnnDataset *d = varied();
  g_autofree char *folder = scratch_path(scratch, "new/varied");
  for (int turn = 0; turn < 2; turn++) { /* into a new folder, and over what is there */
    g_assert_true(recnn_dataset_write_atomic(d, folder, &error));
    g_assert_no_error(error);
  }
  RecnnDataset *back = read(scratch, "new/varied");
  g_autofree char *expected = dump(d), *text = dump(back);
  g_assert_cmpstr(text, ==, expected);
  g_assert_cmpstr(back->name, ==, "varied");
  size_t n = (size_t)d->n;
  g_assert_cmpint(back->n, ==, d->n);
  g_assert_cmpmem(back->user, n * 4, d->user, n * 4);
  g_assert_cmpmem(back->item, n * 4, d->item, n * 4);
  g_assert_cmpmem(back->rating, n * 4, d->rating, n * 4);
  g_assert_cmpmem(back->timestamp, n * 8, d->timestamp, n * 8);
  check_columns(back->user_features, d->user_features);
  check_columns(back->item_features, d->item_features);
  /* Written again, the same bytes. */
  g_autofree char *again = scratch_path(scratch, "again");
  g_assert_true(recnn_dataset_write_atomic(back, again, &error));
  static const char *const names[] = {"varied.inter", "varied.user", "varied.item"};
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *a = g_build_filename(folder, names[i], NULL);
    g_autofree char *b = g_build_filename(again, names[i], NULL);
    g_autofree char *a_bytes = NULL, *b_bytes = NULL;
    g_assert_true(g_file_get_contents(a, &a_bytes, NULL, &error));
    g_assert_true(g_file_get_contents(b, &b_bytes, NULL, &error));
    g_assert_cmpstr(a_bytes, ==, b_bytes);
  }
  recnn_dataset_unref(back);
  recnn_dataset_unref(d);
}

/* What is written, byte for byte: numbers are as short as they can be. */
static void test_written_text(Scratch *scratch, gconstpointer data) {
  (void)data;
  GError *error = NULL;
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("w", "generated", true, true);
  g_assert_true(recnn_dataset_builder_add(builder, "u", 1, "i", 1, 0.1f, 881250949, &error));
  g_assert_true(recnn_dataset_builder_add(builder, "u", 1, "j", 1, 4, 0.1, &error));
  g_assert_true(recnn_dataset_builder_add(builder, "v", 1, "j", 1, 3.4028235e38f, -1.5, &error));
  RecnnDataset *d = recnn_dataset_builder_finish(builder, &error);
  g_assert_true(recnn_dataset_write_atomic(d, scratch->folder, &error));
  recnn_dataset_unref(d);
  g_autofree char *path = scratch_path(scratch, "w.inter");
  g_autofree char *bytes = NULL;
  g_assert_true(g_file_get_contents(path, &bytes, NULL, &error));
  g_assert_cmpstr(bytes, ==,
                  "user_id:token\titem_id:token\trating:float\ttimestamp:float\n"
                  "u\ti\t0.1\t881250949\n"
                  "u\tj\t4\t0.1\n"
                  "v\tj\t3.4028235e+38\t-1.5\n");
}

static void check_unwritable(const Scratch *scratch, const char *user, const char *name,
                             const char *word, RecnnFeatureType type, const char *expected) {
  GError *error = NULL;
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("w", "generated", false, false);
  g_assert_true(recnn_dataset_builder_add(builder, user, strlen(user), "i", 1, 0, 0, &error));
  RecnnFeatureBuilder *feature = recnn_feature_builder_new(name, type);
  g_assert_true(recnn_feature_builder_token(feature, 0, word, strlen(word), &error));
  add_feature(recnn_dataset_builder_peek(builder)->user_features, feature, 1);
  RecnnDataset *d = recnn_dataset_builder_finish(builder, &error);
  g_assert_false(recnn_dataset_write_atomic(d, scratch->folder, &error));
  check_error_in(scratch->folder, &error, RECNN_ERROR_DATA, expected);
  recnn_dataset_unref(d);
  /* All or nothing: no file, whole or half. */
  g_autoptr(GDir) dir = g_dir_open(scratch->folder, 0, NULL);
  g_assert_null(g_dir_read_name(dir));
}

static void test_unwritable(Scratch *scratch, gconstpointer data) {
  (void)data;
  check_unwritable(scratch, "a\tb", "f", "w", RECNN_FEATURE_TOKEN,
                   "DIR/w.user: user \"a\\x09b\" has a tab or a line's end in it, which an atomic "
                   "file cannot hold");
  check_unwritable(scratch, "", "f", "w", RECNN_FEATURE_TOKEN,
                   "DIR/w.user: user \"\" is empty, which an atomic file cannot hold");
  check_unwritable(scratch, "a", "f", "x y", RECNN_FEATURE_TOKEN_SEQ,
                   "DIR/w.user: f \"x y\" has a space in it, which an atomic file cannot hold");
  check_unwritable(
      scratch, "a", "f", "x\r", RECNN_FEATURE_TOKEN,
      "DIR/w.user: f \"x\\x0d\" has a tab or a line's end in it, which an atomic file cannot hold");
  check_unwritable(scratch, "a", "user_id", "w", RECNN_FEATURE_TOKEN,
                   "DIR/w.user: feature \"user_id\" has the name of the ids, which an atomic file "
                   "cannot hold");
  check_unwritable(
      scratch, "a", "f\t", "w", RECNN_FEATURE_TOKEN,
      "DIR/w.user: feature \"f\\x09\" has a tab or a line's end in it, which an atomic "
      "file cannot hold");

  RecnnDataset *d = varied();
  GError *error = NULL;
  scratch_text(scratch, "file", "");
  g_autofree char *path = scratch_path(scratch, "file/sub");
  g_assert_false(recnn_dataset_write_atomic(d, path, &error));
  check_error_in(scratch->folder, &error, RECNN_ERROR_IO,
                 "cannot make the folder DIR/file/sub: Not a directory");
  recnn_dataset_unref(d);
}

static void test_no_memory(Scratch *scratch, gconstpointer data) {
  (void)data;
  RecnnDataset *d = varied();
  GError *error = NULL;
  g_assert_true(recnn_dataset_write_atomic(d, scratch->folder, &error));
  recnn_dataset_unref(d);
  g_autofree char *path = scratch_path(scratch, "varied.inter");
  int failures = 0;
  for (uint64_t n = 1;; n++) {
    recnn_memory_fail_after(n);
    d = recnn_dataset_read(path, NULL, &error);
    recnn_memory_fail_after(0);
    if (d)
      break;
    g_assert_true(g_error_matches(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY));
    g_clear_error(&error);
    failures++;
  }
  recnn_dataset_unref(d);
  g_assert_cmpint(failures, >, 20);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  SCRATCH_TEST("/data/atomic/write-parts", test_write_parts);
  SCRATCH_TEST("/data/atomic/parts", test_parts);
  SCRATCH_TEST("/data/atomic/all-files", test_all_files);
  SCRATCH_TEST("/data/atomic/columns", test_columns);
  SCRATCH_TEST("/data/atomic/other-name", test_other_name);
  SCRATCH_TEST("/data/atomic/encodings", test_encodings);
  SCRATCH_TEST("/data/atomic/long-token", test_long_token);
  SCRATCH_TEST("/data/atomic/round-trip", test_round_trip);
  SCRATCH_TEST("/data/atomic/written-text", test_written_text);
  SCRATCH_TEST("/data/atomic/unwritable", test_unwritable);
  SCRATCH_TEST("/data/atomic/no-memory", test_no_memory);
  return g_test_run();
}

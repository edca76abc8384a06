/* The smaller formats: plain tables, sequences, NCF's, libSVM's, ReChorus' and MovieLens 1M's
 * files, each with what it reads, what it is recognised by, and what is wrong with it. */
#include <glib.h>
#include <zlib.h>

#include "unit/data/reader-test.h"

static void test_plain(Scratch *scratch, gconstpointer data) {
  (void)data;
  static const ReaderCase cases[] = {
      {"a x 3\nb  y\t4 \n", "", "users: a b\nitems: x y\na-x*3 b-y*4"},
      {"a,x,3.5,100\n", "", "users: a\nitems: x\na-x*3.5@100"},
      {"a::x::3::7\n", "", "users: a\nitems: x\na-x*3@7"},
      {"a x\n", "", "users: a\nitems: x\na-x"},
      {"3 x a\n", "columns=rating,item,user", "users: a\nitems: x\na-x*3"},
      {"a q x 1\n", "columns=user,-,item,label", "users: a\nitems: x\na-x!1"},
      {"a x mo\n", "columns=user,item,day;features=day", "users: a\nitems: x\na-x{mo} day:token"},
      {"a/x\n", "delimiter=/", "users: a\nitems: x\na-x"},
      {"", "", "!DIR/x.txt: the file is empty, expected interactions"},
      {"a\n", "",
       "!DIR/x.txt:1: 1 columns: expected 2 to 4 (user, item, rating, timestamp), or the "
       "option columns, which names them"},
      {"a x 3\nb y\n", "",
       "!DIR/x.txt:2: column 3 (rating): missing: expected a line of 3 fields, this one has 2"},
      {"a x 3\n", "columns=user,item",
       "!DIR/x.txt:1: column 3: \"3\": expected a line of 2 fields, this one has 3"},
      {"a x 3\nb y z\n", "", "!DIR/x.txt:2: column 3 (rating): \"z\": expected a finite number"},
      {"a x 3\n", "columns=wer,item,rating",
       "!DIR/x.txt:1: no column for the user; found: \"wer\", \"item\", \"rating\"; say which it "
       "is"},
  };
  check_cases(scratch, "x.txt", "plain", cases, G_N_ELEMENTS(cases));
  scratch_text(scratch, "s/1.txt", "1 2 3.5\n1 3 4\n");
  scratch_text(scratch, "s/2.txt", "2 2 1\n");
  check_format_of(scratch, "s/1.txt", "plain");
  check_read(scratch, "s", "plain", "files=?.txt", "users: 1 2\nitems: 2 3\n1-2*3.5 1-3*4 2-2*1");
  check_read(scratch, "s", "plain", "",
             "!DIR/s: a folder: expected a file, or the options files or train, valid and test");
}

static void test_sequences(Scratch *scratch, gconstpointer data) {
  (void)data;
  static const ReaderCase cases[] = {
      {"a x y x\nb z\n", "", "users: a b\nitems: x y z\na-x a-y a-x b-z ordered"},
      {"x y\nz\n", "sessions=true", "users: 1 2\nitems: x y z\n1-x 1-y 2-z ordered"},
      {"a,x x,y\n", "delimiter=,", "users: a\nitems: x x y\na-x x a-y ordered"},
      {"", "", "!DIR/x.txt: no interactions, expected at least one"},
      {"a x\nb\n", "",
       "!DIR/x.txt:2: column 2 (item): missing: expected a user and at least one item"},
      {"a x\nb x\na y\n", "",
       "!DIR/x.txt:3: column 1 (user): \"a\": expected each user on one line, this one is on line "
       "1 "
       "of x.txt too (lines that begin with an item are read with sessions = true)"},
      {"a,x,,y\n", "delimiter=,",
       "!DIR/x.txt:1: column 3 (item): \"\": expected a token that is not empty"},
  };
  check_cases(scratch, "x.txt", "sequences", cases, G_N_ELEMENTS(cases));
  scratch_text(scratch, "train.txt", "1 2 3\n4 5\n");
  scratch_text(scratch, "test.txt", "2 5\n");
  check_format_of(scratch, "train.txt", "sequences");
  check_read(scratch, ".", "sequences", "sessions=true;train=train.txt;test=test.txt",
             "users: 1 2 3\nitems: 1 2 3 4 5\n1-1/0 1-2/0 1-3/0 2-4/0 2-5/0 3-2/2 3-5/2 ordered");
  /* One list of candidates for each user. */
  scratch_text(scratch, "c.txt", "4 2 3\n");
  check_read(scratch, "train.txt", NULL, "candidates=c.txt",
             "users: 1 4\nitems: 2 3 5\n1-2 1-3 4-5[2,3] ordered");
  scratch_text(scratch, "c.txt", "4 2 9\n");
  check_read(scratch, "train.txt", NULL, "candidates=c.txt",
             "!DIR/c.txt:1: candidate \"9\": expected an item of the data, one that an interaction "
             "or a table of items has");
  scratch_text(scratch, "c.txt", "4 2\n7 2\n");
  check_read(scratch, "train.txt", NULL, "candidates=c.txt",
             "!DIR/c.txt:2: column 1 (user): \"7\": expected a user of the data");
  scratch_text(scratch, "c.txt", "4 2\n4 3\n");
  check_read(scratch, "train.txt", NULL, "candidates=c.txt",
             "!DIR/c.txt:2: column 1 (user): \"4\": expected one list of candidates a user");
}

static void test_ncf(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "n/ml.train.rating", "0\t1\t5\t100\n1\t2\t3\t101\n");
  scratch_text(scratch, "n/ml.test.rating", "0\t2\t4\t102\n1\t3\t4\t103\n");
  static const char plain[] = "users: 0 1\nitems: 1 2 3\n0-1*5@100/0 1-2*3@101/0 0-2*4@102/2 "
                              "1-3*4@103/2";
  check_format_of(scratch, "n", "ncf");
  check_format_of(scratch, "n/ml.train.rating", "ncf");
  check_read(scratch, "n", NULL, "", plain);
  scratch_text(scratch, "n/ml.test.negative", "(0,2)\t3\t1\t\n(1,3)\t1\n");
  static const char lists[] = "users: 0 1\nitems: 1 2 3\n0-1*5@100/0 1-2*3@101/0 "
                              "0-2*4@102/2[3,1] 1-3*4@103/2[1]";
  check_read(scratch, "n", NULL, "", lists);
  check_read(scratch, "n/ml.train.rating", NULL, "", lists);
  static const ReaderCase bad[] = {
      {"(0,2)\t3\n", "",
       "!DIR/n/ml.test.negative: 1 lines: expected 2, as the file of ratings has"},
      {"(0,2)\t3\n(1,2)\t3\n", "",
       "!DIR/n/ml.test.negative:2: column 1 (pair): \"(1,2)\": expected (1,3), the interaction on "
       "this line of the file of ratings"},
      {"(0,2)\t3\n(1,3)\t1\n(1,3)\t1\n", "",
       "!DIR/n/ml.test.negative:3: column 1 (pair): \"(1,3)\": expected no more lines than the "
       "file "
       "of ratings has"},
      {"(0,2)\t3\n(1,3)\t7\n", "",
       "!DIR/n/ml.test.negative:2: candidate \"7\": expected an item of the data, one that an "
       "interaction or a table of items has"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
    scratch_text(scratch, "n/ml.test.negative", bad[i].content);
    check_read(scratch, "n", NULL, "", bad[i].expected);
  }
  scratch_text(scratch, "n/ml.train.rating", "0\t1\t5\t100\t9\n");
  check_read(
      scratch, "n", NULL, "",
      "!DIR/n/ml.train.rating:1: column 5: \"9\": expected a line of 4 fields, this one has 5");
  scratch_text(scratch, "n/ml.train.rating", "");
  check_read(scratch, "n", NULL, "",
             "!DIR/n/ml.train.rating: the file is empty, expected interactions");
}

static void test_libsvm(Scratch *scratch, gconstpointer data) {
  (void)data;
  static const ReaderCase cases[] = {
      {"1 4:1 7:1\n-1 4:1 8:1\n0 5:1 7:1\n", "", "users: 4 5\nitems: 7 8\n4-7!1 4-8!0 5-7!0"},
      {"1 4:1 7:1 9:1 11:0.5\n0 4:1 8:1 10:1 11:2\n", "",
       "users: 4\nitems: 7 8\n4-7!1{9,0.5} 4-8!0{10,2} field_3:token field_4:float"},
      {"3.5 9:1 4:1 7:1\n", "target=rating;user=2;item=3",
       "users: 4\nitems: 7\n4-7*3.5{9} field_1:token"},
      {"", "", "!DIR/x.libfm: the file is empty, expected interactions"},
      {"1 4:1\n", "", "!DIR/x.libfm:1: 1 pairs: expected 2, for the user and the item, to 4094"},
      {"1 4:1 7:1\n", "user=2", "!options user and item: both are 2, expected two different pairs"},
      {"2 4:1 7:1\n", "", "!DIR/x.libfm:1: column 1 (label): \"2\": expected 0 or 1"},
      {"good 4:1 7:1\n", "target=rating",
       "!DIR/x.libfm:1: column 1 (rating): \"good\": expected a finite number"},
      {"1 4:1 7\n", "",
       "!DIR/x.libfm:1: column 3 (item): \"7\": expected index:value, a whole number and a number"},
      {"1 4:1 7:x\n", "",
       "!DIR/x.libfm:1: column 3 (item): \"7:x\": expected index:value, a whole number and a "
       "number"},
      {"1 4:1 7:1\n1 4:1 7:2\n", "",
       "!DIR/x.libfm:2: column 3 (item): \"7:2\": expected the value 1, as on the first line"},
      {"1 4:1 7:1 9:0.5\n1 4:1 7:1 8:0.5\n", "",
       "!DIR/x.libfm:2: column 4 (field_3): \"8:0.5\": expected index 9, as on the first line"},
      {"1 4:1 7:1\n1 4:1\n", "",
       "!DIR/x.libfm:2: column 3 (item): missing: expected a line of 3 fields, this one has 2"},
      {"1 4:1 7:1\n1 4:1 7:1 8:1\n", "",
       "!DIR/x.libfm:2: column 4: \"8:1\": expected a line of 3 fields, this one has 4"},
  };
  check_cases(scratch, "x.libfm", "libsvm", cases, G_N_ELEMENTS(cases));
  scratch_text(scratch, "f/frappe.train.libfm", "1 4:1 7:1\n");
  scratch_text(scratch, "f/frappe.validation.libfm", "-1 4:1 8:1\n");
  check_format_of(scratch, "f", "libsvm");
  check_format_of(scratch, "f/frappe.validation.libfm", "libsvm");
  check_read(scratch, "f", NULL, "", "users: 4\nitems: 7 8\n4-7!1/0 4-8!0/1");
}

static void test_rechorus(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "r/train.csv",
               "user_id\titem_id\ttime\tc_day\tc_price_f\n1\t2\t7\tmo\t1.5\n1\t3\t8\ttu\t2\n");
  scratch_text(scratch, "r/dev.csv", "user_id\titem_id\ttime\tneg_items\n1\t4\t9\t[2, 3]\n");
  scratch_text(scratch, "r/item_meta.csv",
               "item_id,i_category,i_price_f,r_also,junk\n2,5,0.5,\"[3, 4]\",z\n");
  scratch_text(scratch, "r/user_meta.csv", "user_id\tu_age\n1\t30\n");
  check_format_of(scratch, "r", "rechorus");
  check_read(scratch, "r", NULL, "",
             "users: 1{30} u_age:token\nitems: 2{5,0.5,3+4} 3{,,} 4{,,} i_category:token "
             "i_price_f:float r_also:token_seq\n1-2@7/0{mo,1.5} 1-3@8/0{tu,2} 1-4@9/1{,}[2,3] "
             "c_day:token c_price_f:float");
  check_read(
      scratch, "r", NULL, "features=c_day",
      "!DIR/r/dev.csv:1: no column \"c_day\" for the feature; known: user_id, item_id, time, "
      "neg_items");
  scratch_text(scratch, "r/dev.csv", "user_id\titem_id\ttime\tneg_items\n1\t4\t9\t[2, 9]\n");
  check_read(scratch, "r", NULL, "",
             "!DIR/r/dev.csv:2: candidate \"9\": expected an item of the data, one that an "
             "interaction or a table of items has");
}

static void test_ratings_dat(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "m/ratings.dat", "1::10::5::978300760\n2::11::3.5::978300761\n");
  static const char plain[] = "users: 1 2\nitems: 10 11\n1-10*5@978300760 2-11*3.5@978300761";
  check_format_of(scratch, "m", "ratings_dat");
  check_format_of(scratch, "m/ratings.dat", "ratings_dat");
  check_read(scratch, "m", NULL, "", plain);
  scratch_text(scratch, "m/users.dat", "1::F::1::10::48067\n");
  scratch_text(scratch, "m/movies.dat",
               "10::Mis\xe9rables, Les (1995)::Drama|Musical\n12::Seven::\n");
  static const char all[] =
      "users: 1{F,1,10,48067} 2{,,,} gender:token age:token occupation:token zip_code:token\n"
      "items: 10{Mis\xc3\xa9rables,+Les,Drama+Musical,1995} 11{,,} 12{Seven,,} title:token_seq "
      "genres:token_seq year:token\n1-10*5@978300760 2-11*3.5@978300761";
  check_read(scratch, "m", NULL, "", all);
  check_read(scratch, "m/ratings.dat", NULL, "", all);
  scratch_text(scratch, "m/users.dat", "1::F::1::10\n");
  check_read(scratch, "m", NULL, "",
             "!DIR/m/users.dat:1: column 5 (zip_code): missing: expected a line of 5 fields, this "
             "one has 4");
  scratch_text(scratch, "m/ratings.dat", "1::10::5::978300760\n2::11::x::1\n");
  check_read(scratch, "m", NULL, "",
             "!DIR/m/ratings.dat:2: column 3 (rating): \"x\": expected a finite number");
  scratch_text(scratch, "m/ratings.dat", "1::10::5\n");
  check_read(scratch, "m", NULL, "",
             "!DIR/m/ratings.dat:1: column 4 (timestamp): missing: expected a line of 4 fields, "
             "this one has 3");
  check_read(scratch, ".", "ratings_dat", "", "!DIR/.: no ratings.dat in this folder");
}

static void write_gzip(const Scratch *scratch, const char *name, const char *content) {
  g_autofree char *path = scratch_path(scratch, name);
  g_autofree char *parent = g_path_get_dirname(path);
  g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
  gzFile file = gzopen(path, "wb");
  g_assert_nonnull(file);
  g_assert_cmpint(gzputs(file, content), >=, 0);
  g_assert_cmpint(gzclose(file), ==, Z_OK);
}

/* Any text format may be packed, and is recognised all the same. */
static void test_packed(Scratch *scratch, gconstpointer data) {
  (void)data;
  static const struct {
    const char *name, *path, *content, *format, *expected;
  } cases[] = {
      {"a/a.inter.gz", "a", "user_id:token\titem_id:token\nu\ti\n", "atomic",
       "users: u\nitems: i\nu-i"},
      {"b/b.train.inter.gz", "b", "user_id:token\titem_id:token\nu\ti\n", "atomic",
       "users: u\nitems: i\nu-i/0"},
      {"c/train.csv.gz", "c", "user,item\nu,i\n", "csv", "users: u\nitems: i\nu-i/0"},
      {"x.csv.gz", "x.csv.gz", "user,item\nu,i\n", "csv", "users: u\nitems: i\nu-i"},
      {"s.txt.gz", "s.txt.gz", "1 2 3\n2 3\n", "sequences",
       "users: 1 2\nitems: 2 3\n1-2 1-3 2-3 ordered"},
      {"t.txt.gz", "t.txt.gz", "1 2 3.5\n2 3 4\n", "plain",
       "users: 1 2\nitems: 2 3\n1-2*3.5 2-3*4"},
      {"n/m.train.rating.gz", "n", "1\t2\t3\n", "ncf", "users: 1\nitems: 2\n1-2*3/0"},
      {"d/ratings.dat.gz", "d", "1::2::3::4\n", "ratings_dat", "users: 1\nitems: 2\n1-2*3@4"},
      {"l/x.train.libfm.gz", "l", "1 2:1 3:1\n", "libsvm", "users: 2\nitems: 3\n2-3!1/0"},
      {"u.data.gz", "u.data.gz", "1\t2\t3\t4\n", "movielens", "users: 1\nitems: 2\n1-2*3@4"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    write_gzip(scratch, cases[i].name, cases[i].content);
    check_format_of(scratch, cases[i].path, cases[i].format);
    check_read(scratch, cases[i].path, NULL, "", cases[i].expected);
  }
  /* Cut off: the error names the file and the place. */
  write_gzip(scratch, "cut.csv.gz", "user,item\nu,i\n");
  g_autofree char *path = scratch_path(scratch, "cut.csv.gz");
  g_autofree char *bytes = NULL;
  gsize n;
  g_assert_true(g_file_get_contents(path, &bytes, &n, NULL));
  g_assert_true(g_file_set_contents(path, bytes, (gssize)n - 6, NULL));
  g_autofree char *expected =
      g_strdup_printf("!DIR/cut.csv.gz: byte %d of the gzip file: it ends too early, expected more "
                      "data",
                      (int)n - 6);
  check_read(scratch, "cut.csv.gz", "csv", "", expected);
}

/* Every format has its section in the documents, and every option its word there. */
static void test_documented(void) {
  g_autofree char *path = g_test_build_filename(G_TEST_DIST, "..", "docs", "DATA.md", NULL);
  g_autofree char *text = NULL;
  GError *error = NULL;
  g_file_get_contents(path, &text, NULL, &error);
  g_assert_no_error(error);
  g_autofree const char **names = recnn_format_names();
  for (const char **name = names; *name; name++) {
    const RecnnFormat *format = recnn_format_find(*name);
    g_autofree char *heading = g_strdup_printf("(`%s`)\n", *name);
    g_test_message("%s", heading);
    g_assert_nonnull(strstr(text, heading));
    for (const RecnnOption *o = format->options; o && o->name; o++) {
      g_autofree char *word = g_strdup_printf("`%s`", o->name);
      g_autofree char *set = g_strdup_printf("`%s = ", o->name);
      g_test_message("%s: %s", *name, o->name);
      g_assert_true(strstr(text, word) || strstr(text, set));
    }
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  SCRATCH_TEST("/data/readers/plain", test_plain);
  SCRATCH_TEST("/data/readers/sequences", test_sequences);
  SCRATCH_TEST("/data/readers/ncf", test_ncf);
  SCRATCH_TEST("/data/readers/libsvm", test_libsvm);
  SCRATCH_TEST("/data/readers/rechorus", test_rechorus);
  SCRATCH_TEST("/data/readers/ratings-dat", test_ratings_dat);
  SCRATCH_TEST("/data/readers/packed", test_packed);
  g_test_add_func("/data/readers/documented", test_documented);
  return g_test_run();
}

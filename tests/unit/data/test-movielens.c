/* The files of MovieLens 100K in their own form. */
#include <glib.h>

#include "data/dataset.h"
#include "data/feature.h"
#include "unit/data/data-dump.h"
#include "unit/data/data-test.h"

static void check(const Scratch *scratch, const char *name, const char *expected) {
  g_autofree char *path = scratch_path(scratch, name);
  GError *error = NULL;
  RecnnDataset *dataset = recnn_dataset_read(path, NULL, &error);
  g_assert_no_error(error);
  g_autofree char *text = dump(dataset);
  g_assert_cmpstr(text, ==, expected);
  recnn_dataset_unref(dataset);
}

static void test_ratings(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "ml/u.data",
               "196\t242\t3\t881250949\r\n186\t302\t3\t891717742\r\n"
               "196\t302\t4.5\t881250950\r\n");
  const char *expected = "users: 196 186\nitems: 242 302\n196-242*3@881250949 "
                         "186-302*3@891717742 196-302*4.5@881250950";
  check(scratch, "ml", expected);
  check(scratch, "ml/u.data", expected);
  /* A fold, which has another name. */
  scratch_text(scratch, "ml/u1.base", "1\t5\t4\t874965758\n");
  check(scratch, "ml/u1.base", "users: 1\nitems: 5\n1-5*4@874965758");
  g_autofree char *path = scratch_path(scratch, "ml");
  RecnnDataset *dataset = recnn_dataset_read(path, "movielens", NULL);
  g_assert_cmpstr(dataset->name, ==, "ml");
  recnn_dataset_unref(dataset);
}

static void test_features(Scratch *scratch, gconstpointer data) {
  (void)data;
  scratch_text(scratch, "ml/u.data", "2\t7\t3\t1\n1\t7\t3\t1\n");
  scratch_text(scratch, "ml/u.user", "1|24|M|technician|85711\n2||F|other|\n3|53|M|writer|T8H1N\n");
  scratch_text(scratch, "ml/u.item",
               "6|Mis\xe9rables, Les (1995)|01-Jan-1995||http://x/(1995)|"
               "0|0|0|0|0|0|0|0|1|0|0|0|1|0|0|0|0|0|0\n"
               "7|unknown||||1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n"
               "8|2001 (x)|1968|||0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|1|0|0|0\n"
               "9|(1999)|4-Feb-199x|||0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|1\n");
  check(scratch, "ml",
        "users: 2{,F,other,} 1{24,M,technician,85711} 3{53,M,writer,T8H1N} age:float gender:token "
        "occupation:token zip_code:token\n"
        "items: 7{unknown,,unknown} 6{Mis\xc3\xa9rables,+Les,1995,Drama+Musical} "
        "8{2001+(x),1968,Sci-Fi} 9{(1999),,Western} title:token_seq year:token genres:token_seq\n"
        "2-7*3@1 1-7*3@1");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  SCRATCH_TEST("/data/movielens/ratings", test_ratings);
  SCRATCH_TEST("/data/movielens/features", test_features);
  return g_test_run();
}

/* What the tests of this room share: a model over generated data, and a folder for bundles. */
#ifndef RECNN_TESTS_SERVE_TEST_H
#define RECNN_TESTS_SERVE_TEST_H

#include <string.h>

#include <glib.h>
#include <glib/gstdio.h>

#include "base/error.h"
#include "data/synthetic.h"
#include "eval/recommend.h"
#include "plugin/plugin.h"
#include "serve/bundle.h"

typedef struct Made {
  RecnnDataset *dataset;
  RecnnSplit *split;
  RecnnModel *model;
} Made;

/* A model with the weights of `seed`: untrained, but no two items alike.  `inputs` as NAME=VALUE.
 */
static inline Made make(const char *name, uint64_t seed, const char *inputs) {
  GError *error = NULL;
  Made made = {NULL, NULL, NULL};
  RecnnOptions *options = recnn_options_new(recnn_synthetic_options(), "synthetic", &error);
  g_assert_no_error(error);
  recnn_options_set_text(options, "users", "60", &error);
  recnn_options_set_text(options, "items", "45", &error);
  g_assert_no_error(error);
  made.dataset = recnn_synthetic_new(options, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  made.split = recnn_split_new(made.dataset, NULL, &error);
  g_assert_no_error(error);
  const RecnnModelClass *model_class = recnn_model_class_find(name, &error);
  g_assert_no_error(error);
  RecnnOptions *how = recnn_options_new(recnn_inputs_options(), "inputs", &error);
  if (inputs != NULL) {
    char **pair = g_strsplit(inputs, "=", 2);
    recnn_options_set_text(how, pair[0], pair[1], &error);
    g_strfreev(pair);
  }
  g_assert_no_error(error);
  RecnnOptions *small = recnn_options_new(model_class->options, name, &error);
  g_assert_no_error(error);
  (void)recnn_options_set_text(small, "embedding_dim", "8", NULL); /* where there is one */
  (void)recnn_options_set_text(small, "hidden_dim", "8", NULL);
  made.model = recnn_model_new_for(model_class, small, made.dataset, how, seed, &error);
  g_assert_no_error(error);
  recnn_options_free(how);
  recnn_options_free(small);
  return made;
}

static inline void unmake(Made *made) {
  recnn_model_free(made->model);
  recnn_split_unref(made->split);
  recnn_dataset_unref(made->dataset);
}

/* The best items of a user of the data, seen ones among them. */
static inline void best(RecnnModel *model, const RecnnSplit *split, int64_t user, int64_t items[5],
                        float scores[5]) {
  GError *error = NULL;
  RecnnRanker *ranker = recnn_ranker_new(model, 0, &error);
  g_assert_no_error(error);
  recnn_ranker_set_history(ranker, split, RECNN_TEST, &error);
  g_assert_no_error(error);
  RecnnWish wish = {.subject = {.user = user}, .k = 5};
  int64_t n = recnn_recommend(ranker, &wish, items, scores, &error);
  g_assert_no_error(error);
  g_assert_cmpint(n, ==, 5);
  recnn_ranker_free(ranker);
}

static inline void remove_tree(const char *path) {
  GDir *dir = g_dir_open(path, 0, NULL);
  for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
    char *inner = g_build_filename(path, name, NULL);
    remove_tree(inner);
    g_free(inner);
  }
  if (dir != NULL)
    g_dir_close(dir);
  g_remove(path);
}

#endif

/* A data set of clicks that is small enough to be looked through: three users, four items, six
 * rows, features of all of them, and gaps.
 *
 *   row  user item label part   day   hour      user age job      item genres year
 *    0   u0   a    1     train  mon   1         u0   20  cook     a    x y    1990
 *    1   u0   b    0     train  tue   2         u1   40  judge    b    y      1990
 *    2   u1   a    0     train  mon   3         u2   -   -        c    -      2000
 *    3   u1   c    1     train  -     4                           d    x z    -
 *    4   u2   d    1     valid  wed   -
 *    5   u2   b    0     test   mon   6                                                        */
#ifndef RECNN_TESTS_CLICK_DATA_H
#define RECNN_TESTS_CLICK_DATA_H

#include <string.h>

#include <glib.h>

#include "data/dataset.h"
#include "data/feature.h"

/* "cook|judge|": a value an entity, separated by bars. */
static inline void click_add_feature(GPtrArray *features, const char *name, RecnnFeatureType type,
                                     const char *values) {
  GError *error = NULL;
  RecnnFeatureBuilder *builder = recnn_feature_builder_new(name, type);
  char **list = g_strsplit(values, "|", -1);
  for (int32_t e = 0; list[e]; e++) {
    if (!*list[e])
      continue;
    if (type == RECNN_FEATURE_FLOAT)
      recnn_feature_builder_float(builder, e, (float)g_ascii_strtod(list[e], NULL), &error);
    else
      recnn_feature_builder_words(builder, e, list[e], strlen(list[e]), &error);
    g_assert_no_error(error);
  }
  g_ptr_array_add(features,
                  recnn_feature_builder_finish(builder, (int32_t)g_strv_length(list), &error));
  g_assert_no_error(error);
  g_strfreev(list);
}

static inline RecnnDataset *click_data(bool of_interactions) {
  static const char *const users[] = {"u0", "u0", "u1", "u1", "u2", "u2"};
  static const char *const items = "abacdb";
  GError *error = NULL;
  RecnnDatasetBuilder *builder = recnn_dataset_builder_new("clicks", "DIR/clicks", false, false);
  for (int r = 0; r < 6; r++) {
    recnn_dataset_builder_set_part(builder, r < 4 ? RECNN_TRAIN : r < 5 ? RECNN_VALID : RECNN_TEST);
    recnn_dataset_builder_set_label(builder, r == 0 || r == 3 || r == 4 ? 1.0f : 0.0f);
    recnn_dataset_builder_add(builder, users[r], 2, items + r, 1, 0.0f, 0.0, &error);
    g_assert_no_error(error);
  }
  RecnnDataset *d = recnn_dataset_builder_peek(builder);
  click_add_feature(d->user_features, "age", RECNN_FEATURE_FLOAT, "20|40|");
  click_add_feature(d->user_features, "job", RECNN_FEATURE_TOKEN, "cook|judge|");
  click_add_feature(d->item_features, "genres", RECNN_FEATURE_TOKEN_SEQ, "x y|y||x z");
  click_add_feature(d->item_features, "year", RECNN_FEATURE_TOKEN, "1990|1990|2000|");
  if (of_interactions) {
    click_add_feature(d->interaction_features, "day", RECNN_FEATURE_TOKEN, "mon|tue|mon||wed|mon");
    click_add_feature(d->interaction_features, "hour", RECNN_FEATURE_FLOAT, "1|2|3|4||6");
  }
  d = recnn_dataset_builder_finish(builder, &error);
  g_assert_no_error(error);
  return d;
}

#endif

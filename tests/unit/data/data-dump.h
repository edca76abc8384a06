/* A data set as text, so that a test can say what it expects in one string. */
#ifndef RECNN_TESTS_UNIT_DATA_DATA_DUMP_H
#define RECNN_TESTS_UNIT_DATA_DATA_DUMP_H

#include <glib.h>

#include "data/dataset.h"
#include "data/feature.h"

static inline void dump_features(GString *text, const char *side, const RecnnIdMap *entities,
                                 const GPtrArray *features) {
  g_string_append_printf(text, "%s:", side);
  for (int32_t e = 0; e < recnn_id_map_size(entities); e++) {
    g_string_append_printf(text, " %s", recnn_id_map_token(entities, e));
    for (guint f = 0; f < features->len; f++) {
      const RecnnFeatureColumn *column = features->pdata[f];
      g_assert_cmpint(column->n_entities, ==, recnn_id_map_size(entities));
      g_string_append_c(text, f == 0 ? '{' : ',');
      for (int64_t i = column->first[e]; i < column->first[e + 1]; i++) {
        g_string_append(text, i > column->first[e] ? "+" : "");
        if (column->tokens)
          g_string_append(text, recnn_id_map_token(column->tokens, column->ids[i]));
        else
          g_string_append_printf(text, "%.9g", (double)column->values[i]);
      }
      g_string_append(text, f + 1 == features->len ? "}" : "");
    }
  }
  for (guint f = 0; f < features->len; f++) {
    const RecnnFeatureColumn *column = features->pdata[f];
    g_string_append_printf(text, " %s:%s", column->name, recnn_feature_type_name(column->type));
  }
  g_string_append_c(text, '\n');
}

/* "users: ann{24,M} bob{,F} age:float gender:token\nitems: ...\nann-tea*5@100 ...\n" */
static inline char *dump(const RecnnDataset *d) {
  GString *text = g_string_new(NULL);
  dump_features(text, "users", d->users, d->user_features);
  dump_features(text, "items", d->items, d->item_features);
  for (int64_t r = 0; r < d->n; r++) {
    g_string_append_printf(text, "%s%s-%s", r ? " " : "", recnn_id_map_token(d->users, d->user[r]),
                           recnn_id_map_token(d->items, d->item[r]));
    if (d->rating)
      g_string_append_printf(text, "*%.9g", (double)d->rating[r]);
    if (d->timestamp)
      g_string_append_printf(text, "@%.17g", d->timestamp[r]);
  }
  return g_string_free(text, FALSE);
}

#endif

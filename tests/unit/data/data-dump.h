/* A data set as text, so that a test can say what it expects in one string. */
#ifndef RECNN_TESTS_UNIT_DATA_DATA_DUMP_H
#define RECNN_TESTS_UNIT_DATA_DATA_DUMP_H

#include <glib.h>

#include "data/dataset.h"
#include "data/feature.h"

/* "{24,M}" */
static inline void dump_values(GString *text, const GPtrArray *features, int64_t e) {
  for (guint f = 0; f < features->len; f++) {
    const RecnnFeatureColumn *column = features->pdata[f];
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

static inline void dump_names(GString *text, const GPtrArray *features) {
  for (guint f = 0; f < features->len; f++) {
    const RecnnFeatureColumn *column = features->pdata[f];
    g_string_append_printf(text, " %s:%s", column->name, recnn_feature_type_name(column->type));
  }
}

static inline void dump_features(GString *text, const char *side, const RecnnIdMap *entities,
                                 const GPtrArray *features) {
  g_string_append_printf(text, "%s:", side);
  for (guint f = 0; f < features->len; f++)
    g_assert_cmpint(((const RecnnFeatureColumn *)features->pdata[f])->n_entities, ==,
                    recnn_id_map_size(entities));
  for (int32_t e = 0; e < recnn_id_map_size(entities); e++) {
    g_string_append_printf(text, " %s", recnn_id_map_token(entities, e));
    dump_values(text, features, e);
  }
  dump_names(text, features);
  g_string_append_c(text, '\n');
}

/* "[jam,tea]" */
static inline void dump_candidates(GString *text, const RecnnDataset *d, int64_t r) {
  int64_t n;
  const int32_t *items = d->candidates ? recnn_candidates_get(d->candidates, r, &n) : NULL;
  for (int64_t i = 0; items && i < n; i++)
    g_string_append_printf(text, "%c%s", i ? ',' : '[', recnn_id_map_token(d->items, items[i]));
  g_string_append(text, items ? "]" : "");
}

/* "users: ann{24,M} bob{,F} age:float gender:token\nitems: ...\nann-tea*5@100 ...\n";
 * a row may go on with its label "!1", its part "/2", its features "{x}" and its candidates
 * "[jam]". */
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
    if (d->label)
      g_string_append_printf(text, "!%g", (double)d->label[r]);
    if (d->given_part)
      g_string_append_printf(text, "/%d", d->given_part[r]);
    dump_values(text, d->interaction_features, r);
    dump_candidates(text, d, r);
  }
  dump_names(text, d->interaction_features);
  if (d->ordered)
    g_string_append(text, " ordered");
  return g_string_free(text, FALSE);
}

#endif

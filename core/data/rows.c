/* Rows to a data set, checked field by field.  Knows no file format. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "data/feature.h"
#include "data/rows-private.h"

struct RecnnRows {
  char *name, *source;
  double time_unit;
  RecnnDatasetBuilder *builder; /* since the first file */
  RecnnDataset *dataset;        /* the builder's */
  RecnnColumns columns;
  const RecnnText *text;
  bool has_rating, has_timestamp, has_label, has_part;
  char *first_path;    /* of the first file */
  GPtrArray *features; /* RecnnFeatureBuilder, of all files */
  GPtrArray *names;    /* their names */
  GArray *types;       /* RecnnFeatureType */
  int32_t *slots;      /* the builder of each of columns.features */
  RecnnCandidatesBuilder *candidates;
};

static void free_feature(gpointer builder) { recnn_feature_builder_free(builder); }

RecnnRows *recnn__rows_new(const char *name, const char *source, double time_unit) {
  RecnnRows *rows = g_new0(RecnnRows, 1);
  rows->name = g_strdup(name);
  rows->source = g_strdup(source);
  rows->time_unit = time_unit;
  rows->columns = RECNN_NO_COLUMNS;
  rows->features = g_ptr_array_new_with_free_func(free_feature);
  rows->names = g_ptr_array_new_with_free_func(g_free);
  rows->types = g_array_new(FALSE, FALSE, sizeof(RecnnFeatureType));
  return rows;
}

void recnn__rows_free(RecnnRows *rows) {
  if (!rows)
    return;
  recnn_dataset_builder_free(rows->builder);
  recnn__columns_clear(&rows->columns);
  recnn_candidates_builder_free(rows->candidates);
  g_ptr_array_unref(rows->features);
  g_ptr_array_unref(rows->names);
  g_array_unref(rows->types);
  g_free(rows->slots);
  g_free(rows->first_path);
  g_free(rows->name);
  g_free(rows->source);
  g_free(rows);
}

RecnnDataset *recnn__rows_peek(RecnnRows *rows) { return rows->dataset; }

static bool check_same(const RecnnRows *rows, bool had, int32_t column, const char *what,
                       GError **error) {
  if (had == (column >= 0))
    return true;
  return recnn_error_set(error, RECNN_ERROR_FORMAT,
                         "%s:%" G_GINT64_FORMAT ": %s column of %ss: expected %s, as %s has %s",
                         recnn_text_path(rows->text), recnn_text_line(rows->text), had ? "no" : "a",
                         what, had ? "one" : "none", rows->first_path, had ? "one" : "none");
}

static void begin_first(RecnnRows *rows, int part) {
  const RecnnColumns *c = &rows->columns;
  rows->has_rating = c->rating >= 0;
  rows->has_timestamp = c->timestamp >= 0;
  rows->has_label = c->label >= 0;
  rows->has_part = part >= 0;
  rows->first_path = g_strdup(recnn_text_path(rows->text));
  rows->builder =
      recnn_dataset_builder_new(rows->name, rows->source, rows->has_rating, rows->has_timestamp);
  rows->dataset = recnn_dataset_builder_peek(rows->builder);
}

/* The builder of a feature: one for all files that have it. */
static bool find_slot(RecnnRows *rows, const RecnnFeatureSpec *spec, int32_t *ret_slot,
                      GError **error) {
  for (guint i = 0; i < rows->names->len; i++) {
    if (strcmp(rows->names->pdata[i], spec->name) != 0)
      continue;
    *ret_slot = (int32_t)i;
    RecnnFeatureType type = g_array_index(rows->types, RecnnFeatureType, i);
    return type == spec->type ||
           recnn_error_set(error, RECNN_ERROR_FORMAT,
                           "%s:%" G_GINT64_FORMAT
                           ": column %d (%s): type %s: expected %s, as %s has it",
                           recnn_text_path(rows->text), recnn_text_line(rows->text),
                           spec->column + 1, spec->name, recnn_feature_type_name(spec->type),
                           recnn_feature_type_name(type), rows->first_path);
  }
  g_ptr_array_add(rows->features, recnn_feature_builder_new(spec->name, spec->type));
  g_ptr_array_add(rows->names, g_strdup(spec->name));
  g_array_append_val(rows->types, spec->type);
  *ret_slot = (int32_t)rows->names->len - 1;
  return true;
}

bool recnn__rows_begin(RecnnRows *rows, const RecnnText *text, RecnnColumns *columns, int part,
                       GError **error) {
  recnn__columns_clear(&rows->columns);
  rows->columns = *columns;
  *columns = RECNN_NO_COLUMNS;
  rows->text = text;
  const RecnnColumns *c = &rows->columns;
  if (!rows->builder)
    begin_first(rows, part);
  if (!check_same(rows, rows->has_rating, c->rating, "rating", error) ||
      !check_same(rows, rows->has_timestamp, c->timestamp, "timestamp", error) ||
      !check_same(rows, rows->has_label, c->label, "label", error))
    return false;
  if (rows->has_part)
    recnn_dataset_builder_set_part(rows->builder, part);
  if (c->candidates >= 0 && !rows->candidates)
    rows->candidates = recnn_candidates_builder_new();
  guint n = c->features ? c->features->len : 0;
  g_free(rows->slots);
  rows->slots = g_new0(int32_t, n + 1);
  for (guint i = 0; i < n; i++)
    if (!find_slot(rows, &g_array_index(c->features, RecnnFeatureSpec, i), &rows->slots[i], error))
      return false;
  return true;
}

static bool add_candidate(void *data, const char *word, size_t length, GError **error) {
  return recnn_candidates_builder_add(data, word, length, error);
}

static bool add_candidates(RecnnRows *rows, const RecnnField *field, GError **error) {
  if (field->length == 0)
    return true;
  int32_t list = recnn_candidates_builder_begin(rows->candidates, recnn_text_path(rows->text),
                                                recnn_text_line(rows->text), error);
  return list >= 0 &&
         recnn__list_each(field, rows->columns.words, add_candidate, rows->candidates, error) &&
         recnn_candidates_builder_assign(rows->candidates, rows->dataset->n - 1, list, error);
}

static bool add_features(RecnnRows *rows, const RecnnField *fields, GError **error) {
  const RecnnColumns *c = &rows->columns;
  if (rows->dataset->n > INT32_MAX)
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "%s:%" G_GINT64_FORMAT ": more than %d interactions with features",
                           recnn_text_path(rows->text), recnn_text_line(rows->text), INT32_MAX);
  int32_t row = (int32_t)(rows->dataset->n - 1);
  for (guint i = 0; i < c->features->len; i++) {
    const RecnnFeatureSpec *spec = &g_array_index(c->features, RecnnFeatureSpec, i);
    if (!recnn__feature_add(rows->features->pdata[rows->slots[i]], spec->type, c->words, row,
                            rows->text, spec->column + 1, spec->name, &fields[spec->column], error))
      return false;
  }
  return true;
}

static bool read_label(RecnnRows *rows, const RecnnField *fields, GError **error) {
  const RecnnColumns *c = &rows->columns;
  const RecnnField *field = &fields[c->label];
  double label;
  if (!recnn_parse_double(field->text, field->length, &label) || (label != 0 && label != 1))
    return recnn_text_fail(rows->text, c->label + 1, c->names[c->label], field, "0 or 1", error);
  recnn_dataset_builder_set_label(rows->builder, (float)label);
  return true;
}

/* Times in other units than seconds are made seconds before they are checked. */
static bool read_time(const RecnnRows *rows, const RecnnField *fields, double *ret_time,
                      GError **error) {
  const RecnnColumns *c = &rows->columns;
  const RecnnField *field = &fields[c->timestamp];
  const char *name = c->names[c->timestamp];
  if (rows->time_unit == 1)
    return recnn_text_time(rows->text, c->timestamp + 1, name, field, ret_time, error);
  double time;
  if (!recnn_parse_double(field->text, field->length, &time) ||
      !(fabs(time * rows->time_unit) <= 1e11))
    return recnn_text_fail(rows->text, c->timestamp + 1, name, field,
                           "a time in the unit of time_unit, from -1e11 to 1e11 seconds", error);
  *ret_time = time * rows->time_unit;
  return true;
}

bool recnn__rows_add(RecnnRows *rows, const RecnnField *fields, GError **error) {
  const RecnnColumns *c = &rows->columns;
  const RecnnField *user = &fields[c->user], *item = &fields[c->item];
  float rating = 0;
  double time = 0;
  return recnn_text_token(rows->text, c->user + 1, c->names[c->user], user, error) &&
         recnn_text_token(rows->text, c->item + 1, c->names[c->item], item, error) &&
         (c->rating < 0 || recnn_text_float(rows->text, c->rating + 1, c->names[c->rating],
                                            &fields[c->rating], &rating, error)) &&
         (c->timestamp < 0 || read_time(rows, fields, &time, error)) &&
         (c->label < 0 || read_label(rows, fields, error)) &&
         recnn_dataset_builder_add(rows->builder, user->text, user->length, item->text,
                                   item->length, rating, time, error) &&
         (c->candidates < 0 || add_candidates(rows, &fields[c->candidates], error)) &&
         (!c->features || c->features->len == 0 || add_features(rows, fields, error));
}

bool recnn__rows_add_all(RecnnRows *rows, RecnnText *text, GError **error) {
  const RecnnField *fields;
  int32_t n;
  GError *problem = NULL;
  while (recnn_text_next(text, &fields, &n, &problem) &&
         recnn_text_count(text, fields, n, (const char *const *)rows->columns.names,
                          rows->columns.n, &problem) &&
         recnn__rows_add(rows, fields, &problem))
    continue;
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

static bool finish_features(RecnnRows *rows, GError **error) {
  RecnnDataset *d = rows->dataset;
  while (rows->features->len > 0) {
    RecnnFeatureBuilder *builder = g_ptr_array_steal_index(rows->features, 0);
    RecnnFeatureColumn *column = recnn_feature_builder_finish(builder, (int32_t)d->n, error);
    if (!column)
      return false;
    g_ptr_array_add(d->interaction_features, column);
  }
  return true;
}

RecnnDataset *recnn__rows_finish(RecnnRows *rows, GError **error) {
  RecnnDataset *d = rows->dataset;
  RecnnDataset *finished = NULL;
  bool ok = finish_features(rows, error);
  if (ok && rows->candidates) {
    d->candidates =
        recnn_candidates_builder_finish(g_steal_pointer(&rows->candidates), d->n, d->items, error);
    ok = d->candidates != NULL;
  }
  if (ok)
    finished = recnn_dataset_builder_finish(g_steal_pointer(&rows->builder), error);
  recnn__rows_free(rows);
  return finished;
}

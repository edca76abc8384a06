/* A plugin's format at work: what the service recnn.dataset/1 does, with the builders that the
 * built-in formats use.  The first failure is kept, and ends the reading. */
#include "data/foreign-private.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "data/dataset-service.h"
#include "data/feature.h"
#include "data/sources.h"
#include "data/text.h"

enum { OF_USER, OF_ITEM, OF_INTERACTION, N_OWNERS };

typedef struct Open {
  RecnnText *text;
  const RecnnField *fields; /* of the last line */
  int32_t n;
} Open;

typedef struct Feature {
  RecnnFeatureBuilder *builder;
  char *name;
  int32_t of;
  int32_t type;
  GByteArray *has; /* which entities have a value; of a feature that is no list */
} Feature;

struct RecnnReading {
  const char *path;
  RecnnDatasetBuilder *builder;
  uint32_t columns;
  GArray *texts;    /* Open */
  GArray *features; /* Feature */
  GError *error;
};

static Open *find_open(const RecnnReading *reading, const RecnnText *text) {
  for (guint i = 0; text && i < reading->texts->len; i++)
    if (g_array_index(reading->texts, Open, i).text == text)
      return &g_array_index(reading->texts, Open, i);
  return NULL;
}

/* Puts the place before the failure that there is now.  Returns false. */
static bool place(RecnnReading *reading, const RecnnText *text) {
  g_autofree char *where = text ? recnn_text_place(text) : g_strdup(reading->path);
  g_prefix_error(&reading->error, "%s: ", where);
  return false;
}

static bool refuse(RecnnReading *reading, const RecnnText *text, const char *problem) {
  if (!reading->error) {
    recnn_error_set(&reading->error, RECNN_ERROR_FORMAT, "%s", problem);
    place(reading, text);
  }
  return false;
}

RecnnText *recnn__dataset_open(RecnnReading *reading, const char *path, const char *delimiter,
                               uint32_t flags) {
  if ((flags & ~RECNN_TEXT_QUOTES) != 0)
    refuse(reading, NULL, "open() got flags that this recnn does not know");
  if (reading->error)
    return NULL;
  const RecnnTextForm form = {delimiter ? delimiter : "",
                              delimiter && (flags & RECNN_TEXT_QUOTES) != 0};
  Open opened = {recnn_text_new(path, &form, &reading->error), NULL, 0};
  if (opened.text)
    g_array_append_val(reading->texts, opened);
  return opened.text;
}

bool recnn__dataset_next(RecnnReading *reading, RecnnText *text, const RecnnField **ret_fields,
                         int32_t *ret_n) {
  Open *open = find_open(reading, text);
  if (!open || reading->error || !recnn_text_next(text, &open->fields, &open->n, &reading->error)) {
    if (open)
      open->n = 0;
    return false;
  }
  *ret_fields = open->fields;
  *ret_n = open->n;
  return true;
}

/* The list closes what is taken out of it. */
void recnn__dataset_close(RecnnReading *reading, RecnnText *text) {
  Open *open = find_open(reading, text);
  if (!open)
    return;
  g_array_remove_index(reading->texts, (guint)(open - (Open *)(void *)reading->texts->data));
}

static const RecnnField *field_at(const RecnnReading *reading, const RecnnText *text,
                                  int32_t column) {
  const Open *open = find_open(reading, text);
  return open && column >= 1 && column <= open->n ? &open->fields[column - 1] : NULL;
}

bool recnn__dataset_fail(RecnnReading *reading, RecnnText *text, int32_t column, const char *name,
                         const char *expected) {
  if (reading->error)
    return false;
  if (find_open(reading, text) && column > 0)
    return recnn_text_fail(text, column, name, field_at(reading, text, column), expected,
                           &reading->error);
  recnn_error_set(&reading->error, RECNN_ERROR_FORMAT, "%s%sexpected %s", name ? name : "",
                  name ? ": " : "", expected);
  return place(reading, find_open(reading, text) ? text : NULL);
}

bool recnn__dataset_parse(const char *text, size_t length, double *ret_value) {
  return recnn_parse_double(text, length, ret_value) && isfinite(*ret_value);
}

bool recnn__dataset_number(RecnnReading *reading, RecnnText *text, int32_t column, const char *name,
                           double *ret_value) {
  const RecnnField *field = field_at(reading, text, column);
  if (!reading->error && field && recnn__dataset_parse(field->text, field->length, ret_value))
    return true;
  return recnn__dataset_fail(reading, text, column, name, "a finite number");
}

bool recnn__dataset_columns(RecnnReading *reading, uint32_t flags) {
  const uint32_t known = RECNN_DATASET_RATING | RECNN_DATASET_TIMESTAMP | RECNN_DATASET_LABEL |
                         RECNN_DATASET_PART | RECNN_DATASET_ORDERED;
  if ((flags & ~known) != 0)
    refuse(reading, NULL, "columns() got flags that this recnn does not know");
  if (reading->builder)
    refuse(reading, NULL, "columns() comes once, before all rows, entities and features");
  if (reading->error)
    return false;
  g_autofree char *name = recnn_sources_name(reading->path);
  reading->columns = flags;
  reading->builder =
      recnn_dataset_builder_new(name, reading->path, (flags & RECNN_DATASET_RATING) != 0,
                                (flags & RECNN_DATASET_TIMESTAMP) != 0);
  recnn_dataset_builder_peek(reading->builder)->ordered = (flags & RECNN_DATASET_ORDERED) != 0;
  return true;
}

/* The data set under construction; NULL after a failure. */
static RecnnDataset *dataset_of(RecnnReading *reading) {
  if (!reading->error && !reading->builder)
    recnn__dataset_columns(reading, 0);
  return reading->error ? NULL : recnn_dataset_builder_peek(reading->builder);
}

static bool check_row(RecnnReading *reading, const RecnnText *text, const RecnnRow *row) {
  if (row->struct_size < sizeof *row)
    return refuse(reading, text, "a row's struct_size is smaller than that of a RecnnRow");
  if (row->user.length == 0 || row->item.length == 0)
    return refuse(reading, text,
                  row->user.length == 0 ? "the user's token is empty"
                                        : "the item's token is empty");
  if ((reading->columns & RECNN_DATASET_PART) != 0 &&
      (row->part < RECNN_PART_TRAIN || row->part > RECNN_PART_TEST))
    return refuse(reading, text, "a row's part is none of RECNN_PART_TRAIN, _VALID and _TEST");
  if ((reading->columns & RECNN_DATASET_TIMESTAMP) != 0 && !(fabs(row->timestamp) <= 1e11))
    return refuse(reading, text, "a row's timestamp is not within -1e11 and 1e11 seconds");
  return true;
}

int64_t recnn__dataset_add(RecnnReading *reading, RecnnText *text, const RecnnRow *row) {
  RecnnDataset *dataset = dataset_of(reading);
  const RecnnText *from = find_open(reading, text) ? text : NULL;
  if (!dataset || !check_row(reading, from, row))
    return -1;
  if ((reading->columns & RECNN_DATASET_PART) != 0)
    recnn_dataset_builder_set_part(reading->builder, row->part);
  if ((reading->columns & RECNN_DATASET_LABEL) != 0)
    recnn_dataset_builder_set_label(reading->builder, row->label);
  if (recnn_dataset_builder_add(reading->builder, row->user.text, row->user.length, row->item.text,
                                row->item.length, row->rating, row->timestamp, &reading->error))
    return dataset->n - 1;
  place(reading, from);
  return -1;
}

int32_t recnn__dataset_entity(RecnnReading *reading, int32_t of, const char *token, size_t length) {
  RecnnDataset *dataset = dataset_of(reading);
  if (!dataset)
    return -1;
  if ((of != OF_USER && of != OF_ITEM) || length == 0) {
    refuse(reading, NULL,
           length == 0 ? "an entity's token is empty" : "an entity is a user or an item");
    return -1;
  }
  return recnn_id_map_add(of == OF_USER ? dataset->users : dataset->items, token, length,
                          &reading->error);
}

static int64_t n_entities(const RecnnDataset *dataset, int32_t of) {
  return of == OF_USER   ? recnn_dataset_n_users(dataset)
         : of == OF_ITEM ? recnn_dataset_n_items(dataset)
                         : dataset->n;
}

int32_t recnn__dataset_feature(RecnnReading *reading, int32_t of, int32_t type, const char *name) {
  if (!dataset_of(reading))
    return -1;
  bool good = of >= 0 && of < N_OWNERS && type >= RECNN_FEATURE_TYPE_TOKEN &&
              type <= RECNN_FEATURE_TYPE_FLOAT_SEQ && name && *name;
  if (!good)
    refuse(reading, NULL, "a feature has an owner, a type or a name that there is not");
  for (guint i = 0; good && i < reading->features->len; i++) {
    const Feature *other = &g_array_index(reading->features, Feature, i);
    if (other->of == of && strcmp(other->name, name) == 0)
      good = refuse(reading, NULL, "a feature is there twice");
  }
  if (!good)
    return -1;
  bool list = type == RECNN_FEATURE_TYPE_TOKEN_SEQ || type == RECNN_FEATURE_TYPE_FLOAT_SEQ;
  Feature feature = {recnn_feature_builder_new(name, (RecnnFeatureType)type), g_strdup(name), of,
                     type, list ? NULL : g_byte_array_new()};
  g_array_append_val(reading->features, feature);
  return (int32_t)reading->features->len - 1;
}

/* The feature to which a value for `entity` is to be added; NULL after a failure. */
static Feature *value_of(RecnnReading *reading, int32_t number, int64_t entity, bool tokens) {
  RecnnDataset *dataset = dataset_of(reading);
  if (!dataset)
    return NULL;
  bool good = number >= 0 && number < (int32_t)reading->features->len;
  Feature *feature = good ? &g_array_index(reading->features, Feature, number) : NULL;
  if (!good || (feature->type == RECNN_FEATURE_TYPE_TOKEN ||
                feature->type == RECNN_FEATURE_TYPE_TOKEN_SEQ) != tokens) {
    refuse(reading, NULL, "a value is for a feature that there is not, or of another type");
    return NULL;
  }
  if (entity < 0 || entity >= MIN(n_entities(dataset, feature->of), INT32_MAX)) {
    refuse(reading, NULL, "a feature's value is for somebody or something that there is not");
    return NULL;
  }
  if (!feature->has)
    return feature;
  guint before = feature->has->len;
  if ((guint)entity >= before) {
    g_byte_array_set_size(feature->has, (guint)entity + 1);
    memset(feature->has->data + before, 0, (size_t)entity + 1 - before);
  }
  if (feature->has->data[entity]) {
    refuse(reading, NULL, "a feature that is no list has two values for one");
    return NULL;
  }
  feature->has->data[entity] = 1;
  return feature;
}

bool recnn__dataset_token(RecnnReading *reading, int32_t feature, int64_t entity, const char *token,
                          size_t length) {
  Feature *to = value_of(reading, feature, entity, true);
  return to &&
         recnn_feature_builder_token(to->builder, (int32_t)entity, token, length, &reading->error);
}

bool recnn__dataset_value(RecnnReading *reading, int32_t feature, int64_t entity, float value) {
  if (!isfinite(value))
    refuse(reading, NULL, "a feature's value is no finite number");
  Feature *to = value_of(reading, feature, entity, false);
  return to && recnn_feature_builder_float(to->builder, (int32_t)entity, value, &reading->error);
}

static void clear_feature(void *data) {
  Feature *feature = data;
  recnn_feature_builder_free(feature->builder);
  g_free(feature->name);
  if (feature->has)
    g_byte_array_unref(feature->has);
}

static void clear_open(void *data) { recnn_text_close(((Open *)data)->text); }

static void reading_begin(RecnnReading *reading, const char *path) {
  *reading = (RecnnReading){.path = path,
                            .texts = g_array_new(FALSE, FALSE, sizeof(Open)),
                            .features = g_array_new(FALSE, FALSE, sizeof(Feature))};
  g_array_set_clear_func(reading->texts, clear_open);
  g_array_set_clear_func(reading->features, clear_feature);
}

/* What is left; the builder is finished by its end, or freed here. */
static void reading_end(RecnnReading *reading) {
  g_array_unref(reading->texts);
  g_array_unref(reading->features);
  recnn_dataset_builder_free(reading->builder);
  g_clear_error(&reading->error);
}

int recnn__foreign_recognise(const RecnnFormatClass *format, const char *path) {
  RecnnReading reading;
  if (format->recognise == NULL)
    return 0;
  reading_begin(&reading, path);
  int32_t sure = format->recognise(&reading, path);
  sure = reading.error ? 0 : CLAMP(sure, 0, 100);
  reading_end(&reading);
  return sure;
}

static bool add_features(RecnnReading *reading, RecnnDataset *dataset) {
  GPtrArray *const to[N_OWNERS] = {dataset->user_features, dataset->item_features,
                                   dataset->interaction_features};
  for (guint i = 0; i < reading->features->len; i++) {
    Feature *feature = &g_array_index(reading->features, Feature, i);
    RecnnFeatureBuilder *builder = g_steal_pointer(&feature->builder);
    RecnnFeatureColumn *column = recnn_feature_builder_finish(
        builder, (int32_t)n_entities(dataset, feature->of), &reading->error);
    if (!column)
      return false;
    g_ptr_array_add(to[feature->of], column);
  }
  return true;
}

RecnnDataset *recnn__foreign_read(const RecnnFormatClass *format, const char *path,
                                  const RecnnOptions *options, GError **error) {
  RecnnReading reading;
  RecnnError why = RECNN_ERROR_INIT;
  RecnnDataset *dataset = NULL;
  reading_begin(&reading, path);
  RecnnStatus status =
      format->read(&reading, path, options ? recnn_options_values(options) : NULL, &why);
  RecnnDataset *made = status == RECNN_OK ? dataset_of(&reading) : NULL;
  if (made && made->n > INT32_MAX && reading.features->len > 0)
    refuse(&reading, NULL, "features of more than 2^31 - 1 interactions");
  if (made && !reading.error && add_features(&reading, made))
    dataset = recnn_dataset_builder_finish(g_steal_pointer(&reading.builder), &reading.error);
  if (reading.error) {
    g_propagate_error(error, g_steal_pointer(&reading.error));
  } else if (!dataset) {
    g_autofree char *where = g_strdup_printf("%s: format %s", path, format->name);
    recnn_error_from_plugin(error, status, &why, where);
  }
  reading_end(&reading);
  return dataset;
}

/* A data set as atomic files.  format-atomic.c reads them back. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include <glib/gstdio.h>

#include "base/error.h"
#include "base/file.h"
#include "base/options.h"
#include "data/dataset.h"
#include "data/feature.h"
#include "data/quote-private.h"
#include "data/split.h"

enum { MAX_NAME = 100 }; /* bytes, as atomic-header.c has it */

/* The shortest decimal number that reads back as `value`: whole numbers, which most are, directly.
 */
static void append_number(GString *line, double value, bool single) {
  if (fabs(value) < 1e15 && value == floor(value) && !(value == 0 && signbit(value))) {
    g_string_append_printf(line, "%" G_GINT64_FORMAT, (int64_t)value);
    return;
  }
  char text[G_ASCII_DTOSTR_BUF_SIZE], format[8];
  for (int digits = 1; digits <= 17; digits++) {
    g_snprintf(format, sizeof format, "%%.%dg", digits);
    g_ascii_formatd(text, sizeof text, format, value);
    double back;
    if (recnn_parse_double(text, strlen(text), &back) &&
        (single ? (float)back == (float)value : back == value))
      break;
  }
  g_string_append(line, text);
}

/* What an atomic file could not give back as it was. */
static bool append_token(GString *line, const char *token, bool in_sequence, const char *what,
                         GError **error) {
  const char *problem = *token == '\0'                      ? "is empty"
                        : strpbrk(token, "\t\n\r")          ? "has a tab or a line's end in it"
                        : in_sequence && strchr(token, ' ') ? "has a space in it"
                                                            : NULL;
  if (problem) {
    g_autofree char *quoted = recnn__quote(token, strlen(token));
    return recnn_error_set(error, RECNN_ERROR_DATA, "%s %s %s, which an atomic file cannot hold",
                           what, quoted, problem);
  }
  g_string_append(line, token);
  return true;
}

/* A feature's name, as a reader takes it. */
static bool append_name(GString *line, const char *name, GError **error) {
  bool ok = strlen(name) <= MAX_NAME;
  for (const char *c = name; *c; c++)
    ok = ok && (unsigned char)*c >= 0x20 && *c != 0x7f;
  if (!append_token(line, name, false, "feature", error))
    return false;
  if (ok)
    return true;
  g_autofree char *quoted = recnn__quote(name, strlen(name));
  return recnn_error_set(error, RECNN_ERROR_DATA,
                         "feature %s has a name that is too long or not plain text, which an "
                         "atomic file cannot hold",
                         quoted);
}

static bool write_line(RecnnFileWriter *writer, GString *line, GError **error) {
  g_string_append_c(line, '\n');
  return recnn_file_writer_write(writer, line->str, line->len, error);
}

static bool append_feature(GString *line, const RecnnFeatureColumn *column, int32_t entity,
                           GError **error) {
  for (int64_t i = column->first[entity]; i < column->first[entity + 1]; i++) {
    if (i > column->first[entity])
      g_string_append_c(line, ' ');
    if (!column->tokens)
      append_number(line, (double)column->values[i], true);
    else if (!append_token(line, recnn_id_map_token(column->tokens, column->ids[i]),
                           column->type == RECNN_FEATURE_TOKEN_SEQ, column->name, error))
      return false;
  }
  return true;
}

/* Names that stand for something else in a file of interactions. */
static bool check_name(const char *name, GError **error) {
  static const char *const used[] = {"user_id", "item_id",   "rating", "timestamp",
                                     "label",   "neg_items", NULL};
  return !g_strv_contains(used, name) ||
         recnn_error_set(error, RECNN_ERROR_DATA,
                         "feature \"%s\" of interactions has a name that means something else, "
                         "which an atomic file cannot hold",
                         name);
}

static bool write_header(RecnnFileWriter *writer, const RecnnDataset *d, GString *line,
                         GError **error) {
  bool ok = true;
  g_string_assign(line, "user_id:token\titem_id:token");
  g_string_append(line, d->rating ? "\trating:float" : "");
  g_string_append(line, d->timestamp ? "\ttimestamp:float" : "");
  g_string_append(line, d->label ? "\tlabel:float" : "");
  for (guint f = 0; ok && f < d->interaction_features->len; f++) {
    const RecnnFeatureColumn *column = d->interaction_features->pdata[f];
    g_string_append_c(line, '\t');
    ok = check_name(column->name, error) && append_name(line, column->name, error);
    g_string_append_printf(line, ":%s", recnn_feature_type_name(column->type));
  }
  g_string_append(line, d->candidates ? "\tneg_items:token_seq" : "");
  return ok && write_line(writer, line, error);
}

static bool append_candidates(GString *line, const RecnnDataset *d, int64_t r, GError **error) {
  int64_t n = 0;
  const int32_t *items = recnn_candidates_get(d->candidates, r, &n);
  bool ok = true;
  for (int64_t i = 0; ok && items && i < n; i++) {
    if (i > 0)
      g_string_append_c(line, ' ');
    ok = append_token(line, recnn_id_map_token(d->items, items[i]), true, "candidate", error);
  }
  return ok;
}

static bool append_row(GString *line, const RecnnDataset *d, int64_t r, GError **error) {
  bool ok = append_token(line, recnn_id_map_token(d->users, d->user[r]), false, "user", error);
  g_string_append_c(line, '\t');
  ok = ok && append_token(line, recnn_id_map_token(d->items, d->item[r]), false, "item", error);
  if (d->rating) {
    g_string_append_c(line, '\t');
    append_number(line, (double)d->rating[r], true);
  }
  if (d->timestamp) {
    g_string_append_c(line, '\t');
    append_number(line, d->timestamp[r], false);
  }
  if (d->label)
    g_string_append(line, d->label[r] == 1 ? "\t1" : "\t0");
  for (guint f = 0; ok && f < d->interaction_features->len; f++) {
    g_string_append_c(line, '\t');
    ok = append_feature(line, d->interaction_features->pdata[f], (int32_t)r, error);
  }
  if (ok && d->candidates) {
    g_string_append_c(line, '\t');
    ok = append_candidates(line, d, r, error);
  }
  return ok;
}

/* The rows of a part, or all for -1. */
static bool write_interactions(RecnnFileWriter *writer, const RecnnDataset *d, int part,
                               GString *line, GError **error) {
  bool ok = write_header(writer, d, line, error);
  for (int64_t r = 0; ok && r < d->n; r++) {
    if (part >= 0 && d->given_part[r] != part)
      continue;
    g_string_truncate(line, 0);
    ok = append_row(line, d, r, error) && write_line(writer, line, error);
  }
  return ok;
}

/* All entities are written, also where they have no features: so their number and order come back.
 */
static bool write_entities(RecnnFileWriter *writer, const char *what, const RecnnIdMap *tokens,
                           const GPtrArray *features, GString *line, GError **error) {
  bool ok = true;
  g_string_printf(line, "%s_id:token", what);
  size_t id_length = line->len - strlen(":token");
  for (guint f = 0; ok && f < features->len; f++) {
    const RecnnFeatureColumn *column = features->pdata[f];
    if (strlen(column->name) == id_length && strncmp(column->name, line->str, id_length) == 0)
      return recnn_error_set(error, RECNN_ERROR_DATA,
                             "feature \"%s\" has the name of the ids, which an atomic file cannot "
                             "hold",
                             column->name);
    g_string_append_c(line, '\t');
    ok = append_name(line, column->name, error);
    g_string_append_printf(line, ":%s", recnn_feature_type_name(column->type));
  }
  ok = ok && write_line(writer, line, error);
  for (int32_t e = 0; ok && e < recnn_id_map_size(tokens); e++) {
    g_string_truncate(line, 0);
    ok = append_token(line, recnn_id_map_token(tokens, e), false, what, error);
    for (guint f = 0; ok && f < features->len; f++) {
      g_string_append_c(line, '\t');
      ok = append_feature(line, features->pdata[f], e, error);
    }
    ok = ok && write_line(writer, line, error);
  }
  return ok;
}

/* The file of users (of items), or of the interactions of a part, -1 for all. */
typedef enum { INTERACTIONS, USERS, ITEMS } Which;

static bool write_file(const RecnnDataset *d, const char *folder, Which which, int part,
                       GError **error) {
  static const char *const endings[] = {".inter", ".user", ".item"};
  g_autofree char *name = g_strconcat(d->name, part >= 0 ? "." : "",
                                      part >= 0 ? recnn_part_name(part) : "", endings[which], NULL);
  g_autofree char *path = g_build_filename(folder, name, NULL);
  RecnnFileWriter *writer = recnn_file_writer_new(path, error);
  if (!writer)
    return false;
  GString *line = g_string_new(NULL);
  bool ok = which == INTERACTIONS ? write_interactions(writer, d, part, line, error)
            : which == USERS
                ? write_entities(writer, "user", d->users, d->user_features, line, error)
                : write_entities(writer, "item", d->items, d->item_features, line, error);
  g_string_free(line, TRUE);
  if (ok)
    return recnn_file_writer_commit(writer, error);
  recnn_file_writer_abort(writer);
  g_prefix_error(error, "%s: ", path);
  return false;
}

/* All three files, also where one has no rows. */
static bool write_parts(const RecnnDataset *d, const char *folder, GError **error) {
  g_autofree char *name = g_strconcat(d->name, ".inter", NULL);
  g_autofree char *whole = g_build_filename(folder, name, NULL);
  if (g_file_test(whole, G_FILE_TEST_EXISTS))
    return recnn_error_set(error, RECNN_ERROR_IO,
                           "%s is there, and would be read in the place of the parts: expected a "
                           "folder without it",
                           whole);
  bool ok = true;
  for (int p = 0; ok && p < RECNN_N_PARTS; p++)
    ok = write_file(d, folder, INTERACTIONS, p, error);
  return ok;
}

bool recnn_dataset_write_atomic(const RecnnDataset *dataset, const char *folder, GError **error) {
  if (g_mkdir_with_parents(folder, 0777) != 0)
    return recnn_error_set(error, RECNN_ERROR_IO, "cannot make the folder %s: %s", folder,
                           g_strerror(errno));
  return write_file(dataset, folder, USERS, -1, error) &&
         write_file(dataset, folder, ITEMS, -1, error) &&
         (dataset->given_part ? write_parts(dataset, folder, error)
                              : write_file(dataset, folder, INTERACTIONS, -1, error));
}

/* The tables of a result, written line by line. */
#include "eval/result-write.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"

typedef struct Writing {
  const RecnnResult *result;
  const RecnnDetails *details;
  const char *path;
  RecnnFileWriter *writer;
  GString *line;
} Writing;

static bool end_line(Writing *w, GError **error) {
  g_string_append_c(w->line, '\n');
  bool done = recnn_file_writer_write(w->writer, w->line->str, w->line->len, error);
  g_string_truncate(w->line, 0);
  return done;
}

/* In the C locale, and as short as reads back the same. */
static void add_number(GString *line, double value) {
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  for (int digits = 15; digits <= 17; digits++) {
    char format[8];
    g_snprintf(format, sizeof format, "%%.%dg", digits);
    g_ascii_formatd(text, sizeof text, format, value);
    if (g_ascii_strtod(text, NULL) == value)
      break;
  }
  g_string_append(line, text);
}

static bool add_token(Writing *w, const RecnnIdMap *map, const char *what, int64_t index,
                      GError **error) {
  const char *token = recnn_id_map_token(map, (int32_t)index);
  if (strpbrk(token, "\t\n\r") != NULL)
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "%s: the token of %s %" G_GINT64_FORMAT
                           " has a tab or a line's end in it, which a table cannot hold",
                           w->path, what, (gint64)index);
  g_string_append(w->line, token);
  return true;
}

/* "user_id", with given candidates "user_id row", then `rest`. */
static bool add_head(Writing *w, const char *rest, GError **error) {
  g_string_append_printf(w->line, "user_id%s%s", w->details->rows != NULL ? "\trow" : "", rest);
  return end_line(w, error);
}

static bool add_question(Writing *w, int64_t q, GError **error) {
  if (!add_token(w, w->details->dataset->users, "user", w->details->users[q], error))
    return false;
  if (w->details->rows != NULL)
    g_string_append_printf(w->line, "\t%" G_GINT64_FORMAT, (gint64)w->details->rows[q] + 1);
  g_string_append_c(w->line, '\t');
  return true;
}

static bool write_values(Writing *w, GError **error) {
  g_string_append(w->line, "metric\tvalue");
  if (!end_line(w, error))
    return false;
  for (int32_t i = 0; i < w->result->n_values; i++) {
    g_string_append_printf(w->line, "%s\t", w->result->values[i].name);
    add_number(w->line, w->result->values[i].value);
    if (!end_line(w, error))
      return false;
  }
  return true;
}

static bool write_per_user(Writing *w, GError **error) {
  const RecnnDetails *details = w->details;
  GString *names = g_string_new(NULL);
  for (int32_t v = 0; v < details->n_values; v++)
    g_string_append_printf(names, "\t%s", w->result->values[v].name);
  bool done = add_head(w, names->str, error);
  g_string_free(names, TRUE);
  for (int64_t q = 0; done && q < details->n; q++) {
    done = add_question(w, q, error);
    for (int32_t v = 0; v < details->n_values; v++) {
      add_number(w->line, details->values[q * details->n_values + v]);
      if (v + 1 < details->n_values)
        g_string_append_c(w->line, '\t');
    }
    done = done && end_line(w, error);
  }
  return done;
}

static bool write_ranks(Writing *w, GError **error) {
  const RecnnDetails *details = w->details;
  bool done = add_head(w, "\titem_id\trank", error);
  for (int64_t q = 0; q < details->n; q++) {
    for (int64_t i = details->first[q]; done && i < details->first[q + 1]; i++) {
      done = add_question(w, q, error) &&
             add_token(w, details->dataset->items, "item", details->items[i], error);
      g_string_append_c(w->line, '\t');
      add_number(w->line, details->ranks[i]);
      done = done && end_line(w, error);
    }
  }
  return done;
}

static bool write_lists(Writing *w, GError **error) {
  const RecnnDetails *details = w->details;
  bool done = add_head(w, "\trank\titem_id", error);
  for (int64_t q = 0; q < details->n; q++) {
    const int32_t *list = details->lists + q * details->n_listed;
    for (int64_t i = 0; done && i < details->n_listed && list[i] >= 0; i++) {
      done = add_question(w, q, error);
      g_string_append_printf(w->line, "%" G_GINT64_FORMAT "\t", (gint64)i + 1);
      done = done && add_token(w, details->dataset->items, "item", list[i], error) &&
             end_line(w, error);
    }
  }
  return done;
}

static const struct {
  const char *name;
  bool (*write)(Writing *w, GError **error);
} tables[] = {
    [RECNN_RESULT_VALUES] = {"values", write_values},
    [RECNN_RESULT_PER_USER] = {"numbers of every user", write_per_user},
    [RECNN_RESULT_RANKS] = {"ranks", write_ranks},
    [RECNN_RESULT_LISTS] = {"lists", write_lists},
};

static bool is_kept(const RecnnResult *result, RecnnResultTable table) {
  const RecnnDetails *details = result->details;
  switch (table) {
  case RECNN_RESULT_PER_USER:
    return details != NULL && details->values != NULL;
  case RECNN_RESULT_RANKS:
    return details != NULL && details->ranks != NULL;
  case RECNN_RESULT_LISTS:
    return details != NULL && details->lists != NULL;
  default:
    return true;
  }
}

bool recnn_result_write(const RecnnResult *result, RecnnResultTable table, const char *path,
                        GError **error) {
  if (!is_kept(result, table))
    return recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                           "%s: the %s were not kept when model %s was evaluated", path,
                           tables[table].name, result->model);
  Writing w = {.result = result, .details = result->details, .path = path};
  w.writer = recnn_file_writer_new(path, error);
  if (w.writer == NULL)
    return false;
  w.line = g_string_new(NULL);
  bool done = tables[table].write(&w, error);
  g_string_free(w.line, TRUE);
  if (done)
    return recnn_file_writer_commit(w.writer, error);
  recnn_file_writer_abort(w.writer);
  return false;
}

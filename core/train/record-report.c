/* report.html: a run for people, in one file that needs no other: curves as inline SVG, the metrics
 * of the best epoch, the split's audit, and what was asked for. */
#include <math.h>
#include <string.h>

#include "data/audit.h"
#include "train/keep.h"

enum { WIDTH = 640, HEIGHT = 220, LEFT = 76, RIGHT = 12, TOP = 12, BOTTOM = 26, FEW = 12 };

typedef double (*Column)(const RecnnEpoch *epoch);

static double train_loss(const RecnnEpoch *epoch) { return epoch->train_loss; }
static double valid_loss(const RecnnEpoch *epoch) { return epoch->valid_loss; }
static double valid_value(const RecnnEpoch *epoch) { return epoch->valid_value; }
static double rate(const RecnnEpoch *epoch) { return epoch->learning_rate; }
static double grad_norm(const RecnnEpoch *epoch) { return epoch->grad_norm; }

static void add_escaped(GString *page, const char *text) {
  char *escaped = g_markup_escape_text(text, -1);
  g_string_append(page, escaped);
  g_free(escaped);
}

/* The same in any locale. */
static void add_number(GString *page, const char *format, double x) {
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_string_append(page, g_ascii_formatd(text, sizeof text, format, x));
}

static void add_label(GString *page, const char *anchor, double x, double y, const char *format,
                      double value) {
  g_string_append_printf(page, "<text text-anchor=\"%s\" x=\"%d\" y=\"%d\">", anchor, (int)x,
                         (int)y);
  add_number(page, format, value);
  g_string_append(page, "</text>");
}

static double place_of(const RecnnRun *run, int32_t epoch) {
  double step = (double)(WIDTH - LEFT - RIGHT) / (double)MAX(run->n_epochs - 1, 1);
  return LEFT + step * epoch;
}

/* A line through the epochs that have a number; where these are few, a dot for each, too. */
static void add_curve(GString *page, const RecnnRun *run, Column column, int number, double low,
                      double high) {
  GString *dots = g_string_new(NULL);
  int n = 0;
  double scale = (double)(HEIGHT - TOP - BOTTOM) / (high - low);
  g_string_append_printf(page, "<polyline class=\"c%d\" points=\"", number);
  for (int32_t e = 0; e < run->n_epochs; e++) {
    double y = column(&run->epochs[e]);
    if (!isfinite(y))
      continue;
    add_number(page, "%.1f", place_of(run, e));
    g_string_append_c(page, ',');
    add_number(page, "%.1f", HEIGHT - BOTTOM - (y - low) * scale);
    g_string_append_c(page, ' ');
    g_string_append_printf(dots, "<circle class=\"c%d\" r=\"3\"", number);
    g_string_append(dots, " cx=\"");
    add_number(dots, "%.1f", place_of(run, e));
    g_string_append(dots, "\" cy=\"");
    add_number(dots, "%.1f", HEIGHT - BOTTOM - (y - low) * scale);
    g_string_append(dots, "\"/>");
    n++;
  }
  g_string_append(page, "\"/>");
  if (n <= FEW)
    g_string_append(page, dots->str);
  g_string_free(dots, TRUE);
}

/* Which epoch was the best. */
static void add_best(GString *page, const RecnnRun *run) {
  if (run->best < 0 || run->n_epochs < 2)
    return;
  g_string_append(page, "<path class=\"best\" d=\"M");
  add_number(page, "%.1f", place_of(run, run->best));
  g_string_append_printf(page, " %dV%d\"/>", TOP, HEIGHT - BOTTOM);
}

/* One diagram of up to two columns on a common scale; none when no epoch has a number. */
static void add_diagram(GString *page, const RecnnRun *run, const char *title, Column first,
                        Column second, const char *const names[2]) {
  double low = INFINITY, high = -INFINITY;
  const Column columns[2] = {first, second};
  bool has[2] = {false, false};
  for (int c = 0; c < 2; c++)
    for (int32_t e = 0; columns[c] != NULL && e < run->n_epochs; e++) {
      double y = columns[c](&run->epochs[e]);
      has[c] = has[c] || isfinite(y);
      low = isfinite(y) ? fmin(low, y) : low;
      high = isfinite(y) ? fmax(high, y) : high;
    }
  if (!isfinite(low))
    return;
  if (high <= low) {
    high += fabs(high) * 0.05 + 1e-12;
    low -= fabs(low) * 0.05 + 1e-12;
  }
  g_string_append(page, "<figure><figcaption>");
  add_escaped(page, title);
  for (int c = 0; c < 2 && names != NULL; c++)
    if (has[c])
      g_string_append_printf(page, " <span class=\"k%d\">%s</span>", c, names[c]);
  g_string_append_printf(page, "</figcaption>\n<svg viewBox=\"0 0 %d %d\" role=\"img\">", WIDTH,
                         HEIGHT);
  g_string_append_printf(page, "<path class=\"axis\" d=\"M%d %dV%dH%d\"/>", LEFT, TOP,
                         HEIGHT - BOTTOM, WIDTH - RIGHT);
  add_label(page, "end", LEFT - 6, TOP + 8, "%.4g", high);
  add_label(page, "end", LEFT - 6, HEIGHT - BOTTOM, "%.4g", low);
  add_label(page, "start", LEFT, HEIGHT - 8, "%.0f", 1);
  if (run->n_epochs > 1)
    add_label(page, "end", WIDTH - RIGHT, HEIGHT - 8, "%.0f", run->n_epochs);
  add_best(page, run);
  for (int c = 0; c < 2; c++)
    if (columns[c] != NULL)
      add_curve(page, run, columns[c], c, low, high);
  g_string_append(page, "</svg></figure>\n");
}

static void add_metrics(GString *page, const RecnnRun *run) {
  if (run->best < 0)
    return;
  const RecnnEpoch *best = &run->epochs[run->best];
  g_string_append_printf(page,
                         "<h2>Best epoch: %d</h2>\n<table><tr><th>metric</th><th>valid</th></tr>\n",
                         (int)best->epoch);
  for (int32_t i = 0; i < best->valid->n_values; i++) {
    g_string_append(page, "<tr><td>");
    add_escaped(page, best->valid->values[i].name);
    g_string_append(page, "</td><td>");
    add_number(page, "%.6g", best->valid->values[i].value);
    g_string_append(page, "</td></tr>\n");
  }
  g_string_append(page, "</table>\n");
}

static void add_request(GString *page, const char *request) {
  char **lines = g_strsplit(request, "\n", -1);
  g_string_append(page, "<h2>What was asked for</h2>\n<table>\n");
  for (char **line = lines; *line != NULL && **line != '\0'; line++) {
    char *equals = strstr(*line, " = ");
    g_string_append(page, "<tr><td>");
    if (equals != NULL)
      *equals = '\0';
    add_escaped(page, *line);
    g_string_append(page, "</td><td>");
    add_escaped(page, equals != NULL ? equals + 3 : "");
    g_string_append(page, "</td></tr>\n");
  }
  g_string_append(page, "</table>\n");
  g_strfreev(lines);
}

/* How the split was made, and what its audit found. */
static void add_split(GString *page, const RecnnSplit *split) {
  g_string_append(page, "<h2>The split</h2>\n<p>");
  add_escaped(page, split->description);
  g_string_append(page, "</p>\n");
  if (split->audit == NULL)
    return;
  char *text = recnn_audit_text(split->audit);
  g_string_append(page, "<pre>");
  add_escaped(page, text);
  g_string_append(page, "</pre>\n");
  g_free(text);
}

static const char head[] =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>recnn run</title>\n<style>\n"
    ":root{color-scheme:light dark}body{font:15px/1.4 system-ui,sans-serif;max-width:44rem;"
    "margin:2rem auto;padding:0 1rem}figure{margin:1.5rem 0}svg{width:100%;height:auto}\n"
    "svg text{font-size:11px;fill:currentColor}.axis{fill:none;stroke:currentColor;opacity:.4}\n"
    ":root{--a:#0a7d4f;--b:#c2571a}"
    "@media(prefers-color-scheme:dark){:root{--a:#46c994;--b:#f0985e}}\n"
    "polyline{fill:none;stroke-width:2}circle{stroke:none}.best{stroke:currentColor;opacity:.5;"
    "stroke-dasharray:3}\n.c0{stroke:var(--a)}.c1{stroke:var(--b)}circle.c0{fill:var(--a)}"
    "circle.c1{fill:var(--b)}.k0{color:var(--a)}.k1{color:var(--b)}\n"
    "table{border-collapse:collapse}h1,td,th{overflow-wrap:anywhere}td,th{text-align:left;padding:."
    "15rem 1rem .15rem 0;"
    "vertical-align:top}pre{white-space:pre-wrap}\n</style></head><body>\n";

bool recnn__record_report(const RecnnTrainer *trainer, const RecnnRun *run, GError **error) {
  static const char *const losses[2] = {"train", "valid"};
  GString *page = g_string_new(head);
  g_string_append(page, "<h1>");
  add_escaped(page, recnn_model_get_class(trainer->model)->name);
  g_string_append(page, " on ");
  add_escaped(page, trainer->split->dataset->name);
  g_string_append_printf(page, "</h1>\n<p>%d epoch%s in ", (int)run->n_epochs,
                         run->n_epochs == 1 ? "" : "s");
  add_number(page, "%.2f s", recnn__trainer_seconds(trainer));
  g_string_append_printf(page, "%s; %" G_GINT64_FORMAT " parameters.</p>\n",
                         run->stopped_early ? ", stopped early" : "",
                         (gint64)recnn_model_param_count(trainer->model));
  add_diagram(page, run, "Loss:", train_loss, valid_loss, losses);
  if (run->valid_metric != NULL)
    add_diagram(page, run, run->valid_metric, valid_value, NULL, NULL);
  add_diagram(page, run, "Learning rate", rate, NULL, NULL);
  add_diagram(page, run, "Norm of the gradient", grad_norm, NULL, NULL);
  add_metrics(page, run);
  add_split(page, trainer->split);
  add_request(page, trainer->request);
  g_string_append(page, "</body></html>\n");
  bool ok = recnn__run_folder_write(trainer->folder, "report.html", page->str, page->len, error);
  g_string_free(page, TRUE);
  return ok;
}

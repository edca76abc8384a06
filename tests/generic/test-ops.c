/* What every op must do, checked with its own samples (core/check has the checks, which plugins'
 * ops go through too).  A new op is tested by being there. */
#include <glib.h>

#include "check/plugin.h"
#include "graph/graph.h"

static void check_op(const void *data) {
  const RecnnOp *op = data;
  RecnnCheckReport *report = recnn_check_report_new(op->name);
  recnn_check_feature(report, RECNN_OP_KIND, op->name, op);
  for (guint i = 0; i < report->rows->len; i++) {
    const RecnnCheckRow *row = report->rows->pdata[i];
    if (!row->passed)
      g_error("op %s: %s", row->what, row->note);
  }
  g_assert_cmpint(report->n_passed, >=, 7);
  recnn_check_report_free(report);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  const char **names = recnn_op_names();
  for (int i = 0; names[i] != NULL; i++) {
    char *path = g_strdup_printf("/ops/%s", names[i]);
    g_test_add_data_func(path, recnn_op_find(names[i]), check_op);
    g_free(path);
  }
  g_free(names);
  return g_test_run();
}

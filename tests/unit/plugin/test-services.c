/* The services as a plugin gets them: by id and size, and the way from a batch into a graph. */
#include <string.h>

#include <recnn/host.h>
#include <recnn/service/compute.h>
#include <recnn/service/config.h>
#include <recnn/service/dataset.h>
#include <recnn/service/graph.h>
#include <recnn/service/log.h>

#include "base/error.h"
#include "data/batch.h"
#include "graph/graph.h"
#include "plugin/plugin.h"

static void test_get_service(void) {
  const RecnnHost *host = recnn_host();
  g_assert_cmpuint(host->struct_size, ==, sizeof(RecnnHost));
  const struct {
    const char *id;
    size_t size;
  } offered[] = {
      {RECNN_BATCH_SERVICE, sizeof(RecnnBatchApi)},
      {RECNN_COMPUTE_SERVICE, sizeof(RecnnComputeApi)},
      {RECNN_CONFIG_SERVICE, sizeof(RecnnConfigApi)},
      {RECNN_DATASET_SERVICE, sizeof(RecnnDatasetApi)},
      {RECNN_GRAPH_SERVICE, sizeof(RecnnGraphApi)},
      {RECNN_LOG_SERVICE, sizeof(RecnnLogApi)},
      {RECNN_PARAM_SERVICE, sizeof(RecnnParamApi)},
  };
  const char **ids = recnn_service_ids();
  g_assert_cmpuint(g_strv_length((char **)ids), ==, G_N_ELEMENTS(offered));
  for (size_t i = 0; i < G_N_ELEMENTS(offered); i++) {
    g_assert_cmpstr(ids[i], ==, offered[i].id);
    const size_t *api = host->get_service(offered[i].id, offered[i].size);
    g_assert_nonnull(api);
    g_assert_cmpuint(api[0], ==, offered[i].size);
    /* No function is left out: every word behind the size is set. */
    for (size_t word = 1; word < offered[i].size / sizeof(size_t); word++)
      g_assert_cmpuint(api[word], !=, 0);
    g_assert_true(host->get_service(offered[i].id, 0) == api);
    g_assert_null(host->get_service(offered[i].id, offered[i].size + 1));
  }
  g_free(ids);
  g_assert_null(host->get_service("recnn.graph/2", 0));
  g_assert_null(host->get_service("recnn.graph", 0));
  g_assert_null(host->get_service("", 0));
  g_assert_null(host->get_service(NULL, 0));
}

static void test_input(void) {
  const RecnnGraphApi *api = recnn_host()->get_service(RECNN_GRAPH_SERVICE, sizeof(RecnnGraphApi));
  GError *error = NULL;
  RecnnBatch *batch = recnn_batch_new();
  g_assert_true(recnn_batch_add(batch, "user", RECNN_INT64, 4, 0, NULL, &error));
  g_assert_true(recnn_batch_add(batch, "item", RECNN_INT64, 4, 0, NULL, &error));
  recnn_batch_set_size(batch, 3);
  RecnnGraph *graph = recnn_graph_new(1);
  recnn_graph_reset(graph, 0, true, true);
  RecnnVar *item = api->input(graph, batch, "item");
  g_assert_cmpint(api->tensor(item)->shape[0], ==, 3);
  g_assert_true(api->tensor(item)->data == recnn_batch_field(batch, "item")->data); /* borrowed */

  g_assert_null(api->input(graph, batch, "itme"));
  g_assert_false(recnn_graph_check(graph, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
  g_assert_nonnull(strstr(error->message, "no field \"itme\""));
  g_assert_nonnull(strstr(error->message, "did you mean item?"));
  g_assert_nonnull(strstr(error->message, "user"));
  g_clear_error(&error);
  g_assert_null(api->input(graph, batch, "user")); /* the graph has failed */
  recnn_graph_free(graph);
  recnn_batch_free(batch);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/plugin/services/get", test_get_service);
  g_test_add_func("/plugin/services/input", test_input);
  return g_test_run();
}

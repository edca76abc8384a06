/* What surrounds each call of a model by the ranker: the graph, the checks of what came back, and
 * the texts for what is wrong with it. */
#include <math.h>

#include "base/error.h"
#include "data/idmap.h"
#include "eval/ranker-private.h"
#include "kernels/vector.h"
#include "tensor/tensor.h"

void recnn__ranker_begin(RecnnRanker *ranker) { recnn_graph_reset(ranker->graph, 0, false, false); }

bool recnn__ranker_check_graph(const RecnnRanker *ranker, const char *call, GError **error) {
  if (recnn_graph_check(ranker->graph, error))
    return true;
  if (error != NULL && !g_str_has_prefix((*error)->message, "model "))
    g_prefix_error(error, "model %s, %s: ", ranker->model_class->name, call);
  return false;
}

const RecnnTensor *recnn__ranker_end(RecnnRanker *ranker, const char *call, const RecnnVar *var,
                                     int32_t rank, const int64_t *shape, GError **error) {
  const char *name = ranker->model_class->name;
  if (!recnn__ranker_check_graph(ranker, call, error))
    return NULL;
  const RecnnTensor *tensor = recnn_graph_tensor(var);
  if (tensor == NULL) {
    recnn_error_set(error, RECNN_ERROR_FAILED, "model %s, %s: nothing was returned", name, call);
    return NULL;
  }
  bool same = tensor->dtype == RECNN_FLOAT32 && tensor->rank == rank;
  for (int32_t i = 0; same && i < rank; i++)
    same = tensor->shape[i] == shape[i];
  if (!same) {
    RecnnTensor wanted = recnn_tensor_view(NULL, RECNN_FLOAT32, rank, shape);
    char *is = recnn_tensor_describe(tensor);
    char *should = recnn_tensor_describe(&wanted);
    recnn_error_set(error, RECNN_ERROR_SHAPE, "model %s, %s: returned %s, expected %s", name, call,
                    is, should);
    g_free(is);
    g_free(should);
    return NULL;
  }
  return tensor;
}

bool recnn__ranker_is_clean(const float *x, int64_t n, int64_t *ret_at) {
  if (recnn_vector_finite(x, n))
    return true;
  for (int64_t i = 0; i < n; i++) {
    if (isnan(x[i])) {
      *ret_at = i;
      return false;
    }
  }
  return true;
}

/* ` ("token")`, or nothing without names.  Caller frees. */
static char *quoted(const RecnnIdMap *map, int64_t index) {
  return map != NULL ? g_strdup_printf(" (\"%s\")", recnn_id_map_token(map, (int32_t)index))
                     : g_strdup("");
}

bool recnn__ranker_nan(const RecnnRanker *ranker, int64_t user, int64_t item, GError **error) {
  const RecnnDataset *names = ranker->names;
  char *who = quoted(names != NULL ? names->users : NULL, user);
  char *what = quoted(names != NULL ? names->items : NULL, item);
  recnn_error_set(error, RECNN_ERROR_NUMERIC,
                  "model %s: the score of item %" G_GINT64_FORMAT "%s for user %" G_GINT64_FORMAT
                  "%s is not a number",
                  ranker->model_class->name, (gint64)item, what, (gint64)user, who);
  g_free(who);
  g_free(what);
  return false;
}

bool recnn__ranker_check_user(const RecnnRanker *ranker, int64_t user, GError **error) {
  if (user >= 0 && user < ranker->n_users)
    return true;
  return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                         "user index %" G_GINT64_FORMAT
                         " is not one of model %s's users, 0 to %" G_GINT64_FORMAT,
                         (gint64)user, ranker->model_class->name, (gint64)ranker->n_users - 1);
}

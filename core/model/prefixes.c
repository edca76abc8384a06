/* Whether one pass over a sequence may teach a model what comes behind each of its steps. */
#include "model/model-private.h"

#include "base/error.h"
#include "base/where.h"

bool recnn_model_shares_prefixes(const RecnnModel *model, GError **error) {
  const RecnnModelClass *c = model->model_class;
  if (c->shares_prefixes == NULL)
    return recnn_error_set(error, RECNN_ERROR_UNSUPPORTED,
                           "model %s does not say that its steps depend on earlier ones alone; "
                           "`recnn-inspect MODEL` tells of a model whether it does",
                           c->name);
  RecnnError why = RECNN_ERROR_INIT;
  RecnnWhere before = recnn_where_enter("shares_prefixes()", c->name, c);
  RecnnStatus status = c->shares_prefixes(model->self, &why);
  recnn_where_leave(before);
  if (status == RECNN_OK)
    return true;
  g_autofree char *where = g_strdup_printf("model %s", c->name);
  recnn_error_from_plugin(error, status, &why, where);
  return false;
}

/* The layout of everything that crosses the border, written down: a change here is a change of the
 * ABI, meant or not.  Before 1.0 it needs a new RECNN_ABI_MINOR, from 1.0 on only additions at the
 * end of structs that begin with struct_size are possible (docs/PLUGIN-ABI.md).  headers.sh sees to
 * it that no struct and no constant of the headers is left out. */
#include <glib.h>

#include <recnn/embed.h>
#include <recnn/host.h>
#include <recnn/kind/loss.h>
#include <recnn/kind/model.h>
#include <recnn/kind/op.h>
#include <recnn/service/compute.h>
#include <recnn/service/log.h>

typedef struct Golden {
  const char *what;
  uint64_t is;
  uint64_t was;
} Golden;

#define SIZE(type, size)                                                                           \
  { "sizeof " #type, sizeof(type), size }
#define AT(type, member, offset)                                                                   \
  { #type "." #member, offsetof(type, member), offset }
#define VALUE(constant, value)                                                                     \
  { #constant, constant, value }

#if defined(__LP64__) && defined(__x86_64__)
static const Golden structs[] = {
    SIZE(RecnnAlignment, 32),
    AT(RecnnAlignment, before_int64, 0),
    AT(RecnnAlignment, int64, 8),
    AT(RecnnAlignment, before_double, 16),
    AT(RecnnAlignment, float64, 24),
    SIZE(RecnnError, 1024),
    AT(RecnnError, struct_size, 0),
    AT(RecnnError, code, 4),
    AT(RecnnError, message, 8),
    SIZE(RecnnRequirement, 16),
    AT(RecnnRequirement, id, 0),
    AT(RecnnRequirement, min_size, 8),
    SIZE(RecnnFeature, 16),
    AT(RecnnFeature, kind, 0),
    AT(RecnnFeature, descriptor, 8),
    SIZE(RecnnManifest, 88),
    AT(RecnnManifest, magic, 0),
    AT(RecnnManifest, struct_size, 4),
    AT(RecnnManifest, abi_major, 8),
    AT(RecnnManifest, abi_minor, 12),
    AT(RecnnManifest, fingerprint, 16),
    AT(RecnnManifest, reserved, 20),
    AT(RecnnManifest, name, 24),
    AT(RecnnManifest, version, 32),
    AT(RecnnManifest, licence, 40),
    AT(RecnnManifest, summary, 48),
    AT(RecnnManifest, requirements, 56),
    AT(RecnnManifest, features, 64),
    AT(RecnnManifest, enter, 72),
    AT(RecnnManifest, leave, 80),
    SIZE(RecnnHost, 24),
    AT(RecnnHost, struct_size, 0),
    AT(RecnnHost, version, 8),
    AT(RecnnHost, get_service, 16),
    SIZE(RecnnOption, 40),
    AT(RecnnOption, name, 0),
    AT(RecnnOption, type, 8),
    AT(RecnnOption, default_value, 16),
    AT(RecnnOption, range, 24),
    AT(RecnnOption, doc, 32),
    SIZE(RecnnValue, 16),
    AT(RecnnValue, type, 0),
    AT(RecnnValue, count, 4),
    AT(RecnnValue, as, 8),
    SIZE(RecnnAttr, 24),
    AT(RecnnAttr, name, 0),
    AT(RecnnAttr, value, 8),
    SIZE(RecnnTensor, 112),
    AT(RecnnTensor, data, 0),
    AT(RecnnTensor, dtype, 8),
    AT(RecnnTensor, rank, 12),
    AT(RecnnTensor, shape, 16),
    AT(RecnnTensor, stride, 64),
    SIZE(RecnnOpHost, 72),
    AT(RecnnOpHost, struct_size, 0),
    AT(RecnnOpHost, fail, 8),
    AT(RecnnOpHost, scratch, 16),
    AT(RecnnOpHost, parallel, 24),
    AT(RecnnOpHost, add_rows, 32),
    AT(RecnnOpHost, random, 40),
    AT(RecnnOpHost, random_fill, 48),
    AT(RecnnOpHost, gemm, 56),
    AT(RecnnOpHost, add_scaled_rows, 64),
    SIZE(RecnnOpCall, 104),
    AT(RecnnOpCall, struct_size, 0),
    AT(RecnnOpCall, host, 8),
    AT(RecnnOpCall, op, 16),
    AT(RecnnOpCall, n_inputs, 24),
    AT(RecnnOpCall, training, 28),
    AT(RecnnOpCall, inputs, 32),
    AT(RecnnOpCall, attrs, 40),
    AT(RecnnOpCall, output, 48),
    AT(RecnnOpCall, saved, 56),
    AT(RecnnOpCall, stream, 64),
    AT(RecnnOpCall, output_grad, 72),
    AT(RecnnOpCall, input_grads, 80),
    AT(RecnnOpCall, beta, 88),
    AT(RecnnOpCall, wanted, 96),
    SIZE(RecnnOpSampleInput, 88),
    AT(RecnnOpSampleInput, dtype, 0),
    AT(RecnnOpSampleInput, rank, 4),
    AT(RecnnOpSampleInput, shape, 8),
    AT(RecnnOpSampleInput, fill, 56),
    AT(RecnnOpSampleInput, low, 64),
    AT(RecnnOpSampleInput, high, 72),
    AT(RecnnOpSampleInput, no_grad, 80),
    SIZE(RecnnOpSample, 48),
    AT(RecnnOpSample, name, 0),
    AT(RecnnOpSample, inputs, 8),
    AT(RecnnOpSample, n_inputs, 16),
    AT(RecnnOpSample, attrs, 24),
    AT(RecnnOpSample, n_attrs, 32),
    AT(RecnnOpSample, inference, 36),
    AT(RecnnOpSample, no_empty, 37),
    AT(RecnnOpSample, batch, 40),
    SIZE(RecnnOp, 88),
    AT(RecnnOp, struct_size, 0),
    AT(RecnnOp, name, 8),
    AT(RecnnOp, doc, 16),
    AT(RecnnOp, min_inputs, 24),
    AT(RecnnOp, max_inputs, 28),
    AT(RecnnOp, attrs, 32),
    AT(RecnnOp, flags, 40),
    AT(RecnnOp, shape, 48),
    AT(RecnnOp, forward, 56),
    AT(RecnnOp, backward, 64),
    AT(RecnnOp, samples, 72),
    AT(RecnnOp, cost, 80),
    SIZE(RecnnOpCost, 16),
    AT(RecnnOpCost, operations, 0),
    AT(RecnnOpCost, bytes, 8),
    SIZE(RecnnInit, 24),
    AT(RecnnInit, kind, 0),
    AT(RecnnInit, a, 8),
    AT(RecnnInit, b, 16),
    SIZE(RecnnParamApi, 24),
    AT(RecnnParamApi, struct_size, 0),
    AT(RecnnParamApi, declare, 8),
    AT(RecnnParamApi, tensor, 16),
    SIZE(RecnnBatchApi, 24),
    AT(RecnnBatchApi, struct_size, 0),
    AT(RecnnBatchApi, size, 8),
    AT(RecnnBatchApi, field, 16),
    SIZE(RecnnConfigApi, 24),
    AT(RecnnConfigApi, struct_size, 0),
    AT(RecnnConfigApi, option, 8),
    AT(RecnnConfigApi, count, 16),
    SIZE(RecnnGraphApi, 96),
    AT(RecnnGraphApi, struct_size, 0),
    AT(RecnnGraphApi, apply, 8),
    AT(RecnnGraphApi, param, 16),
    AT(RecnnGraphApi, constant, 24),
    AT(RecnnGraphApi, input, 32),
    AT(RecnnGraphApi, tensor, 40),
    AT(RecnnGraphApi, training, 48),
    AT(RecnnGraphApi, part, 56),
    AT(RecnnGraphApi, fail, 64),
    AT(RecnnGraphApi, draw, 72),
    AT(RecnnGraphApi, output, 80),
    AT(RecnnGraphApi, step, 88),
    SIZE(RecnnLogApi, 16),
    AT(RecnnLogApi, struct_size, 0),
    AT(RecnnLogApi, message, 8),
    SIZE(RecnnComputeApi, 24),
    AT(RecnnComputeApi, struct_size, 0),
    AT(RecnnComputeApi, parallel, 8),
    AT(RecnnComputeApi, gemm, 16),
    SIZE(RecnnQuestion, 80),
    AT(RecnnQuestion, struct_size, 0),
    AT(RecnnQuestion, user, 8),
    AT(RecnnQuestion, history, 16),
    AT(RecnnQuestion, n_history, 24),
    AT(RecnnQuestion, ratings, 32),
    AT(RecnnQuestion, condition, 40),
    AT(RecnnQuestion, candidates, 48),
    AT(RecnnQuestion, n_candidates, 56),
    AT(RecnnQuestion, k, 64),
    AT(RecnnQuestion, include_seen, 72),
    AT(RecnnQuestion, skip_unknown, 73),
    SIZE(RecnnInteractions, 64),
    AT(RecnnInteractions, struct_size, 0),
    AT(RecnnInteractions, n, 8),
    AT(RecnnInteractions, n_users, 16),
    AT(RecnnInteractions, n_items, 24),
    AT(RecnnInteractions, user, 32),
    AT(RecnnInteractions, item, 40),
    AT(RecnnInteractions, rating, 48),
    AT(RecnnInteractions, timestamp, 56),
    SIZE(RecnnMigration, 88),
    AT(RecnnMigration, struct_size, 0),
    AT(RecnnMigration, plugin, 8),
    AT(RecnnMigration, version, 16),
    AT(RecnnMigration, option, 24),
    AT(RecnnMigration, set_option, 32),
    AT(RecnnMigration, count, 40),
    AT(RecnnMigration, tensor_name, 48),
    AT(RecnnMigration, tensor, 56),
    AT(RecnnMigration, add, 64),
    AT(RecnnMigration, rename, 72),
    AT(RecnnMigration, remove, 80),
    SIZE(RecnnModelClass, 160),
    AT(RecnnModelClass, struct_size, 0),
    AT(RecnnModelClass, name, 8),
    AT(RecnnModelClass, summary, 16),
    AT(RecnnModelClass, paper, 24),
    AT(RecnnModelClass, options, 32),
    AT(RecnnModelClass, train_fields, 40),
    AT(RecnnModelClass, query_fields, 48),
    AT(RecnnModelClass, default_loss, 56),
    AT(RecnnModelClass, flags, 64),
    AT(RecnnModelClass, reserved, 68),
    AT(RecnnModelClass, instance_size, 72),
    AT(RecnnModelClass, create, 80),
    AT(RecnnModelClass, destroy, 88),
    AT(RecnnModelClass, loss, 96),
    AT(RecnnModelClass, predict, 104),
    AT(RecnnModelClass, encode_items, 112),
    AT(RecnnModelClass, score_items, 120),
    AT(RecnnModelClass, fit, 128),
    AT(RecnnModelClass, migrate, 136),
    AT(RecnnModelClass, shares_prefixes, 144),
    AT(RecnnModelClass, penalty, 152),
    SIZE(RecnnLossInput, 88),
    AT(RecnnLossInput, struct_size, 0),
    AT(RecnnLossInput, batch, 8),
    AT(RecnnLossInput, score, 16),
    AT(RecnnLossInput, negative, 24),
    AT(RecnnLossInput, target, 32),
    AT(RecnnLossInput, item, 40),
    AT(RecnnLossInput, row_start, 48),
    AT(RecnnLossInput, row_item, 56),
    AT(RecnnLossInput, row_value, 64),
    AT(RecnnLossInput, n_items, 72),
    AT(RecnnLossInput, n_drawn, 80),
    SIZE(RecnnLossClass, 56),
    AT(RecnnLossClass, struct_size, 0),
    AT(RecnnLossClass, name, 8),
    AT(RecnnLossClass, doc, 16),
    AT(RecnnLossClass, paper, 24),
    AT(RecnnLossClass, options, 32),
    AT(RecnnLossClass, form, 40),
    AT(RecnnLossClass, flags, 44),
    AT(RecnnLossClass, value, 48),
};
#endif

static const Golden values[] = {
    VALUE(RECNN_ABI_MAGIC, 0x4e434552),
    VALUE(RECNN_ABI_MAJOR, 0),
    VALUE(RECNN_ABI_MINOR, 1),
    VALUE(RECNN_ABI_BYTE_ORDER, 1u),
    VALUE(RECNN_OK, 0),
    VALUE(RECNN_ERROR_FAILED, 1),
    VALUE(RECNN_ERROR_ARGUMENT, 2),
    VALUE(RECNN_ERROR_SHAPE, 3),
    VALUE(RECNN_ERROR_OPTION, 4),
    VALUE(RECNN_ERROR_MEMORY, 5),
    VALUE(RECNN_ERROR_IO, 6),
    VALUE(RECNN_ERROR_FORMAT, 7),
    VALUE(RECNN_ERROR_DATA, 8),
    VALUE(RECNN_ERROR_NOT_FOUND, 9),
    VALUE(RECNN_ERROR_NUMERIC, 10),
    VALUE(RECNN_ERROR_UNSUPPORTED, 11),
    VALUE(RECNN_ERROR_INTERRUPTED, 12),
    VALUE(RECNN_ERROR_PLUGIN_OPEN, 20),
    VALUE(RECNN_ERROR_PLUGIN_SYMBOL, 21),
    VALUE(RECNN_ERROR_PLUGIN_MAGIC, 22),
    VALUE(RECNN_ERROR_PLUGIN_VERSION, 23),
    VALUE(RECNN_ERROR_PLUGIN_SIZE, 24),
    VALUE(RECNN_ERROR_PLUGIN_FINGERPRINT, 25),
    VALUE(RECNN_ERROR_PLUGIN_SERVICE, 26),
    VALUE(RECNN_ERROR_PLUGIN_NAME, 27),
    VALUE(RECNN_ERROR_PLUGIN_FEATURE, 28),
    VALUE(RECNN_ERROR_PLUGIN_ENTER, 29),
    VALUE(RECNN_OPTION_BOOL, 1),
    VALUE(RECNN_OPTION_INT, 2),
    VALUE(RECNN_OPTION_FLOAT, 3),
    VALUE(RECNN_OPTION_STRING, 4),
    VALUE(RECNN_OPTION_CHOICE, 5),
    VALUE(RECNN_OPTION_INT_LIST, 6),
    VALUE(RECNN_OPTION_FLOAT_LIST, 7),
    VALUE(RECNN_MAX_RANK, 6),
    VALUE(RECNN_FLOAT32, 1),
    VALUE(RECNN_INT64, 2),
    VALUE(RECNN_OP_STOCHASTIC, 1u),
    VALUE(RECNN_OP_STRIDED, 2u),
    VALUE(RECNN_OP_BETA, 4u),
    VALUE(RECNN_OP_VIEW, 8u),
    VALUE(RECNN_OP_ROWS_REST, 16u),
    VALUE(RECNN_OP_ROWS_MASK, 0xffff0000),
    VALUE(RECNN_SAMPLE_UNIFORM, 0),
    VALUE(RECNN_SAMPLE_OFFSETS, 1),
    VALUE(RECNN_SAMPLE_DISTINCT, 2),
    VALUE(RECNN_INIT_CONSTANT, 0),
    VALUE(RECNN_INIT_NORMAL, 1),
    VALUE(RECNN_INIT_UNIFORM, 2),
    VALUE(RECNN_INIT_XAVIER_UNIFORM, 3),
    VALUE(RECNN_INIT_XAVIER_NORMAL, 4),
    VALUE(RECNN_INIT_FAN_IN_UNIFORM, 5),
    VALUE(RECNN_INIT_FAN_IN_NORMAL, 6),
    VALUE(RECNN_PARAM_BUFFER, 1u),
    VALUE(RECNN_PARAM_INT64, 2u),
    VALUE(RECNN_PARAM_TRANSPOSED, 4u),
    VALUE(RECNN_DRAW_NORMAL, 0),
    VALUE(RECNN_DRAW_KEEP, 1),
    VALUE(RECNN_LOG_DEBUG, 0),
    VALUE(RECNN_LOG_INFO, 1),
    VALUE(RECNN_LOG_WARNING, 2),
    VALUE(RECNN_MODEL_BATCH_NORM, 1u),
    VALUE(RECNN_MODEL_COUNTS_ALL, 2u),
    VALUE(RECNN_MODEL_PADDING, 4u),
    VALUE(RECNN_LOSS_POINTWISE, 1),
    VALUE(RECNN_LOSS_PAIRWISE, 2),
    VALUE(RECNN_LOSS_LISTWISE, 3),
    VALUE(RECNN_LOSS_ROWS, 4),
    VALUE(RECNN_LOSS_LABELS, 1u),
};

static const struct {
  const char *is;
  const char *was;
} texts[] = {
    {RECNN_PLUGIN_QUERY_SYMBOL, "recnn_plugin_query"},
    {RECNN_OP_KIND, "recnn.op/1"},
    {RECNN_PARAM_SERVICE, "recnn.param/1"},
    {RECNN_BATCH_SERVICE, "recnn.batch/1"},
    {RECNN_CONFIG_SERVICE, "recnn.config/1"},
    {RECNN_GRAPH_SERVICE, "recnn.graph/1"},
    {RECNN_LOG_SERVICE, "recnn.log/1"},
    {RECNN_COMPUTE_SERVICE, "recnn.compute/1"},
    {RECNN_MODEL_KIND, "recnn.model/1"},
    {RECNN_LOSS_KIND, "recnn.loss/1"},
};

static void compare(const Golden *golden, size_t n) {
  for (size_t i = 0; i < n; i++)
    if (golden[i].is != golden[i].was)
      g_error("%s is %" G_GUINT64_FORMAT ", was %" G_GUINT64_FORMAT, golden[i].what, golden[i].is,
              golden[i].was);
}

static void test_structs(void) {
#if defined(__LP64__) && defined(__x86_64__)
  compare(structs, G_N_ELEMENTS(structs));
  g_assert_cmphex(RECNN_ABI_FINGERPRINT, ==, 0x18814888);
#else
  g_test_skip("the layout is written down for x86-64 only");
#endif
}

static void test_constants(void) {
  compare(values, G_N_ELEMENTS(values));
  g_assert_cmphex(RECNN_OP_ROWS(0), ==, 0x10000);
  g_assert_cmphex(RECNN_OP_ROWS(15), ==, 0x80000000);
  for (size_t i = 0; i < G_N_ELEMENTS(texts); i++)
    g_assert_cmpstr(texts[i].is, ==, texts[i].was);
}

/* RECNN_HAS is how both sides ask whether a member is there. */
static void test_has(void) {
  RecnnLogApi api = {0};
  const RecnnLogApi *none = NULL;
  api.struct_size = offsetof(RecnnLogApi, message);
  g_assert_false(RECNN_HAS(&api, RecnnLogApi, message));
  api.struct_size = sizeof api - 1;
  g_assert_false(RECNN_HAS(&api, RecnnLogApi, message));
  api.struct_size = sizeof api;
  g_assert_true(RECNN_HAS(&api, RecnnLogApi, message));
  g_assert_false(RECNN_HAS(none, RecnnLogApi, message));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/abi/layout/structs", test_structs);
  g_test_add_func("/abi/layout/constants", test_constants);
  g_test_add_func("/abi/layout/has", test_has);
  return g_test_run();
}

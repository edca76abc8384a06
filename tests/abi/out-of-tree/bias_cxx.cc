/* bias.c again, as a C++ programmer would write it.  C++17 knows no designated initialisers, so the
 * class is built by a function, at compile time. */
#include <recnn/plugin.h>

namespace {

struct Bias {
  RecnnParam *mean;
  RecnnParam *user;
  RecnnParam *item;
};

const RecnnOption options[] = {
    {"mean", RECNN_OPTION_FLOAT, "3.5", "[0,10]", "The rating to begin with."},
    {"scale", RECNN_OPTION_FLOAT, "0.01", "(0,1]", "How far biases begin from zero."},
    {nullptr, 0, nullptr, nullptr, nullptr},
};

RecnnStatus create(void *self, RecnnModel *model, RecnnError *) {
  const double scale = recnn_option_float(model, "scale");
  const double mean = recnn_option_float(model, "mean");
  auto *bias = static_cast<Bias *>(self);
  bias->mean = recnn_param_vector(model, "mean", 1, recnn_init(RECNN_INIT_CONSTANT, mean, 0.0));
  bias->user = recnn_param_matrix(model, "user.weight", recnn_count(model, "users"), 1,
                                  recnn_init(RECNN_INIT_NORMAL, 0.0, scale));
  bias->item = recnn_param_matrix(model, "item.weight", recnn_count(model, "items"), 1,
                                  recnn_init(RECNN_INIT_NORMAL, 0.0, scale));
  return RECNN_OK;
}

RecnnVar *look_up(RecnnGraph *graph, RecnnParam *table, const RecnnBatch *batch,
                  const char *field) {
  return recnn_embedding(graph, recnn_param(graph, table), recnn_input(graph, batch, field));
}

RecnnVar *of_users(const Bias &bias, RecnnGraph *graph, const RecnnBatch *batch) {
  return recnn_add(graph, look_up(graph, bias.user, batch, "user"), recnn_param(graph, bias.mean));
}

RecnnVar *predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const auto &bias = *static_cast<const Bias *>(self);
  const int64_t shape[] = {-1};
  return recnn_reshape(
      graph,
      recnn_add(graph, of_users(bias, graph, batch), look_up(graph, bias.item, batch, "item")),
      shape, 1);
}

RecnnVar *encode_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return look_up(graph, static_cast<const Bias *>(self)->item, batch, "item");
}

RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                      RecnnVar *items) {
  const int64_t shape[] = {recnn_api.batch->size(batch), -1};
  const auto &bias = *static_cast<const Bias *>(self);
  return recnn_reshape(graph, recnn_outer_add(graph, of_users(bias, graph, batch), items, "none"),
                       shape, 2);
}

const char *const train_fields[] = {"user", "item", "rating", nullptr};
const char *const query_fields[] = {"user", nullptr};

constexpr RecnnModelClass make_class() {
  RecnnModelClass c{};
  c.struct_size = sizeof c;
  c.name = "bias_cxx";
  c.summary = "Biases of users and items";
  c.paper = "Koren, Bell and Volinsky 2009, section 3";
  c.options = options;
  c.train_fields = train_fields;
  c.query_fields = query_fields;
  c.default_loss = "mse";
  c.instance_size = sizeof(Bias);
  c.create = create;
  c.predict = predict;
  c.encode_items = encode_items;
  c.score_items = score_items;
  return c;
}
constexpr RecnnModelClass bias_class = make_class();

const RecnnFeature features[] = {{RECNN_MODEL_KIND, &bias_class}, {nullptr, nullptr}};

} // namespace

RECNN_PLUGIN("bias_cxx", "1.0.0", "Apache-2.0", "Biases of users and items", features);

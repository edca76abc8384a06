/* Every loss by name, on a model whose scores are dictated: its value against the formula of its
 * paper, worked out in double; and for all of them, whatever they are, gradients by finite
 * differences, a batch of one, and the same bits at any number of threads. */
#include <math.h>
#include <string.h>

#include <glib.h>

#include "base/error.h"
#include "base/parallel.h"
#include "base/rng.h"
#include "check/plugin.h"
#include "losses/losses.h"
#include "model/objective.h"
#include "support/table-model.h"

#define SEED 9
#define STEP 4

typedef struct Bench {
  int64_t n_users;
  int64_t n_items;
  int64_t n; /* rows of the batch */
  RecnnModel *model;
  RecnnBatch *batch;
  RecnnGraph *graph;
} Bench;

static double uniform(RecnnRng *rng, double low, double high) {
  return low + (high - low) * recnn_rng_double(rng);
}

static void add(Bench *b, const char *name, int32_t dtype, int64_t n) {
  GError *error = NULL;
  g_assert_true(recnn_batch_add(b->batch, name, dtype, n, 0, NULL, &error));
}

/* Row i is of user i; item i (counted round) was chosen by it, and the one behind that was not. */
static Bench *bench_new(int64_t n_users, int64_t n_items, int64_t n) {
  Bench *b = g_new0(Bench, 1);
  RecnnRng rng;
  recnn_rng_init(&rng, SEED, RECNN_STREAM(RECNN_STREAM_TEST, 1));
  *b = (Bench){n_users, n_items, n, NULL, recnn_batch_new(), recnn_graph_new(SEED)};
  b->model = table_model(&table_rating_class, n_users, n_items);
  for (int64_t u = 0; u < n_users; u++)
    for (int64_t i = 0; i < n_items; i++)
      table_set(b->model, u, i, (float)uniform(&rng, -1.5, 1.5));
  add(b, "user", RECNN_INT64, n);
  add(b, "item", RECNN_INT64, n);
  add(b, "neg_item", RECNN_INT64, n);
  add(b, "rating", RECNN_FLOAT32, n);
  add(b, "label", RECNN_FLOAT32, n);
  add(b, "row_start", RECNN_INT64, n + 1);
  add(b, "row_item", RECNN_INT64, 2 * n);
  add(b, "row_value", RECNN_FLOAT32, 2 * n);
  recnn_batch_set_ragged(b->batch, "row_start");
  recnn_batch_set_ragged(b->batch, "row_item");
  recnn_batch_set_ragged(b->batch, "row_value");
  recnn_batch_set_size(b->batch, n);
  recnn_batch_set_length(b->batch, "row_start", n + 1);
  recnn_batch_set_length(b->batch, "row_item", 2 * n);
  recnn_batch_set_length(b->batch, "row_value", 2 * n);
  for (int64_t i = 0; i < n; i++) {
    recnn_batch_int64(b->batch, "user")[i] = i % n_users;
    recnn_batch_int64(b->batch, "item")[i] = i % n_items;
    recnn_batch_int64(b->batch, "neg_item")[i] = (i + 1) % n_items;
    recnn_batch_float32(b->batch, "rating")[i] = (float)uniform(&rng, 1.0, 5.0);
    recnn_batch_float32(b->batch, "label")[i] = i % 2 == 0 ? 1.0f : 0.0f;
    recnn_batch_int64(b->batch, "row_start")[i] = 2 * i;
    for (int64_t j = 0; j < 2; j++) {
      recnn_batch_int64(b->batch, "row_item")[2 * i + j] = MIN(i % n_items, n_items - 2) + j;
      recnn_batch_float32(b->batch, "row_value")[2 * i + j] = 1.0f;
    }
  }
  recnn_batch_int64(b->batch, "row_start")[n] = 2 * n;
  return b;
}

static void bench_free(Bench *b) {
  recnn_graph_free(b->graph);
  recnn_batch_free(b->batch);
  recnn_model_free(b->model);
  g_free(b);
}

static RecnnObjective *objective_new(const Bench *b, const char *text) {
  GError *error = NULL;
  RecnnObjective *o = recnn_objective_new(b->model, text, NULL, SEED, &error);
  g_assert_no_error(error);
  return o;
}

/* The value; with `gradient`, backward too. */
static double run(Bench *b, RecnnObjective *o, bool gradient) {
  GError *error = NULL;
  RecnnParam *const *params;
  int32_t n = recnn_model_params(b->model, &params);
  recnn_graph_reset(b->graph, STEP, true, gradient);
  RecnnVar *loss = recnn_model_loss(b->model, b->graph, b->batch, o);
  (void)recnn_graph_check(b->graph, &error);
  g_assert_no_error(error);
  if (gradient)
    g_assert_true(recnn_graph_backward(b->graph, loss, params, n, &error));
  return (double)*(const float *)recnn_graph_tensor(loss)->data;
}

static double value_of(Bench *b, const char *text) {
  RecnnObjective *o = objective_new(b, text);
  double value = run(b, o, false);
  recnn_objective_free(o);
  return value;
}

/* ---- the formulas */

static double sigmoid(double x) { return 1.0 / (1.0 + exp(-x)); }

static double score(const Bench *b, int64_t row, int64_t item) {
  return (double)table_get(b->model, recnn_batch_int64(b->batch, "user")[row], item);
}

static int64_t item_of(const Bench *b, const char *field, int64_t row) {
  return recnn_batch_int64(b->batch, field)[row];
}

/* The scores that row `row` has and did not choose, the candidates being all items, or those of the
 * batch and `samples` drawn ones (`drawn_only`: only those); returns how many. */
static int64_t list_others(const Bench *b, int64_t row, int64_t samples, bool drawn_only,
                           double *others) {
  int64_t n = 0, own = item_of(b, "item", row);
  if (samples == 0) {
    for (int64_t i = 0; i < b->n_items; i++)
      if (i != own)
        others[n++] = score(b, row, i);
    return n;
  }
  for (int64_t i = 0; i < b->n && !drawn_only; i++)
    if (item_of(b, "item", i) != own)
      others[n++] = score(b, row, item_of(b, "item", i));
  RecnnRng rng;
  recnn_rng_init(&rng, SEED, RECNN_STREAM(RECNN_STREAM_LOSS, STEP));
  for (int64_t i = 0; i < samples; i++) {
    int64_t item = (int64_t)recnn_rng_below(&rng, (uint64_t)b->n_items);
    if (item != own)
      others[n++] = score(b, row, item);
  }
  return n;
}

/* Hidasi and Karatzoglou 2018: BPR-max, equation 10, with its regularisation; TOP1; TOP1-max. */
typedef enum { BPR_MAX, TOP1, TOP1_MAX } Formula;

static double formula(const Bench *b, Formula which, int64_t samples, double lambda) {
  double total = 0.0, *others = g_new(double, b->n_items + b->n + samples);
  for (int64_t row = 0; row < b->n; row++) {
    int64_t n = list_others(b, row, samples, false, others);
    double r = score(b, row, item_of(b, "item", row)), z = 0.0, mean = 0.0, squares = 0.0;
    for (int64_t j = 0; j < n; j++)
      z += exp(others[j]);
    for (int64_t j = 0; j < n; j++) {
      double s = which == TOP1 ? 1.0 / (double)n : exp(others[j]) / z;
      squares += s * others[j] * others[j];
      mean += s * (which == BPR_MAX ? sigmoid(r - others[j])
                                    : sigmoid(others[j] - r) + sigmoid(others[j] * others[j]));
    }
    total += which == BPR_MAX ? -log(mean) + lambda * squares : mean;
  }
  g_free(others);
  return total / (double)b->n;
}

static double softmax_formula(const Bench *b, int64_t samples) {
  double total = 0.0, *others = g_new(double, b->n_items + b->n + samples);
  double expected = samples > 0 ? (double)samples / (double)b->n_items : 1.0; /* S q */
  for (int64_t row = 0; row < b->n; row++) {
    int64_t n = list_others(b, row, samples, true, others);
    double r = score(b, row, item_of(b, "item", row)), z = exp(r);
    for (int64_t j = 0; j < n; j++)
      z += exp(others[j]) / expected;
    total += log(z) - r;
  }
  g_free(others);
  return total / (double)b->n;
}

static double multinomial_formula(const Bench *b) {
  double total = 0.0;
  for (int64_t row = 0; row < b->n; row++) {
    double z = 0.0;
    for (int64_t i = 0; i < b->n_items; i++)
      z += exp(score(b, row, i));
    for (int64_t j = 2 * row; j < 2 * row + 2; j++)
      total += log(z) - score(b, row, item_of(b, "row_item", j));
  }
  return total / (double)b->n;
}

static double pair_formula(const Bench *b, double margin, bool hinge) {
  double total = 0.0;
  for (int64_t row = 0; row < b->n; row++) {
    double d = score(b, row, item_of(b, "item", row)) - score(b, row, item_of(b, "neg_item", row));
    total += hinge ? fmax(0.0, margin - d) : -log(sigmoid(d));
  }
  return total / (double)b->n;
}

static double point_formula(const Bench *b, bool labels) {
  double total = 0.0;
  for (int64_t row = 0; row < b->n; row++) {
    double x = score(b, row, item_of(b, "item", row));
    double rating = (double)recnn_batch_float32(b->batch, "rating")[row];
    double label = (double)recnn_batch_float32(b->batch, "label")[row];
    total += labels ? -label * log(sigmoid(x)) - (1.0 - label) * log(1.0 - sigmoid(x))
                    : (x - rating) * (x - rating);
  }
  return total / (double)b->n;
}

static void check_values(Bench *b) {
  const struct {
    const char *text;
    double expected;
  } cases[] = {
      {"mse", point_formula(b, false)},
      {"bce", point_formula(b, true)},
      {"bpr", pair_formula(b, 0.0, false)},
      {"hinge", pair_formula(b, 1.0, true)},
      {"hinge margin=0.25", pair_formula(b, 0.25, true)},
      {"cross_entropy", softmax_formula(b, 0)},
      {"sampled_softmax samples=0", softmax_formula(b, 0)},
      {"sampled_softmax samples=7", softmax_formula(b, 7)},
      {"multinomial", multinomial_formula(b)},
      {"bpr_max", formula(b, BPR_MAX, 0, 1.0)},
      {"bpr_max regularization=0", formula(b, BPR_MAX, 0, 0.0)},
      {"bpr_max samples=5 regularization=0.5", formula(b, BPR_MAX, 5, 0.5)},
      {"top1", formula(b, TOP1, 0, 0.0)},
      {"top1 samples=5", formula(b, TOP1, 5, 0.0)},
      {"top1_max", formula(b, TOP1_MAX, 0, 0.0)},
      {"top1_max samples=5", formula(b, TOP1_MAX, 5, 0.0)},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    double is = value_of(b, cases[i].text);
    if (!(fabs(is - cases[i].expected) <= 2e-6 * (1.0 + fabs(cases[i].expected))))
      g_error("loss %s is %.9g, by its formula %.9g", cases[i].text, is, cases[i].expected);
  }
}

static void test_values(void) {
  Bench *b = bench_new(5, 6, 5);
  check_values(b);
  bench_free(b);
}

static void test_batch_of_one(void) {
  Bench *b = bench_new(2, 4, 1);
  check_values(b);
  bench_free(b);
}

/* Numbers from a pocket calculator: two others, at 0 and ln 3 above a chosen 0, have the softmax
 * (1/4, 3/4) and sigmoids of 1/2 and 1/4 (BPR) or 1/2 and 3/4 (TOP1). */
static void test_by_hand(void) {
  Bench *b = bench_new(1, 3, 1);
  table_set(b->model, 0, 0, 0.0f);
  table_set(b->model, 0, 1, 0.0f);
  table_set(b->model, 0, 2, logf(3.0f));
  const double l2 = 1.0986122887 * 1.0986122887, s2 = sigmoid(l2);
  g_assert_cmpfloat_with_epsilon(value_of(b, "bpr_max regularization=0"), 1.16315081, 1e-6);
  g_assert_cmpfloat_with_epsilon(value_of(b, "bpr_max"), 1.16315081 + 0.75 * l2, 1e-6);
  g_assert_cmpfloat_with_epsilon(value_of(b, "top1"), (0.5 + 0.5 + 0.75 + s2) / 2.0, 1e-6);
  g_assert_cmpfloat_with_epsilon(value_of(b, "top1_max"), 0.25 + 0.75 * (0.75 + s2), 1e-6);
  g_assert_cmpfloat_with_epsilon(value_of(b, "cross_entropy"), 1.60943791, 1e-6); /* ln 5 */
  g_assert_cmpfloat_with_epsilon(value_of(b, "hinge"), 1.0, 1e-6);
  g_assert_cmpfloat_with_epsilon(value_of(b, "bpr"), 0.69314718, 1e-6);
  bench_free(b);
}

/* ---- whatever there is */

/* The gradient by the score of a user and an item: that of predict()'s table or of score_items()'s,
 * whichever took part. */
static double gradient_at(const Bench *b, int64_t user, int64_t item) {
  const struct {
    const char *name;
    int64_t at;
  } places[] = {{"cells", user * b->n_items + item}, {"by_item", item * b->n_users + user}};
  double sum = 0.0;
  for (int i = 0; i < 2; i++) {
    const RecnnParam *param = recnn_model_find_param(b->model, places[i].name);
    int64_t size = recnn_param_row_size(param);
    if (param->grad_kind == RECNN_GRAD_DENSE)
      sum += (double)((const float *)param->grad.data)[places[i].at];
    for (int64_t r = 0; param->grad_kind == RECNN_GRAD_ROWS && r < param->n_rows; r++)
      if (param->row_ids[r] == places[i].at / size)
        sum += (double)param->row_values[r * size + places[i].at % size];
  }
  return sum;
}

static void check_gradients(Bench *b, const char *text) {
  const float h = 1.0f / 64.0f;
  RecnnObjective *o = objective_new(b, text);
  double largest = 0.0;
  for (int64_t u = 0; u < b->n_users; u++)
    for (int64_t i = 0; i < b->n_items; i++) {
      float x = table_get(b->model, u, i);
      (void)run(b, o, true);
      double is = gradient_at(b, u, i);
      table_set(b->model, u, i, x + h);
      double above = run(b, o, false);
      table_set(b->model, u, i, x - h);
      double below = run(b, o, false);
      table_set(b->model, u, i, x);
      double expected = (above - below) / (2.0 * (double)h);
      largest = fmax(largest, fabs(is));
      if (!(fabs(is - expected) <= 1e-3 + 5e-3 * fabs(expected)))
        g_error(
            "loss %s: the gradient by the score of user %d and item %d is %g, by differences %g",
            text, (int)u, (int)i, is, expected);
    }
  g_assert_cmpfloat(largest, >, 0.01);
  recnn_objective_free(o);
}

static void test_gradients(const void *data) {
  const RecnnLossClass *c = recnn_loss_find(data);
  Bench *b = bench_new(4, 5, 4);
  check_gradients(b, c->name);
  if (recnn_loss_samples(c)) {
    char *text = g_strdup_printf("%s samples=6", c->name);
    check_gradients(b, text);
    g_free(text);
  }
  bench_free(b);
}

static void test_threads(const void *data) {
  static const int threads[] = {1, 2, 4};
  Bench *b = bench_new(90, 700, 200);
  RecnnObjective *o = objective_new(b, data);
  const char *names[2] = {"cells", "by_item"};
  double value = 0.0;
  GByteArray *bits[2] = {NULL, NULL}; /* of the first number of threads */
  for (int t = 0; t < 3; t++) {
    g_assert_true(recnn_parallel_set_threads(threads[t], NULL));
    double is = run(b, o, true);
    g_assert_true(isfinite(is));
    if (t > 0)
      g_assert_cmpfloat(is, ==, value);
    value = is;
    for (int i = 0; i < 2; i++) {
      const RecnnParam *param = recnn_model_find_param(b->model, names[i]);
      GByteArray *now = g_byte_array_new();
      if (param->grad_kind == RECNN_GRAD_DENSE)
        g_byte_array_append(now, param->grad.data, (guint)recnn_tensor_bytes(&param->grad));
      if (param->grad_kind == RECNN_GRAD_ROWS)
        g_byte_array_append(
            now, (const guint8 *)param->row_values,
            (guint)((size_t)(param->n_rows * recnn_param_row_size(param)) * sizeof(float)));
      if (bits[i] == NULL) {
        bits[i] = now;
        continue;
      }
      g_assert_cmpmem(now->data, now->len, bits[i]->data, bits[i]->len);
      g_byte_array_unref(now);
    }
  }
  g_assert_cmpuint(bits[0]->len + bits[1]->len, >, 0);
  g_byte_array_unref(bits[0]);
  g_byte_array_unref(bits[1]);
  recnn_objective_free(o);
  bench_free(b);
}

/* ---- what a model can have, and what is refused */

static void refused(const RecnnModelClass *c, const char *text, const char *part,
                    const char *other) {
  GError *error = NULL;
  RecnnModel *model = table_model(c, 3, 4);
  g_assert_null(recnn_objective_new(model, text, NULL, SEED, &error));
  if (strstr(error->message, part) == NULL || strstr(error->message, other) == NULL)
    g_error("\"%s\" lacks \"%s\" or \"%s\"", error->message, part, other);
  g_error_free(error);
  recnn_model_free(model);
}

static void test_refusals(void) {
  refused(&table_whole_class, "hinge", "wants predict()", "bpr_max, cross_entropy");
  refused(&table_whole_class, "mse", "of the form pointwise", "multinomial");
  refused(&table_pairs_class, "top1", "wants score_items()", "bce, bpr, hinge, mse");
  refused(&table_rating_class, "bpr_maxx", "did you mean bpr_max", "sampled_softmax");
  refused(&table_rating_class, "hinge margin=-1", "margin", "-1");
  refused(&table_rating_class, "hinge; mse", "hinge and mse", "expected one");
  refused(&table_rating_class, "bpr samples=3", "samples", "not known");
}

/* A model that scores all items at once has the drawn ones taken out of that. */
static void test_whole(void) {
  Bench *b = bench_new(5, 6, 5);
  RecnnModel *encoded = b->model;
  double expected[2] = {value_of(b, "bpr_max samples=5"), value_of(b, "cross_entropy")};
  b->model = table_model(&table_whole_class, 5, 6);
  for (int64_t u = 0; u < 5; u++)
    for (int64_t i = 0; i < 6; i++)
      table_set(b->model, u, i, table_get(encoded, u, i));
  g_assert_cmpfloat_with_epsilon(value_of(b, "bpr_max samples=5"), expected[0], 1e-6);
  g_assert_cmpfloat_with_epsilon(value_of(b, "cross_entropy"), expected[1], 1e-6);
  recnn_model_free(encoded);
  bench_free(b);
}

/* The fields that batches get. */
static void test_fields(void) {
  static const struct {
    const char *text;
    const char *fields;
  } cases[] = {{"mse", "user item rating"},
               {"bce", "user item label"},
               {"hinge", "user item neg_item"},
               {"top1", "user item"},
               {"multinomial", "user row_start row_item row_value"}};
  Bench *b = bench_new(3, 4, 3);
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    RecnnObjective *o = objective_new(b, cases[i].text);
    char *fields = g_strjoinv(" ", (char **)recnn_objective_fields(o));
    g_assert_cmpstr(fields, ==, cases[i].fields);
    g_free(fields);
    recnn_objective_free(o);
  }
  bench_free(b);
}

/* Whatever the loss, the model's penalty comes on top of it, and is reported as a part. */
static RecnnVar *seven(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  static const float number = 7.0f;
  const RecnnTensor scalar = recnn_tensor_view((float *)&number, RECNN_FLOAT32, 0, NULL);
  (void)self;
  (void)batch;
  return recnn_graph_constant(graph, &scalar);
}

static void test_penalty(void) {
  static const char *const losses[] = {"auto", "hinge", "top1 samples=3", "multinomial"};
  for (size_t i = 0; i < G_N_ELEMENTS(losses); i++) {
    Bench *b = bench_new(4, 5, 4);
    double without = value_of(b, losses[i]);
    RecnnModelClass with = table_rating_class;
    with.penalty = seven;
    RecnnModel *model = table_model(&with, 4, 5);
    for (int64_t u = 0; u < 4; u++)
      for (int64_t j = 0; j < 5; j++)
        table_set(model, u, j, table_get(b->model, u, j));
    recnn_model_free(b->model);
    b->model = model;
    g_assert_cmpfloat_with_epsilon(value_of(b, losses[i]), without + 7.0, 1e-5);
    const RecnnGraphPart *parts;
    g_assert_cmpint(recnn_graph_parts(b->graph, &parts), ==, 1);
    g_assert_cmpstr(parts[0].name, ==, "penalty");
    g_assert_cmpfloat(parts[0].value, ==, 7.0);
    bench_free(b);
  }
}

/* A score that is no number is no loss of 0. */
static void test_nan(const void *data) {
  Bench *b = bench_new(4, 5, 4);
  for (int64_t i = 0; i < 5; i++)
    table_set(b->model, 1, i, NAN);
  g_assert_true(isnan(value_of(b, data)));
  bench_free(b);
}

/* What plugins' losses go through. */
static void test_check(const void *data) {
  const RecnnLossClass *c = recnn_loss_find(data);
  RecnnCheckReport *report = recnn_check_report_new(c->name);
  recnn_check_feature(report, RECNN_LOSS_KIND, c->name, c);
  g_assert_cmpint(report->n_passed, ==, (int)report->rows->len);
  g_assert_cmpint(report->n_passed, >=, 1);
  recnn_check_report_free(report);
}

/* ---- descriptors of plugins */

static RecnnVar *some_value(const RecnnValue *values, RecnnGraph *graph,
                            const RecnnLossInput *input) {
  (void)values;
  (void)graph;
  return input->score;
}

static const RecnnLossClass good = {.struct_size = sizeof(RecnnLossClass),
                                    .name = "a_good_one",
                                    .doc = "Good.",
                                    .form = RECNN_LOSS_PAIRWISE,
                                    .value = some_value};

static void bad(const RecnnLossClass *c, const char *part) {
  GError *error = NULL;
  g_assert_false(recnn_loss_check(c, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_PLUGIN_FEATURE);
  if (strstr(error->message, part) == NULL)
    g_error("\"%s\" lacks \"%s\"", error->message, part);
  g_error_free(error);
}

static void test_descriptors(void) {
  static const RecnnOption samples[] = {{"samples", RECNN_OPTION_INT, "1", "[0,9]", "Drawn."},
                                        {NULL, 0, NULL, NULL, NULL}};
  GError *error = NULL;
  g_assert_true(recnn_loss_check(&good, &error));
  RecnnLossClass c = good;
  c.struct_size = 8;
  bad(&c, "struct_size is 8");
  c = good;
  c.name = "bpr";
  bad(&c, "\"bpr\"");
  c.name = "Bad";
  bad(&c, "\"Bad\"");
  c = good;
  c.doc = NULL;
  bad(&c, "doc is NULL");
  c = good;
  c.value = NULL;
  bad(&c, "value is NULL");
  c = good;
  c.form = 5;
  bad(&c, "field form");
  c = good;
  c.flags = 8;
  bad(&c, "field flags");
  c.flags = RECNN_LOSS_LABELS;
  bad(&c, "pointwise");
  c = good;
  c.options = samples;
  bad(&c, "samples");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/losses/values", test_values);
  g_test_add_func("/losses/batch-of-one", test_batch_of_one);
  g_test_add_func("/losses/by-hand", test_by_hand);
  g_test_add_func("/losses/refusals", test_refusals);
  g_test_add_func("/losses/whole", test_whole);
  g_test_add_func("/losses/fields", test_fields);
  g_test_add_func("/losses/penalty", test_penalty);
  g_test_add_func("/losses/descriptors", test_descriptors);
  const char **names = recnn_loss_names();
  for (int i = 0; names[i] != NULL; i++) {
    const struct {
      const char *what;
      void (*test)(const void *data);
    } tests[] = {{"gradients", test_gradients},
                 {"threads", test_threads},
                 {"nan", test_nan},
                 {"check", test_check}};
    for (size_t t = 0; t < G_N_ELEMENTS(tests); t++) {
      char *path = g_strdup_printf("/losses/%s/%s", names[i], tests[t].what);
      g_test_add_data_func(path, names[i], tests[t].test);
      g_free(path);
    }
  }
  int status = g_test_run();
  g_free(names);
  return status;
}

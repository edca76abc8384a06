/* Every optimizer against numbers of its namesake in PyTorch 2.13, on a table w (3 x 2) and a
 * vector b (2) over three steps; and what is common to all: groups, clipping, bits.
 *
 *   w0 = [[.5, -.25], [1, 2], [-1.5, .125]];  b0 = [.75, -.5]
 *   gw = [[1, -2], [0, 0], [.5, 3]],  [[.25, .5], [0, 0], [0, 0]],  [[0, 0], [4, -1], [0, 0]]
 *   gb = [.1, -.2],  [3, 1],  [0, -.5]
 *   for s in range(3):
 *       w.grad, b.grad = gw[s], gb[s]    # SparseAdam: sparse_coo_tensors of the rows that are not
 * 0 torch.nn.utils.clip_grad_norm_([w, b], 1.0)                           # not for SparseAdam
 *       optimizer.step()
 *
 * with lr = 0.05 and the options named in each case (learning_rate_decay is torch's lr_decay,
 * initial_accumulator its initial_accumulator_value). */
#include <math.h>

#include <glib.h>

#include "base/error.h"
#include "base/parallel.h"
#include "optim/optimizer.h"
#include "support/gradients.h"

typedef struct Case {
  const char *name;
  const char *options;
  bool clip;
  float after[8]; /* w, then b */
} Case;

static const Case cases[] = {
    {"sgd",
     "weight_decay=0.01",
     true,
     {0.482150912f, -0.230988428f, 0.95034641f, 2.00904012f, -1.50435555f, 0.0851858184f,
      0.70086807f, -0.506151438f}},
    {"sgd",
     "momentum=0.9",
     true,
     {0.456772238f, -0.193127453f, 0.951845646f, 2.01203847f, -1.51791608f, 0.0175039731f,
      0.657667935f, -0.516397238f}},
    {"sgd",
     "momentum=0.9 dampening=0.3 weight_decay=0.01",
     true,
     {0.457824916f, -0.18813096f, 0.963922739f, 2.00368857f, -1.51435328f, 0.0172605682f,
      0.682528853f, -0.508143246f}},
    {"sgd",
     "momentum=0.9 nesterov=true weight_decay=0.01",
     true,
     {0.442044973f, -0.17927222f, 0.904485762f, 2.0148313f, -1.51666987f, -0.0117113153f,
      0.615944326f, -0.519638777f}},
    {"adam",
     "weight_decay=0.01",
     true,
     {0.373447031f, -0.161175445f, 0.867598891f, 1.92690492f, -1.59581268f, 0.0155202821f,
      0.631711483f, -0.490245223f}},
    {"adamw",
     "weight_decay=0.1 beta1=0.8 beta2=0.95",
     true,
     {0.371017814f, -0.163495064f, 0.95046556f, 2.00475907f, -1.58210802f, 0.018638758f,
      0.620811403f, -0.485880256f}},
    {"adagrad",
     "",
     true,
     {0.435879558f, -0.214120433f, 0.949999988f, 2.04999995f, -1.54999995f, 0.075000003f,
      0.650020003f, -0.481486738f}},
    {"adagrad",
     "weight_decay=0.01 learning_rate_decay=0.1 initial_accumulator=0.5",
     true,
     {0.476998359f, -0.227628201f, 0.964946091f, 2.0097127f, -1.50634515f, 0.0875767842f,
      0.711018205f, -0.507263839f}},
    {"rmsprop",
     "weight_decay=0.01",
     true,
     {-0.136922479f, 0.105701275f, -0.224468499f, 1.69612765f, -1.83520806f, -0.370259941f,
      -0.248335272f, -0.306900561f}},
    {"rmsprop",
     "alpha=0.9 momentum=0.5",
     true,
     {0.153009355f, -0.0435920916f, 0.841886103f, 2.15811396f, -1.7766993f, -0.15169929f,
      0.236215621f, -0.398436487f}},
    {"rmsprop",
     "centered=true momentum=0.5 weight_decay=0.01",
     true,
     {-0.582956433f, 0.410620272f, -0.720405161f, 1.16411936f, -2.16132903f, -0.746808648f,
      -0.88023895f, -0.178815231f}},
    {"sparse_adam",
     "beta1=0.8",
     false,
     {0.409974873f, -0.179034457f, 0.964524925f, 2.03547502f, -1.54999995f, 0.075000003f,
      0.659701347f, -0.487724632f}},
};

static const float w0[6] = {0.5f, -0.25f, 1.0f, 2.0f, -1.5f, 0.125f};
static const float b0[2] = {0.75f, -0.5f};
static float gw[3][6] = {{1, -2, 0, 0, 0.5f, 3}, {0.25f, 0.5f, 0, 0, 0, 0}, {0, 0, 4, -1, 0, 0}};
static float gb[3][2] = {{0.1f, -0.2f}, {3, 1}, {0, -0.5f}};

/* "a=1 b=2" over lr .05. */
static RecnnOptimizer *make(const char *name, const char *text, const char *groups,
                            RecnnParam **params, int32_t n, GError **error) {
  const RecnnOptimizerClass *class = recnn_optimizer_find(name);
  g_assert_nonnull(class);
  RecnnOptions *options = recnn_options_new(class->options, name, NULL);
  char *full = g_strdup_printf("%s learning_rate=0.05 %s", name, text);
  RecnnSpec *spec = recnn_spec_parse(full, "optimizer", NULL);
  RecnnSpec *group_spec = groups != NULL ? recnn_spec_parse(groups, "groups", NULL) : NULL;
  RecnnOptimizer *optimizer = NULL;
  if (recnn_spec_apply(&spec->items[0], options, error))
    optimizer = recnn_optimizer_new_grouped(class, options, group_spec, params, n, error);
  recnn_spec_free(group_spec);
  recnn_spec_free(spec);
  recnn_options_free(options);
  g_free(full);
  return optimizer;
}

/* Three steps; `limit` clips values, `max_norm` the norm. */
static void walk(const char *name, const char *text, const char *groups, bool sparse, double limit,
                 double max_norm, float after[8]) {
  int64_t n = 2;
  float room_w[6], room_b[2];
  RecnnParam *params[2] = {param_of("w", 2, (int64_t[]){3, 2}, w0), param_of("b", 1, &n, b0)};
  GError *error = NULL;
  RecnnOptimizer *optimizer = make(name, text, groups, params, 2, &error);
  g_assert_no_error(error);
  recnn_optimizer_clip_value(optimizer, limit);
  for (int step = 0; step < 3; step++) {
    double norm;
    if (sparse) {
      set_rows(params[0], gw[step], room_w);
      set_rows(params[1], gb[step], room_b);
    } else {
      set_dense(params[0], gw[step]);
      set_dense(params[1], gb[step]);
    }
    g_assert_true(recnn_optimizer_step(optimizer, max_norm, &norm, &error));
  }
  memcpy(after, params[0]->value.data, sizeof w0);
  memcpy(after + 6, params[1]->value.data, sizeof b0);
  recnn_optimizer_free(optimizer);
  recnn_param_free(params[0]);
  recnn_param_free(params[1]);
}

static void expect(const char *what, const float is[8], const float *wanted) {
  for (int i = 0; i < 8; i++)
    if (!(fabsf(is[i] - wanted[i]) <= 3e-7f + 1e-6f * fabsf(wanted[i])))
      g_error("%s: element %d is %.9g, expected %.9g", what, i, (double)is[i], (double)wanted[i]);
}

static void test_pytorch(void) {
  for (size_t c = 0; c < G_N_ELEMENTS(cases); c++) {
    bool rows_only = g_str_equal(cases[c].name, "sparse_adam"); /* dense gradients mean all rows */
    for (int sparse = rows_only; sparse < 2; sparse++) {
      float after[8];
      walk(cases[c].name, cases[c].options, NULL, sparse, 0.0, cases[c].clip ? 1.0 : 0.0, after);
      char *what =
          g_strdup_printf("%s %s, %s", cases[c].name, cases[c].options, sparse ? "rows" : "dense");
      expect(what, after, cases[c].after);
      g_free(what);
    }
  }
}

/* Each optimizer there is has a case. */
static void test_every_optimizer(void) {
  const char **names = recnn_optimizer_names();
  for (const char **name = names; *name != NULL; name++) {
    bool found = false;
    for (size_t c = 0; c < G_N_ELEMENTS(cases); c++)
      found = found || g_str_equal(cases[c].name, *name);
    if (!found)
      g_error("no numbers for %s", *name);
  }
  g_free(names);
}

/* SGD ([{w, lr .1, momentum .9}, {b}], lr .05, weight_decay .01), without clipping. */
static void test_groups(void) {
  static const float wanted[8] = {0.179102316f, 0.1976915f,    0.594394803f, 2.0887897f,
                                  -1.62690234f, -0.687560916f, 0.593955517f, -0.514235377f};
  float after[8];
  walk("sgd", "weight_decay=0.01", "w* learning_rate=0.1 momentum=0.9", false, 0.0, 0.0, after);
  expect("groups", after, wanted);
}

static void expect_refused(const char *name, const char *text, const char *groups,
                           const char *says) {
  int64_t n = 2;
  RecnnParam *param = param_of("tower.weight", 1, &n, b0);
  GError *error = NULL;
  g_assert_null(make(name, text, groups, &param, 1, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_OPTION);
  if (strstr(error->message, says) == NULL)
    g_error("\"%s\" does not say \"%s\"", error->message, says);
  g_clear_error(&error);
  recnn_param_free(param);
}

static void test_refused(void) {
  expect_refused("sgd", "", "towr* momentum=0.9", "there are tower.weight");
  expect_refused("sgd", "", "*; *.weight", "group *.weight: no parameter");
  expect_refused("sgd", "", "* momentun=0.9", "did you mean momentum");
  expect_refused("sgd", "nesterov=true", NULL, "expected a momentum above 0");
  expect_refused("sgd", "", "* nesterov=true", "group *: sgd: option nesterov");
  expect_refused("rmsprop", "centred=true", NULL, "did you mean centered");
}

/* clip_grad_value_ (.5), and before clip_grad_norm_ (.8); SGD, lr .05. */
static void test_clipping(void) {
  static const float value[8] = {0.462500006f, -0.25f,       0.975000024f, 2.0250001f,
                                 -1.52499998f, 0.100000001f, 0.720000029f, -0.48999998f};
  static const float both[8] = {0.469388008f, -0.25266999f, 0.976906002f, 2.02309394f,
                                -1.51951802f, 0.105482012f, 0.723908424f, -0.491286814f};
  for (int sparse = 0; sparse < 2; sparse++) {
    float after[8];
    walk("sgd", "", NULL, sparse, 0.5, 0.0, after);
    expect("by value", after, value);
    walk("sgd", "", NULL, sparse, 0.5, 0.8, after);
    expect("by value and norm", after, both);
  }
}

/* The same bits at any number of threads, dense and by rows. */
static void test_same_bits(void) {
  enum { ROWS = 3000, COLUMNS = 33 };
  float *grad = g_new(float, ROWS *COLUMNS), *room = g_new(float, ROWS *COLUMNS);
  for (int i = 0; i < ROWS * COLUMNS; i++)
    grad[i] = i / COLUMNS % 3 == 0 ? 0.0f : (float)(i % 101) * 0.01f - 0.5f;
  int before = recnn_parallel_threads();
  for (size_t c = 0; c < 2 * G_N_ELEMENTS(cases); c++) {
    float *first = NULL;
    for (int threads = 1; threads <= 4; threads *= 2) {
      g_assert_true(recnn_parallel_set_threads(threads, NULL));
      RecnnParam *param = param_of("w", 2, (int64_t[]){ROWS, COLUMNS}, grad);
      RecnnOptimizer *optimizer =
          make(cases[c / 2].name, cases[c / 2].options, NULL, &param, 1, NULL);
      recnn_optimizer_clip_value(optimizer, 0.3);
      for (int step = 0; step < 2; step++) {
        double norm;
        if (c % 2 == 0)
          set_rows(param, grad, room);
        else
          set_dense(param, grad);
        g_assert_true(recnn_optimizer_step(optimizer, 1.0, &norm, NULL));
      }
      size_t bytes = recnn_tensor_bytes(&param->value);
      if (first == NULL)
        first = g_memdup2(param->value.data, bytes);
      g_assert_cmpmem(first, bytes, param->value.data, bytes);
      recnn_optimizer_free(optimizer);
      recnn_param_free(param);
    }
    g_free(first);
  }
  g_assert_true(recnn_parallel_set_threads(before, NULL));
  g_free(grad);
  g_free(room);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/optimizers/pytorch", test_pytorch);
  g_test_add_func("/optimizers/every-optimizer", test_every_optimizer);
  g_test_add_func("/optimizers/groups", test_groups);
  g_test_add_func("/optimizers/refused", test_refused);
  g_test_add_func("/optimizers/clipping", test_clipping);
  g_test_add_func("/optimizers/same-bits", test_same_bits);
  return g_test_run();
}

/* Matrix factorisation of implicit feedback by alternating least squares: what a user chose counts
 * as 1 with a high weight, all else as 0 with a low one; users and items are solved for in turn,
 * each exactly.
 *
 * Hu, Koren, Volinsky: Collaborative Filtering for Implicit Feedback Datasets, ICDM 2008; with the
 * regularization by frequency of Rendle, Krichene, Zhang, Koren: Revisiting the Performance of iALS
 * on Item Recommendation Benchmarks, RecSys 2022. */
#include <recnn/kit/csr.h>
#include <recnn/kit/spd.h>

enum { BLOCK = 64 };

typedef struct Ials {
  int64_t d;
  int64_t epochs;
  double alpha; /* weight of everything, against 1 of what was chosen */
  double regularization;
  double frequency;           /* its power, nu */
  RecnnParam *user_embedding; /* (users, d) */
  RecnnParam *item_embedding; /* (items, d) */
} Ials;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  Ials *m = self;
  (void)error;
  m->d = recnn_option_int(model, "embedding_dim");
  m->epochs = recnn_option_int(model, "epochs");
  m->alpha = recnn_option_float(model, "alpha");
  m->regularization = recnn_option_float(model, "regularization");
  m->frequency = recnn_option_float(model, "frequency_power");
  RecnnInit small = recnn_init(RECNN_INIT_NORMAL, 0.0,
                               recnn_option_float(model, "init_std") / sqrt((double)m->d));
  const int64_t users[2] = {recnn_count(model, "users"), m->d};
  const int64_t items[2] = {recnn_count(model, "items"), m->d};
  m->user_embedding =
      recnn_api.param->declare(model, "user_embedding.weight", 2, users, small, RECNN_PARAM_BUFFER);
  m->item_embedding =
      recnn_api.param->declare(model, "item_embedding.weight", 2, items, small, RECNN_PARAM_BUFFER);
  return RECNN_OK;
}

/* Half a round: the rows of `x` for given rows of `y`, in blocks of BLOCK rows. */
typedef struct Half {
  const Ials *m;
  const RecnnCsr *chosen; /* x's rows by y's */
  float *x;
  const float *y;
  float *all;      /* alpha yᵀy (d, d) */
  float *gathered; /* the y of one row's chosen */
  float *gram;     /* (BLOCK, d, d): alpha yᵀy + what each row of the block has chosen */
  double *work;    /* (BLOCK, d + 2, d) */
  int64_t first;   /* row of the block */
  bool failed[BLOCK];
} Half;

/* The squares of what row `r` has chosen on top of all. */
static void add_chosen(const Half *half, int64_t r, float *gram) {
  const RecnnCsr *chosen = half->chosen;
  int64_t d = half->m->d, n = chosen->start[r + 1] - chosen->start[r];
  for (int64_t i = 0; i < n; i++)
    memcpy(half->gathered + i * d, half->y + chosen->column[chosen->start[r] + i] * d,
           (size_t)d * sizeof *half->gathered);
  memcpy(gram, half->all, (size_t)(d * d) * sizeof *gram);
  if (n > 0)
    recnn_api.compute->gemm(true, false, d, d, n, 1.0f, half->gathered, d, half->gathered, d, 1.0f,
                            gram, d);
}

/* Row r, which has chosen S: (alpha yᵀy + Σ_S y yᵀ + λ (|S| + alpha n)^ν I) x = Σ_S y */
static void solve(void *context, int64_t tile) {
  Half *half = context;
  const Ials *m = half->m;
  const RecnnCsr *chosen = half->chosen;
  int64_t d = m->d, r = half->first + tile, n = chosen->start[r + 1] - chosen->start[r];
  const float *gram = half->gram + tile * d * d;
  double *a = half->work + tile * (d + 2) * d, *b = a + d * d, *column = b + d;
  double ridge =
      m->regularization * pow((double)n + m->alpha * (double)chosen->n_columns, m->frequency);
  for (int64_t i = 0; i < d * d; i++)
    a[i] = (double)gram[i];
  for (int64_t i = 0; i < d; i++)
    a[i * d + i] += ridge;
  memset(b, 0, (size_t)d * sizeof *b);
  for (int64_t e = chosen->start[r]; e < chosen->start[r + 1]; e++)
    for (int64_t i = 0; i < d; i++)
      b[i] += (double)half->y[chosen->column[e] * d + i];
  half->failed[tile] = !recnn_spd_factor(a, d, column);
  if (half->failed[tile])
    return;
  recnn_spd_solve(a, d, b);
  for (int64_t i = 0; i < d; i++)
    half->x[r * d + i] = (float)b[i];
}

static bool solve_all(Half *half) {
  int64_t d = half->m->d, n = half->chosen->n_rows;
  recnn_api.compute->gemm(true, false, d, d, half->chosen->n_columns, (float)half->m->alpha,
                          half->y, d, half->y, d, 0.0f, half->all, d);
  for (half->first = 0; half->first < n; half->first += BLOCK) {
    int64_t rows = n - half->first < BLOCK ? n - half->first : BLOCK;
    for (int64_t i = 0; i < rows; i++)
      add_chosen(half, half->first + i, half->gram + i * d * d);
    recnn_api.compute->parallel(rows, solve, half);
    for (int64_t i = 0; i < rows; i++)
      if (half->failed[i])
        return false;
  }
  return true;
}

/* The longest row. */
static int64_t longest(const RecnnCsr *csr) {
  int64_t most = 1;
  for (int64_t r = 0; r < csr->n_rows; r++)
    if (csr->start[r + 1] - csr->start[r] > most)
      most = csr->start[r + 1] - csr->start[r];
  return most;
}

static RecnnStatus alternate(const Ials *m, const RecnnCsr *by_user, const RecnnCsr *by_item,
                             RecnnError *error) {
  int64_t d = m->d, most_items = longest(by_user), most_users = longest(by_item);
  size_t most = (size_t)(most_items > most_users ? most_items : most_users);
  size_t square = (size_t)(d * d);
  float *users = recnn_api.param->tensor(m->user_embedding)->data;
  float *items = recnn_api.param->tensor(m->item_embedding)->data;
  Half half = {.m = m,
               .all = malloc(square * sizeof *half.all),
               .gathered = malloc(most * (size_t)d * sizeof *half.gathered),
               .gram = malloc(BLOCK * square * sizeof *half.gram),
               .work = malloc(BLOCK * (square + 2 * (size_t)d) * sizeof *half.work)};
  RecnnStatus status = RECNN_OK;
  if (half.all == NULL || half.gathered == NULL || half.gram == NULL || half.work == NULL)
    status = recnn_fail(error, RECNN_ERROR_MEMORY, "no memory for vectors of %lld numbers",
                        (long long)d);
  for (int64_t e = 0; status == RECNN_OK && e < 2 * m->epochs; e++) {
    bool for_users = e % 2 == 0;
    half.chosen = for_users ? by_user : by_item;
    half.x = for_users ? users : items;
    half.y = for_users ? items : users;
    if (!solve_all(&half))
      status = recnn_fail(error, RECNN_ERROR_NUMERIC,
                          "round %lld: a system of equations has no solution; take a larger "
                          "regularization",
                          (long long)e / 2 + 1);
  }
  free(half.all);
  free(half.gathered);
  free(half.gram);
  free(half.work);
  return status;
}

static RecnnStatus fit(void *self, RecnnModel *model, const RecnnInteractions *data,
                       RecnnError *error) {
  RecnnCsr by_user = {0}, by_item = {0};
  RecnnStatus status = RECNN_ERROR_MEMORY;
  (void)model;
  if (recnn_csr_by_user(&by_user, data, error) && recnn_csr_by_item(&by_item, data, error))
    status = alternate(self, &by_user, &by_item, error);
  recnn_csr_clear(&by_user);
  recnn_csr_clear(&by_item);
  return status;
}

static RecnnVar *embed(RecnnGraph *graph, RecnnParam *table, RecnnVar *ids) {
  return recnn_embedding(graph, recnn_param(graph, table), ids);
}

static RecnnVar *predict(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const Ials *m = self;
  RecnnVar *user = embed(graph, m->user_embedding, recnn_input(graph, batch, "user"));
  RecnnVar *item = embed(graph, m->item_embedding, recnn_input(graph, batch, "item"));
  return recnn_sum_last(graph, recnn_mul(graph, user, item));
}

static RecnnVar *encode_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return embed(graph, ((const Ials *)self)->item_embedding, recnn_input(graph, batch, "item"));
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const Ials *m = self;
  RecnnVar *user = embed(graph, m->user_embedding, recnn_input(graph, batch, "user"));
  return recnn_matmul(graph, user, items, false, true);
}

static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "64", "[1,4096]",
     "Width of the user's and the item's vector"},
    {"epochs", RECNN_OPTION_INT, "15", "[1,100000]", "Rounds, each once over users and items"},
    {"alpha", RECNN_OPTION_FLOAT, "0.1", "(0,inf)",
     "Weight of every pair of user and item as a 0, against 1 of a chosen one as a 1"},
    {"regularization", RECNN_OPTION_FLOAT, "0.01", "(0,inf)",
     "Of the vectors (the paper's lambda)"},
    {"frequency_power", RECNN_OPTION_FLOAT, "1", "[0,4]",
     "How regularization grows with an entity's weight in the data (the paper's nu); 0: not"},
    {"init_std", RECNN_OPTION_FLOAT, "0.1", "(0,inf)",
     "Standard deviation of a vector's length to begin with"},
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const query_fields[] = {"user", NULL};

static const RecnnModelClass ials = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "ials",
    .summary = "Matrix factorisation of implicit feedback by alternating least squares",
    .paper = "Hu, Koren, Volinsky, Collaborative Filtering for Implicit Feedback Datasets, ICDM "
             "2008; Rendle et al., Revisiting the Performance of iALS on Item Recommendation "
             "Benchmarks, RecSys 2022",
    .options = options,
    .query_fields = query_fields,
    .instance_size = sizeof(Ials),
    .create = create,
    .predict = predict,
    .encode_items = encode_items,
    .score_items = score_items,
    .fit = fit,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &ials}, {NULL, NULL}};
RECNN_PLUGIN("ials", "0.1.0", "Apache-2.0", "Implicit alternating least squares", features);

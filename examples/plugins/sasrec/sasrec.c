/* SASRec: what comes next in a sequence of items, by self-attention that looks back only.
 *
 * Kang and McAuley, Self-Attentive Sequential Recommendation, ICDM 2018.  The architecture is the
 * paper's: learnt positions, blocks of causal attention and a feed-forward layer on every step,
 * layer normalisation on what goes into each, residual connections, dropout, and one item embedding
 * that both reads and scores.  Trained is the item that follows each prefix, against all items
 * (cross entropy), where the paper draws one negative a step.
 *
 * A plugin as somebody would ship it who has recnn's headers and nothing else of it. */
#include <math.h>

#include <recnn/kit/sequence.h>

#define MAX_BLOCKS 8

/* weight and bias of a layer normalisation */
typedef struct Norm {
  RecnnParam *weight;
  RecnnParam *bias;
} Norm;

typedef struct Block {
  Norm attention_norm;
  RecnnLinear query;     /* of the normalised steps */
  RecnnLinear key_value; /* of the steps as they are, keys beside values */
  RecnnLinear out;
  Norm forward_norm;
  RecnnLinear inner;
  RecnnLinear outer;
} Block;

typedef struct Sasrec {
  int64_t dim;
  int64_t length;
  int64_t heads;
  int64_t n_items;
  int64_t n_blocks;
  double dropout;
  RecnnParam *item;     /* (items + 1, dim): row 0 pads */
  RecnnParam *position; /* (length, dim) */
  Block blocks[MAX_BLOCKS];
  Norm last_norm;
} Sasrec;

static Norm declare_norm(RecnnModel *model, const char *name, int64_t dim) {
  char full[96];
  Norm norm;
  (void)snprintf(full, sizeof full, "%s.weight", name);
  norm.weight = recnn_param_vector(model, full, dim, recnn_init(RECNN_INIT_CONSTANT, 1.0, 0.0));
  (void)snprintf(full, sizeof full, "%s.bias", name);
  norm.bias = recnn_param_vector(model, full, dim, recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0));
  return norm;
}

/* NAME.weight (out, in) and NAME.bias, the weight by Xavier's rule. */
static RecnnLinear declare_linear(RecnnModel *model, const char *name, int64_t in, int64_t out) {
  char full[96];
  RecnnLinear layer;
  (void)snprintf(full, sizeof full, "%s.weight", name);
  layer.weight =
      recnn_param_matrix(model, full, out, in, recnn_init(RECNN_INIT_XAVIER_NORMAL, 1.0, 0.0));
  (void)snprintf(full, sizeof full, "%s.bias", name);
  layer.bias = recnn_param_vector(model, full, out, recnn_init(RECNN_INIT_CONSTANT, 0.0, 0.0));
  return layer;
}

static void declare_block(Block *block, RecnnModel *model, int64_t number, int64_t dim) {
  static const char *const parts[] = {
      "attention_layernorms", "attention_query", "attention_key_value", "attention_out",
      "forward_layernorms",   "forward_inner",   "forward_outer"};
  char name[7][64];
  for (int i = 0; i < 7; i++)
    (void)snprintf(name[i], sizeof name[i], "%s.%d", parts[i], (int)number);
  block->attention_norm = declare_norm(model, name[0], dim);
  block->query = declare_linear(model, name[1], dim, dim);
  block->key_value = declare_linear(model, name[2], dim, 2 * dim);
  block->out = declare_linear(model, name[3], dim, dim);
  block->forward_norm = declare_norm(model, name[4], dim);
  block->inner = declare_linear(model, name[5], dim, dim);
  block->outer = declare_linear(model, name[6], dim, dim);
}

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  Sasrec *m = (Sasrec *)self;
  m->dim = recnn_option_int(model, "embedding_dim");
  m->length = recnn_option_int(model, "sequence_length");
  m->heads = recnn_option_int(model, "n_heads");
  m->n_blocks = recnn_option_int(model, "n_blocks");
  m->dropout = recnn_option_float(model, "dropout_rate");
  m->n_items = recnn_count(model, "items");
  if (m->dim % m->heads != 0)
    return recnn_fail(error, RECNN_ERROR_OPTION,
                      "option embedding_dim: %lld, expected a multiple of n_heads, %lld",
                      (long long)m->dim, (long long)m->heads);
  RecnnInit init = recnn_init(RECNN_INIT_XAVIER_NORMAL, 1.0, 0.0);
  m->item = recnn_param_matrix(model, "item_emb.weight", m->n_items + 1, m->dim, init);
  m->position = recnn_param_matrix(model, "pos_emb.weight", m->length, m->dim, init);
  for (int64_t i = 0; i < m->n_blocks; i++)
    declare_block(&m->blocks[i], model, i, m->dim);
  m->last_norm = declare_norm(model, "last_layernorm", m->dim);
  return RECNN_OK;
}

static RecnnVar *normalize(RecnnGraph *graph, const Norm *norm, RecnnVar *x) {
  return recnn_layer_norm(graph, x, recnn_param(graph, norm->weight),
                          recnn_param(graph, norm->bias));
}

static RecnnVar *drop(const Sasrec *m, RecnnGraph *graph, RecnnVar *x) {
  return m->dropout > 0.0 ? recnn_dropout(graph, x, m->dropout) : x;
}

/* One block, (B, L, dim) to the same. */
static RecnnVar *apply_block(const Sasrec *m, RecnnGraph *graph, const Block *block, RecnnVar *x) {
  RecnnVar *asked = normalize(graph, &block->attention_norm, x);
  RecnnVar *parts[2] = {recnn_linear_apply(graph, &block->query, asked),
                        recnn_linear_apply(graph, &block->key_value, x)};
  RecnnVar *seen =
      recnn_self_attention(graph, recnn_concat(graph, parts, 2), m->heads, m->dropout, true);
  x = recnn_add(graph, asked, recnn_linear_apply(graph, &block->out, seen));
  RecnnVar *steps = normalize(graph, &block->forward_norm, x);
  RecnnVar *inner = recnn_linear_act(graph, steps, recnn_param(graph, block->inner.weight),
                                     recnn_param(graph, block->inner.bias), "relu", m->dropout);
  return recnn_add(graph, steps, drop(m, graph, recnn_linear_apply(graph, &block->outer, inner)));
}

/* The scores of all items behind each sequence, (B, items), or behind each step that has a target;
 * for both are the same computation, in which a step sees those before it alone.  Sequences are
 * padded behind their end, so attention that looks back only never sees the padding. */
static RecnnVar *logits(const Sasrec *m, RecnnGraph *graph, const RecnnBatch *batch) {
  const RecnnTensor *sequence = recnn_api.batch->field(batch, "sequence");
  if (sequence != NULL && sequence->shape[1] != m->length)
    return recnn_api.graph->fail(graph, RECNN_ERROR_SHAPE,
                                 "the sequences do not have the steps of option sequence_length");
  RecnnVar *x =
      recnn_scale(graph, recnn_sequence_embed(graph, batch, m->item), sqrt((double)m->dim));
  x = recnn_add(
      graph, x,
      recnn_repeat_rows(graph, recnn_param(graph, m->position), recnn_api.batch->size(batch)));
  x = drop(m, graph, x);
  for (int64_t i = 0; i < m->n_blocks; i++)
    x = apply_block(m, graph, &m->blocks[i], x);
  RecnnVar *last = recnn_asked_steps(graph, batch, normalize(graph, &m->last_norm, x),
                                     recnn_sequence_length(graph, batch));
  RecnnVar *all = recnn_linear(graph, last, recnn_param(graph, m->item), NULL);
  return recnn_slice(graph, all, 1, m->n_items); /* without the padding row's */
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  return recnn_cross_entropy_loss(graph, logits((const Sasrec *)self, graph, batch),
                                  recnn_input(graph, batch, "target"));
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  (void)items; /* always all of them */
  return logits((const Sasrec *)self, graph, batch);
}

static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "64", "[1,4096]", "Width of items, positions and blocks"},
    {"sequence_length", RECNN_OPTION_INT, "50", "[1,4096]", "The last so many items are read"},
    {"n_blocks", RECNN_OPTION_INT, "2", "[1,8]", "Blocks of attention and feed-forward layers"},
    {"n_heads", RECNN_OPTION_INT, "1", "[1,64]", "Heads of each attention"},
    {"dropout_rate", RECNN_OPTION_FLOAT, "0.2", "[0,1)",
     "Dropout on the embedded sequence, the attention's weights and the feed-forward layers"},
    {NULL, 0, NULL, NULL, NULL}};

static const char *const train_fields[] = {"sequence", "length", "target", NULL};
static const char *const query_fields[] = {"sequence", "length", NULL};

static const RecnnModelClass sasrec = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "sasrec",
    .summary = "Self-attention that looks back over the last items",
    .paper = "Kang and McAuley, Self-Attentive Sequential Recommendation, ICDM 2018",
    .options = options,
    .train_fields = train_fields,
    .query_fields = query_fields,
    .instance_size = sizeof(Sasrec),
    .create = create,
    .loss = loss,
    .score_items = score_items,
    .shares_prefixes = recnn_always_shares_prefixes,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &sasrec}, {NULL, NULL}};
RECNN_PLUGIN("sasrec", "1.0.0", "Apache-2.0", "Self-attentive sequential recommendation", features);

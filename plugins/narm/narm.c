/* A session's last state (what the session is about) beside an attention over all its states (what
 * in it matters).
 *
 * Li, Ren, Chen, Ren, Lian, Ma: Neural Attentive Session-based Recommendation, CIKM 2017.
 *
 * The variant "parity" is the original document's class, which differs from the paper: the last
 * state is taken behind the padding, the attention is a plain inner product, and global_attention
 * takes no part.  The variant "paper" takes the last valid state and scores v . sigmoid (A1 h_last
 * + A2 h_j). */
#include <recnn/kit/sequence.h>

typedef struct Narm {
  bool paper;
  double dropout;
  RecnnSession session;
  RecnnLinear global_attention;
  RecnnLinear local_attention;
  RecnnLinear a1;
  RecnnLinear a2;
  RecnnNextItem next;
  RecnnLinear v; /* of the paper's variant */
} Narm;

static RecnnStatus create(void *self, RecnnModel *model, RecnnError *error) {
  Narm *m = self;
  (void)error;
  m->paper = recnn_option_int(model, "variant") == 1;
  m->dropout = recnn_option_float(model, "dropout_rate");
  int64_t hidden = recnn_session_declare(&m->session, model, 0.0, "encoder_gru", 1, 0.0);
  m->global_attention = recnn_linear_declare_plain(model, "global_attention", hidden, hidden);
  m->local_attention = recnn_linear_declare_plain(model, "local_attention", hidden, hidden);
  m->a1 = recnn_linear_declare_plain(model, "A1", hidden, hidden);
  m->a2 = recnn_linear_declare_plain(model, "A2", hidden, hidden);
  recnn_next_item_declare(&m->next, model, "output_layer", 2 * hidden);
  if (m->paper)
    m->v = recnn_linear_declare_plain(model, "v", hidden, 1);
  return RECNN_OK;
}

/* How much each state matters, (B, L), given the one that stands for the session. */
static RecnnVar *score_states(const Narm *m, RecnnGraph *graph, RecnnVar *states, RecnnVar *last) {
  RecnnVar *keys = recnn_linear_apply(graph, &m->local_attention, states);
  if (!m->paper)
    return recnn_step_dot(graph, keys, last);
  RecnnVar *query = recnn_linear_apply(graph, &m->global_attention, last);
  return recnn_score_steps(graph, &m->v, recnn_sigmoid(graph, recnn_add_steps(graph, keys, query)));
}

/* The same for every step that has a target, (T, hidden): its own state asks about those so far. */
static RecnnVar *attend_all(const Narm *m, RecnnGraph *graph, RecnnVar *states, RecnnVar *last,
                            RecnnVar *step) {
  RecnnVar *asks[4] = {recnn_linear_apply(graph, &m->local_attention, states),
                       recnn_linear_apply(graph, &m->global_attention, last),
                       recnn_param(graph, m->v.weight), step};
  RecnnVar *pools[3] = {states, recnn_api.graph->apply(graph, "prefix_scores", asks, 4, NULL, 0),
                        step};
  const RecnnAttr of = recnn_attr_string("of", "targets");
  return recnn_api.graph->apply(graph, "prefix_pool", pools, 3, &of, 1);
}

/* What stands for the session, (B or T, 2 hidden). */
static RecnnVar *represent(const Narm *m, RecnnGraph *graph, const RecnnBatch *batch) {
  RecnnVar *length = recnn_sequence_length(graph, batch);
  RecnnVar *run_to = m->paper ? length : NULL;
  RecnnVar *states = recnn_session_states(&m->session, graph, batch, run_to);
  RecnnVar *last = recnn_asked_steps(graph, batch, states, run_to);
  RecnnVar *step = recnn_target_steps(graph, batch);
  RecnnVar *attended =
      step != NULL
          ? attend_all(m, graph, states, last, step)
          : recnn_attention_pool(graph, states, score_states(m, graph, states, last), length);
  RecnnVar *parts[2] = {recnn_linear_apply(graph, &m->a1, last),
                        recnn_linear_apply(graph, &m->a2, attended)};
  RecnnVar *both = recnn_concat(graph, parts, 2);
  return m->dropout > 0.0 ? recnn_dropout(graph, both, m->dropout) : both;
}

static RecnnVar *loss(const void *self, RecnnGraph *graph, const RecnnBatch *batch) {
  const Narm *m = self;
  return recnn_next_item_loss(&m->next, graph, batch, represent(m, graph, batch));
}

static RecnnVar *score_items(const void *self, RecnnGraph *graph, const RecnnBatch *batch,
                             RecnnVar *items) {
  const Narm *m = self;
  (void)items; /* always all of them */
  return recnn_next_item_logits(&m->next, graph, represent(m, graph, batch));
}

/* The original's last state is another for every length of the padding behind it. */
static RecnnStatus shares_prefixes(const void *self, RecnnError *error) {
  if (((const Narm *)self)->paper)
    return RECNN_OK;
  return recnn_fail(
      error, RECNN_ERROR_UNSUPPORTED,
      "option variant: \"parity\" takes the last state behind the padding, which each "
      "prefix has its own; expected \"paper\"");
}

static const RecnnOption options[] = {
    {"embedding_dim", RECNN_OPTION_INT, "64", "[1,65536]", "Width of the item embedding"},
    {"hidden_dim", RECNN_OPTION_INT, "128", "[1,65536]", "Size of the hidden state"},
    {"dropout_rate", RECNN_OPTION_FLOAT, "0.2", "[0,1)", "Dropout on the session's vector"},
    {"variant", RECNN_OPTION_CHOICE, "parity", "parity|paper",
     "As the original document's class computes it, or as the paper says"},
    RECNN_NEXT_ITEM_OPTIONS,
    {NULL, 0, NULL, NULL, NULL},
};

static const char *const train_fields[] = {"sequence", "length", "target", NULL};
static const char *const query_fields[] = {"sequence", "length", NULL};

static const RecnnModelClass narm = {
    .struct_size = sizeof(RecnnModelClass),
    .name = "narm",
    .summary = "A session's last state beside attention over all its states",
    .paper = "Li et al., Neural Attentive Session-based Recommendation, CIKM 2017",
    .options = options,
    .train_fields = train_fields,
    .query_fields = query_fields,
    .flags = RECNN_MODEL_PADDING,
    .instance_size = sizeof(Narm),
    .create = create,
    .loss = loss,
    .score_items = score_items,
    .shares_prefixes = shares_prefixes,
};

static const RecnnFeature features[] = {{RECNN_MODEL_KIND, &narm}, {NULL, NULL}};
RECNN_PLUGIN("narm", "0.1.0", "Apache-2.0", "A neural attentive session model", features);

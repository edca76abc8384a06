/* include/recnn/embed.h: a bundle that answers.
 *
 * What answers is a state: a bundle and a few instances of its model, each with a ranker, since
 * calls on one instance must not overlap.  A question takes a free instance of the state that is
 * current, which keeps that state alive; a swap makes another state current.  The last one who
 * leaves a state frees it. */
#include <recnn/embed.h>

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "eval/recommend.h"
#include "plugin/plugin.h"
#include "serve/bundle.h"

typedef struct Instance {
  RecnnModel *model; /* NULL: the bundle's own */
  RecnnRanker *ranker;
} Instance;

typedef struct State {
  RecnnBundle *bundle;
  int n;
  Instance *instances;
  GPtrArray *idle; /* of Instance */
  int users;       /* the recommender, and each question; under the recommender's lock */
} State;

struct RecnnRecommender {
  GMutex lock; /* for `current` and all of it that changes */
  GCond freed;
  State *current;
  int n_instances;
};

struct RecnnHits {
  size_t n;
  char **items;
  float *scores;
};

void recnn_embed_add_plugin_folder(const char *folder) { recnn_plugin_add_folder(folder); }

static void state_free(State *state) {
  if (state == NULL)
    return;
  for (int i = 0; i < state->n; i++) {
    recnn_ranker_free(state->instances[i].ranker);
    recnn_model_free(state->instances[i].model);
  }
  g_free(state->instances);
  g_ptr_array_unref(state->idle);
  recnn_bundle_free(state->bundle);
  g_free(state);
}

static bool make_instance(State *state, int i, GError **error) {
  Instance *instance = &state->instances[i];
  RecnnModel *model = state->bundle->model;
  if (i > 0 && (model = instance->model = recnn_bundle_copy_model(state->bundle, error)) == NULL)
    return false;
  instance->ranker = recnn_ranker_new(model, 0, error);
  if (instance->ranker == NULL ||
      !recnn_ranker_set_history(instance->ranker, state->bundle->split, RECNN_TEST, error))
    return false;
  recnn_ranker_set_names(instance->ranker, state->bundle->dataset);
  if (recnn_ranker_block(instance->ranker, error) == 0) /* what cannot rank is told now */
    return false;
  g_ptr_array_add(state->idle, instance);
  return true;
}

static State *state_new(const char *folder, int n, GError **error) {
  RecnnBundle *bundle = recnn_bundle_load(folder, error);
  if (bundle == NULL)
    return NULL;
  State *state = g_new0(State, 1);
  state->bundle = bundle;
  state->n = n;
  state->instances = g_new0(Instance, n);
  state->idle = g_ptr_array_new();
  state->users = 1;
  for (int i = 0; i < n; i++)
    if (!make_instance(state, i, error)) {
      state_free(state);
      return NULL;
    }
  return state;
}

/* Under the lock: one user less.  What is to be freed when the lock has been given back. */
static State *leave(State *state) { return --state->users == 0 ? state : NULL; }

RecnnRecommender *recnn_recommender_open(const char *folder, int n_instances, RecnnError *error) {
  GError *why = NULL;
  State *state = NULL;
  if (n_instances < 1 || n_instances > 1024)
    recnn_error_set(&why, RECNN_ERROR_ARGUMENT, "n_instances is %d, expected 1 to 1024",
                    n_instances);
  else
    state = state_new(folder, n_instances, &why);
  if (state == NULL) {
    recnn_error_take(error, why);
    return NULL;
  }
  RecnnRecommender *recommender = g_new0(RecnnRecommender, 1);
  g_mutex_init(&recommender->lock);
  g_cond_init(&recommender->freed);
  recommender->current = state;
  recommender->n_instances = n_instances;
  return recommender;
}

void recnn_recommender_close(RecnnRecommender *recommender) {
  if (recommender == NULL)
    return;
  state_free(recommender->current);
  g_mutex_clear(&recommender->lock);
  g_cond_clear(&recommender->freed);
  g_free(recommender);
}

RecnnStatus recnn_recommender_swap(RecnnRecommender *recommender, const char *folder,
                                   RecnnError *error) {
  GError *why = NULL;
  State *state = state_new(folder, recommender->n_instances, &why);
  if (state == NULL)
    return recnn_error_take(error, why);
  g_mutex_lock(&recommender->lock);
  State *old = leave(recommender->current);
  recommender->current = state;
  g_cond_broadcast(&recommender->freed); /* who waits for the old one need not any more */
  g_mutex_unlock(&recommender->lock);
  state_free(old);
  return RECNN_OK;
}

/* Waits for an idle instance of whichever state is current by then. */
static Instance *take(RecnnRecommender *recommender, State **ret_state) {
  g_mutex_lock(&recommender->lock);
  while (recommender->current->idle->len == 0)
    g_cond_wait(&recommender->freed, &recommender->lock);
  State *state = recommender->current;
  Instance *instance = g_ptr_array_steal_index_fast(state->idle, state->idle->len - 1);
  state->users++;
  g_mutex_unlock(&recommender->lock);
  *ret_state = state;
  return instance;
}

static void give_back(RecnnRecommender *recommender, State *state, Instance *instance) {
  g_mutex_lock(&recommender->lock);
  g_ptr_array_add(state->idle, instance);
  State *old = leave(state);
  g_cond_signal(&recommender->freed);
  g_mutex_unlock(&recommender->lock);
  state_free(old);
}

/* A question in the model's indices. */
typedef struct Asking {
  const RecnnBundle *bundle;
  RecnnWish wish;
  GArray *history; /* int32_t */
  GArray *ratings; /* float */
  GArray *candidates;
  GArray *seen;
  int32_t condition;
} Asking;

static bool unknown(const RecnnBundle *bundle, const char *what, const char *token,
                    GError **error) {
  return recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                         "%s \"%s\" is not in the data of the model (%s)", what, token,
                         bundle->dataset->name);
}

static bool find_items(const Asking *asking, const RecnnQuestion *question,
                       const char *const *tokens, size_t n, GArray *items, GError **error) {
  const RecnnIdMap *map = asking->bundle->dataset->items;
  for (size_t i = 0; i < n; i++) {
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): there are n of them */
    int32_t item = tokens[i] != NULL ? recnn_id_map_find(map, tokens[i], strlen(tokens[i])) : -1;
    if (item < 0 && !question->skip_unknown)
      return unknown(asking->bundle, "item", tokens[i] != NULL ? tokens[i] : "(null)", error);
    if (item < 0)
      continue;
    g_array_append_val(items, item);
    if (items == asking->history && question->ratings != NULL)
      g_array_append_val(asking->ratings, question->ratings[i]);
  }
  return true;
}

static bool find_user(Asking *asking, const char *user, GError **error) {
  if (user == NULL)
    return true;
  int64_t index = recnn_id_map_find(asking->bundle->dataset->users, user, strlen(user));
  asking->wish.subject.user = index;
  return index >= 0 || unknown(asking->bundle, "user", user, error);
}

static bool find_condition(Asking *asking, const char *token, GError **error) {
  const RecnnInputs *inputs = recnn_model_get_inputs(asking->bundle->model);
  if (token == NULL)
    return true;
  if (inputs->condition == NULL)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT, "condition \"%s\": model %s takes none",
                           token, recnn_model_get_class(asking->bundle->model)->name);
  int32_t index = recnn_id_map_find(inputs->condition->tokens, token, strlen(token));
  asking->condition = index;
  asking->wish.subject.conditions = &asking->condition;
  asking->wish.subject.n_conditions = 1;
  return index >= 0 || unknown(asking->bundle, inputs->condition->name, token, error);
}

static int compare(const void *a, const void *b) {
  int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
  return (x > y) - (x < y);
}

/* What is in the history, or else what the user has in train and valid; ascending. */
static void collect_seen(Asking *asking) {
  if (asking->wish.has_history) {
    g_array_append_vals(asking->seen, asking->history->data, asking->history->len);
  } else {
    for (int p = RECNN_TRAIN; p <= RECNN_VALID; p++) {
      const RecnnPart *part = &asking->bundle->split->part[p];
      int64_t user = asking->wish.subject.user, first = part->first[user];
      g_array_append_vals(asking->seen, part->items + first,
                          (guint)(part->first[user + 1] - first));
    }
  }
  qsort(asking->seen->data, asking->seen->len, sizeof(int32_t), compare);
}

/* Turns the question into a wish, whose arrays are the asking's. */
static bool read_question(Asking *asking, const RecnnQuestion *question, GError **error) {
  if (question->struct_size < sizeof(RecnnQuestion))
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "the question's struct_size is %zu, expected %zu; begin with "
                           "RECNN_QUESTION_INIT",
                           question->struct_size, sizeof(RecnnQuestion));
  if (question->user == NULL && question->history == NULL)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "neither a user nor a history is given: about whom is it asked?");
  if (question->k < 1)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT, "k is 0, expected at least 1");
  RecnnWish *wish = &asking->wish;
  wish->subject = (RecnnSubject){.user = -1};
  wish->has_history = question->history != NULL;
  if (!find_user(asking, question->user, error) ||
      !find_condition(asking, question->condition, error) ||
      !find_items(asking, question, question->history, question->n_history, asking->history,
                  error) ||
      !find_items(asking, question, question->candidates, question->n_candidates,
                  asking->candidates, error))
    return false;
  wish->subject.items = (const int32_t *)(void *)asking->history->data;
  wish->subject.n = asking->history->len;
  if (question->ratings != NULL && wish->has_history)
    wish->subject.ratings = (const float *)(void *)asking->ratings->data;
  if (question->candidates != NULL) {
    wish->candidates = (const int32_t *)(void *)asking->candidates->data;
    wish->n_candidates = asking->candidates->len;
  }
  if (!question->include_seen)
    collect_seen(asking);
  wish->exclude = (const int32_t *)(void *)asking->seen->data;
  wish->n_exclude = asking->seen->len;
  wish->k = MIN((int64_t)MIN(question->k, (size_t)INT32_MAX),
                recnn_dataset_n_items(asking->bundle->dataset));
  return true;
}

static RecnnHits *answer(const Asking *asking, RecnnRanker *ranker, GError **error) {
  int64_t *items = g_new(int64_t, asking->wish.k);
  float *scores = g_new(float, asking->wish.k);
  int64_t n = recnn_recommend(ranker, &asking->wish, items, scores, error);
  RecnnHits *hits = NULL;
  if (n >= 0) {
    hits = g_new0(RecnnHits, 1);
    hits->n = (size_t)n;
    hits->items = g_new0(char *, n + 1);
    hits->scores = g_steal_pointer(&scores);
    for (int64_t i = 0; i < n; i++)
      hits->items[i] =
          g_strdup(recnn_id_map_token(asking->bundle->dataset->items, (int32_t)items[i]));
  }
  g_free(items);
  g_free(scores);
  return hits;
}

RecnnHits *recnn_recommender_ask(RecnnRecommender *recommender, const RecnnQuestion *question,
                                 RecnnError *error) {
  State *state;
  GError *why = NULL;
  RecnnHits *hits = NULL;
  Instance *instance = take(recommender, &state);
  /* One element each, so that an empty list is a pointer too. */
  Asking asking = {.bundle = state->bundle,
                   .history = g_array_sized_new(FALSE, FALSE, sizeof(int32_t), 1),
                   .ratings = g_array_sized_new(FALSE, FALSE, sizeof(float), 1),
                   .candidates = g_array_sized_new(FALSE, FALSE, sizeof(int32_t), 1),
                   .seen = g_array_sized_new(FALSE, FALSE, sizeof(int32_t), 1)};
  if (read_question(&asking, question, &why))
    hits = answer(&asking, instance->ranker, &why);
  g_array_unref(asking.history);
  g_array_unref(asking.ratings);
  g_array_unref(asking.candidates);
  g_array_unref(asking.seen);
  give_back(recommender, state, instance);
  if (hits == NULL)
    recnn_error_take(error, why);
  return hits;
}

size_t recnn_hits_count(const RecnnHits *hits) { return hits->n; }

const char *recnn_hits_item(const RecnnHits *hits, size_t i) {
  return i < hits->n ? hits->items[i] : NULL;
}

double recnn_hits_score(const RecnnHits *hits, size_t i) {
  return i < hits->n ? (double)hits->scores[i] : 0.0;
}

void recnn_hits_free(RecnnHits *hits) {
  if (hits == NULL)
    return;
  g_strfreev(hits->items);
  g_free(hits->scores);
  g_free(hits);
}

const char *recnn_recommender_model(RecnnRecommender *recommender) {
  g_mutex_lock(&recommender->lock);
  const char *name = recnn_model_get_class(recommender->current->bundle->model)->name;
  g_mutex_unlock(&recommender->lock);
  return name;
}

/* The loader: a thread that fills a ring of batches ahead of whoever takes them.  What a batch
 * holds depends on part, settings, epoch and its number, never on timing.
 *
 * The thread alone writes to order and batches; a batch changes hands under the lock.  (POSIX locks
 * rather than GLib's, since ThreadSanitizer knows what they mean.) */
#include "config.h"

#include <pthread.h>
#include <signal.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/rng.h"
#include "data/loader.h"
#include "data/maker.h"

enum { DEPTH = 4 };

struct RecnnLoader {
  const RecnnMaker *maker;
  RecnnMaking making;
  bool is_open;
  RecnnSampler *sampler;
  RecnnInputs *own_inputs;      /* where the caller gave none */
  RecnnLoaderSettings settings; /* its text is the caller's, and read in recnn_loader_new only */
  int64_t n_rows;
  int64_t n_batches;
  RecnnBatch *ring[DEPTH]; /* batch k of an epoch is in ring[k % DEPTH] */

  /* The thread's own: the order of the rows, and the epoch it is for. */
  int64_t *order;
  bool has_order;
  uint64_t order_epoch;

  pthread_t thread;
  bool has_thread;
  pthread_mutex_t lock;
  pthread_cond_t wanted; /* the thread has something to do */
  pthread_cond_t ready;  /* a batch was made */
  /* Under the lock. */
  uint64_t starts; /* how many epochs were started; 0: none yet */
  uint64_t epoch;
  int64_t made;  /* batches of this epoch */
  int64_t taken; /* of them handed out; the last is still in use */
  bool quit;
};

static void make_order(RecnnLoader *loader, uint64_t epoch) {
  int64_t n = loader->n_rows;
  for (int64_t r = 0; r < n; r++)
    loader->order[r] = r;
  if (loader->settings.shuffle) {
    RecnnRng rng;
    recnn_rng_init(&rng, loader->settings.seed, RECNN_STREAM(RECNN_STREAM_SHUFFLE, epoch));
    recnn_rng_shuffle(&rng, loader->order, n);
  }
  loader->has_order = true;
  loader->order_epoch = epoch;
}

static bool order_fits(const RecnnLoader *loader, uint64_t epoch) {
  return loader->has_order && (loader->order_epoch == epoch || !loader->settings.shuffle);
}

static void make_batch(RecnnLoader *loader, uint64_t epoch, int64_t k) {
  if (!order_fits(loader, epoch))
    make_order(loader, epoch);
  int64_t begin = k * loader->settings.batch_size;
  int64_t n = k + 1 < loader->n_batches ? loader->settings.batch_size : loader->n_rows - begin;
  RecnnBatch *batch = loader->ring[k % DEPTH];
  recnn_batch_set_size(batch, n);
  loader->maker->fill(&loader->making, batch, loader->order + begin, n, epoch);
}

typedef enum { NOTHING, BATCH, NEXT_ORDER } Work;

/* The batch that was handed out last is in use until the next one is. */
static Work work_to_do(const RecnnLoader *loader) {
  if (loader->starts == 0)
    return NOTHING;
  if (loader->made == loader->n_batches)
    return order_fits(loader, loader->epoch + 1) ? NOTHING : NEXT_ORDER;
  int64_t in_use = loader->made - MAX(loader->taken - 1, 0);
  return in_use < DEPTH ? BATCH : NOTHING;
}

static void *run(void *data) {
  RecnnLoader *loader = data;
  pthread_mutex_lock(&loader->lock);
  while (!loader->quit) {
    Work work = work_to_do(loader);
    if (work == NOTHING) {
      pthread_cond_wait(&loader->wanted, &loader->lock);
      continue;
    }
    uint64_t starts = loader->starts, epoch = loader->epoch;
    int64_t k = loader->made;
    pthread_mutex_unlock(&loader->lock);
    if (work == BATCH)
      make_batch(loader, epoch, k);
    else
      make_order(loader, epoch + 1); /* most likely the next, while the model is validated */
    pthread_mutex_lock(&loader->lock);
    if (work == BATCH && starts == loader->starts) {
      loader->made++;
      pthread_cond_signal(&loader->ready);
    }
  }
  pthread_mutex_unlock(&loader->lock);
  return NULL;
}

/* Signals are for the program's own threads. */
static bool start_thread(RecnnLoader *loader, GError **error) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int reason = pthread_create(&loader->thread, NULL, run, loader);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  loader->has_thread = reason == 0;
  return loader->has_thread ||
         recnn_error_set(error, RECNN_ERROR_FAILED, "cannot start the loader's thread: %s",
                         g_strerror(reason));
}

static bool check_settings(const RecnnLoaderSettings *settings, GError **error) {
  if (settings->batch_size < 1)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "batch size %" G_GINT64_FORMAT ": expected at least 1",
                           settings->batch_size);
  if (settings->no_single_row && settings->batch_size == 1)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "batch size 1: expected at least 2, since the model has batch norm");
  return true;
}

/* Who asks for more of what there is none of is not left in the belief that he got it. */
static bool check_negatives(const RecnnLoader *loader, GError **error) {
  const RecnnMaking *making = &loader->making;
  if (loader->maker->needs_sampler || (making->negatives == 1 && making->candidates == 1))
    return true;
  return recnn_error_set(error, RECNN_ERROR_OPTION,
                         "%" G_GINT64_FORMAT " %s: batches of kind %s have no negative items",
                         making->negatives > 1 ? making->negatives : making->candidates,
                         making->negatives > 1 ? "negatives" : "candidates for a negative",
                         loader->maker->name);
}

/* Opens the maker, which tells the number of rows. */
static bool open_maker(RecnnLoader *loader, GError **error) {
  const RecnnMaker *maker = loader->maker;
  const char *unit = maker->unit ? maker->unit : "interaction";
  if (!check_negatives(loader, error) || (maker->check && !maker->check(&loader->making, error)))
    return false;
  loader->n_rows = loader->making.part->rows.n;
  if (maker->open && !maker->open(&loader->making, &loader->n_rows, error))
    return false;
  loader->is_open = true;
  if (loader->n_rows < 1)
    return recnn_error_set(error, RECNN_ERROR_DATA, "no %ss to make batches of", unit);
  if (loader->settings.no_single_row && loader->n_rows == 1)
    return recnn_error_set(error, RECNN_ERROR_DATA,
                           "1 %s: expected at least 2, since the model has batch norm", unit);
  return true;
}

static bool make_sampler(RecnnLoader *loader, GError **error) {
  const RecnnPart *known = loader->making.part - loader->making.n_before;
  loader->sampler =
      recnn_sampler_new_from_text(loader->settings.sampler, known, loader->settings.seed, error);
  loader->making.sampler = loader->sampler;
  return loader->sampler != NULL;
}

/* The defaults, where the caller has not said how fields are made. */
static bool make_inputs(RecnnLoader *loader, GError **error) {
  RecnnDataset *dataset = (RecnnDataset *)loader->making.part->dataset;
  if (!dataset)
    return recnn_error_set(error, RECNN_ERROR_ARGUMENT,
                           "batches of kind %s are made of a data set, and this part has none",
                           loader->maker->name);
  loader->own_inputs = recnn_inputs_new(dataset, NULL, loader->making.wanted, 0, error);
  loader->making.inputs = loader->own_inputs;
  return loader->own_inputs != NULL;
}

static bool set_up(RecnnLoader *loader, GError **error) {
  if ((loader->maker->needs_inputs && !loader->making.inputs && !make_inputs(loader, error)) ||
      !open_maker(loader, error) || (loader->maker->needs_sampler && !make_sampler(loader, error)))
    return false;
  int64_t n = loader->n_rows, batch_size = loader->settings.batch_size;
  bool join = loader->settings.no_single_row && n % batch_size == 1; /* of more than one batch */
  loader->n_batches = n / batch_size + (n % batch_size != 0 && !join);
  int64_t capacity = n <= batch_size ? n : batch_size + join;
  for (int i = 0; i < DEPTH; i++) {
    loader->ring[i] = recnn_batch_new();
    if (!loader->maker->prepare(&loader->making, loader->ring[i], capacity, error))
      return false;
  }
  loader->order =
      recnn_memory_new((size_t)n, sizeof *loader->order, "the loader's order of rows", error);
  return loader->order && start_thread(loader, error);
}

RecnnLoader *recnn_loader_new(const RecnnPart *part, const char *const *fields,
                              const RecnnLoaderSettings *settings, GError **error) {
  const RecnnMaker *maker = recnn_maker_find(fields, error);
  if (!maker || !check_settings(settings, error))
    return NULL;
  RecnnLoader *loader = g_new0(RecnnLoader, 1);
  loader->maker = maker;
  loader->making = (RecnnMaking){
      .part = part,
      .inputs = settings->inputs,
      .wanted = fields,
      .n_before = settings->n_before,
      .negatives = MAX(settings->negatives, 1),
      .candidates = MAX(settings->candidates, 1),
  };
  loader->settings = *settings;
  if (!settings->sampler)
    loader->settings.sampler = "uniform";
  pthread_mutex_init(&loader->lock, NULL);
  pthread_cond_init(&loader->wanted, NULL);
  pthread_cond_init(&loader->ready, NULL);
  if (set_up(loader, error))
    return loader;
  recnn_loader_free(loader);
  return NULL;
}

void recnn_loader_free(RecnnLoader *loader) {
  if (!loader)
    return;
  if (loader->has_thread) {
    pthread_mutex_lock(&loader->lock);
    loader->quit = true;
    pthread_cond_signal(&loader->wanted);
    pthread_mutex_unlock(&loader->lock);
    pthread_join(loader->thread, NULL);
  }
  pthread_mutex_destroy(&loader->lock);
  pthread_cond_destroy(&loader->wanted);
  pthread_cond_destroy(&loader->ready);
  for (int i = 0; i < DEPTH; i++)
    recnn_batch_free(loader->ring[i]);
  recnn_memory_free(loader->order);
  if (loader->is_open && loader->maker->close)
    loader->maker->close(loader->making.state);
  recnn_sampler_free(loader->sampler);
  recnn_inputs_unref(loader->own_inputs);
  g_free(loader);
}

int64_t recnn_loader_batches(const RecnnLoader *loader) { return loader->n_batches; }

int64_t recnn_loader_rows(const RecnnLoader *loader) { return loader->n_rows; }

void recnn_loader_start(RecnnLoader *loader, uint64_t epoch) {
  recnn_loader_start_at(loader, epoch, 0);
}

void recnn_loader_start_at(RecnnLoader *loader, uint64_t epoch, int64_t batch) {
  pthread_mutex_lock(&loader->lock);
  loader->starts++;
  loader->epoch = epoch;
  loader->made = CLAMP(batch, 0, loader->n_batches);
  loader->taken = loader->made;
  pthread_cond_signal(&loader->wanted);
  pthread_mutex_unlock(&loader->lock);
}

RecnnBatch *recnn_loader_next(RecnnLoader *loader) {
  RecnnBatch *batch = NULL;
  pthread_mutex_lock(&loader->lock);
  if (loader->starts > 0 && loader->taken < loader->n_batches) {
    batch = loader->ring[loader->taken++ % DEPTH];
    pthread_cond_signal(&loader->wanted);
    while (loader->made < loader->taken)
      pthread_cond_wait(&loader->ready, &loader->lock);
  }
  pthread_mutex_unlock(&loader->lock);
  return batch;
}

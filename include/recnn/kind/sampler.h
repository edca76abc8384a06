/* The kind "recnn.sampler/1": a distribution of negative items for models that learn from pairs.
 * The class is a constant and the same struct as the built-in ones have.
 *
 * The host asks for a draw, again while it gets an item that the user is known to like (or one that
 * there is not), and after RECNN_SAMPLER_TRIES draws uniformly from the items that are left.  So a
 * sampler need not look at what is known; it may.  A draw is a function of the state and the call
 * alone: the same at any number of threads and after a resume.
 *
 * Samplers share one name space; a sampler whose plugin is not loaded is looked for in the plugin
 * of its name. */
#ifndef RECNN_KIND_SAMPLER_H
#define RECNN_KIND_SAMPLER_H

#include <recnn/kind/model.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RECNN_SAMPLER_TRIES 31

/* What users are known to like: the training part.  The host's, as long as the state, read only. */
typedef struct RecnnKnown {
  size_t struct_size;
  const RecnnInteractions *rows; /* in the order of the data */
  /* The same by user: user u's items are items[first[u] .. first[u+1]-1], ascending, each once. */
  const int64_t *first;
  const int32_t *items;
} RecnnKnown;

/* One draw. */
typedef struct RecnnDraw {
  size_t struct_size;
  const RecnnKnown *known;
  int32_t user;
  int32_t item;      /* the item that the negative is for; -1: for none in particular */
  uint32_t words[4]; /* random bits, others in each try */
  uint64_t epoch;    /* of the training, from 0 */
} RecnnDraw;

#define RECNN_SAMPLER_KIND "recnn.sampler/1"
typedef struct RecnnSamplerClass {
  size_t struct_size;
  const char *name; /* [a-z][a-z0-9_]* */
  const char *doc;  /* one sentence */
  /* Ends with a NULL name; NULL: none.  create() gets the values in the order of this table, each
   * of its option's type, during the call. */
  const RecnnOption *options;
  uint32_t flags; /* zero */
  uint32_t reserved;
  /* Makes the state, which only the sampler looks into; not RECNN_OK leaves nothing behind.  Both
   * are NULL when there is none. */
  RecnnStatus (*create)(const RecnnKnown *known, const RecnnValue *options, void **ret_state,
                        RecnnError *error);
  void (*destroy)(void *state);
  /* An item, 0 .. n_items-1.  Any thread, several at once. */
  int32_t (*draw)(const void *state, const RecnnDraw *draw);
} RecnnSamplerClass;

#ifdef __cplusplus
}
#endif

#endif

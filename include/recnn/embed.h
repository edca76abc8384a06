/* recnn inside another program: open a model that model:save() wrote (a bundle), and ask it for
 * recommendations, from any number of threads; put another one in its place while it is asked.
 *
 *   cc app.c $(pkg-config --cflags --libs recnn)
 *
 * The program needs librecnn and the model's plugin, no Lua and no data set.  Nothing here prints
 * or ends the process.  Errors go into a RecnnError of the caller's, which may be NULL. */
#ifndef RECNN_EMBED_H
#define RECNN_EMBED_H

#include <recnn/abi.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct RecnnRecommender RecnnRecommender;

/* Looks for plugins in this folder first; it is copied.  Besides, RECNN_PLUGIN_PATH, the user's own
 * folder and the installation's are searched.  Any thread. */
void recnn_embed_add_plugin_folder(const char *folder);

/* The bundle in `folder`.  `n_instances` questions (1 .. 1024) can be answered at the same time;
 * each takes the memory of the model's weights.  More threads may ask: they wait for each other.
 * NULL with the error set on failure. */
RecnnRecommender *recnn_recommender_open(const char *folder, int n_instances, RecnnError *error);
/* Nobody may be asking any more.  Takes NULL. */
void recnn_recommender_close(RecnnRecommender *recommender);

/* Loads the bundle in `folder` and puts it in the place of the one that is there: questions that
 * are being answered end with the old one, those that come later get the new one, and none waits
 * for the loading.  On failure nothing has changed.  Any thread. */
RecnnStatus recnn_recommender_swap(RecnnRecommender *recommender, const char *folder,
                                   RecnnError *error);

/* Who is asked about, and for what.  Zero it, set struct_size (RECNN_QUESTION_INIT does both), then
 * either `user` or `history`.  All of it is read during the call only. */
typedef struct RecnnQuestion {
  size_t struct_size;
  const char *user;           /* a token of the data; NULL: nobody of the data */
  const char *const *history; /* items' tokens in the order of time; NULL: the user's own */
  size_t n_history;
  const float *ratings;  /* as many as the history has; NULL: none */
  const char *condition; /* a token, for models that are conditioned; NULL: the user's own */
  /* The only items to choose from; NULL: all. */
  const char *const *candidates;
  size_t n_candidates;
  size_t k; /* how many items are wanted: at least 1 */
  /* What is in the history, or else what the user has in the data, may be recommended again. */
  bool include_seen;
  /* Items of the history and candidates that the model does not know are passed over; otherwise
   * they are an error that names them. */
  bool skip_unknown;
} RecnnQuestion;
#define RECNN_QUESTION_INIT                                                                        \
  { sizeof(RecnnQuestion), NULL, NULL, 0, NULL, NULL, NULL, 0, 10, false, false }

/* The answer: at most k items, best first. */
typedef struct RecnnHits RecnnHits;

/* NULL with the error set on failure: RECNN_ERROR_NOT_FOUND for a token that the model does not
 * know, RECNN_ERROR_DATA for somebody about whom it cannot say anything.  The caller frees the
 * result, which does not depend on the recommender any more.  Any thread. */
RecnnHits *recnn_recommender_ask(RecnnRecommender *recommender, const RecnnQuestion *question,
                                 RecnnError *error);
size_t recnn_hits_count(const RecnnHits *hits);
const char *recnn_hits_item(const RecnnHits *hits,
                            size_t i); /* a token; NULL beyond the last one */
double recnn_hits_score(const RecnnHits *hits, size_t i);
void recnn_hits_free(RecnnHits *hits); /* takes NULL */

/* The model's name, which lives as long as the process. */
const char *recnn_recommender_model(RecnnRecommender *recommender);

#ifdef __cplusplus
}
#endif

#endif

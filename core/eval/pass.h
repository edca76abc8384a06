/* A pass over the questions of an evaluation: the memory of a block, and what is done with one
 * question's scores. */
#ifndef RECNN_CORE_EVAL_PASS_H
#define RECNN_CORE_EVAL_PASS_H

#include "eval/evaluator-private.h"

typedef struct RecnnPass {
  const RecnnEvaluator *evaluator;
  const RecnnQuestions *questions;
  const RecnnPart *seen[3]; /* whose items are no candidates; NULL: none */
  const RecnnRequest *requests;
  int64_t n_requests;
  bool ranks; /* some request is about ranks, or they are kept */
  int64_t n_items;
  int64_t
      n_listed; /* length of the lists: the largest cut-off of those that need one; 0: none do */

  int64_t rows;  /* a block has, at most */
  int64_t begin; /* the block at hand: questions begin .. begin+n-1 */
  int64_t n;
  int64_t n_tiles;
  float *scores;   /* rows x n_items */
  double *values;  /* rows x n_requests; NULL: they go to `details` */
  double *weights; /* rows x n_requests */
  bool *tied;      /* rows */
  int64_t *lists;  /* rows x n_listed */
  int64_t *listed; /* rows: how many there are */
  char *scratch;   /* a tile's own, tile_bytes each */
  size_t tile_bytes;
  int64_t room;      /* for a question's relevant items */
  int64_t pool_room; /* for what they are ranked among, where that is not all items */
  bool few;          /* the candidates are scored alone: see recnn__pass_candidates */
  int64_t *n_few;    /* rows: how many they are */

  double *sums;        /* n_requests */
  double *weight_sums; /* n_requests */
  /* For the metrics of the catalogue: the cut-offs, ascending, and how often each item stands
   * between one and the next. */
  int32_t n_cutoffs;
  int64_t *cutoffs;
  int64_t *shown;  /* n_cutoffs x n_items */
  int64_t n_shown; /* questions that something is shown for */

  /* For slices: a question's numbers in every slice, where it is in it, and their sums. */
  const RecnnSlices *slices; /* NULL: none */
  double *slice_values;      /* rows x slices x n_requests */
  bool *in_slice;            /* rows x slices */
  double *slice_sums;        /* slices x n_requests */
  double *slice_weights;     /* slices x n_requests */
  int64_t *slice_users;      /* slices */

  RecnnDetails *details; /* NULL: nothing is kept */
} RecnnPass;

/* For blocks of at most `rows` questions.  The pass is to be finished in failure, too. */
bool recnn__pass_init(RecnnPass *pass, const RecnnEvaluator *evaluator, int64_t rows,
                      GError **error);
/* Frees everything but what was to be kept, which is handed out (NULL: nothing, or `keep` is
 * false). */
RecnnDetails *recnn__pass_finish(RecnnPass *pass, bool keep);

/* Where question q's numbers are. */
double *recnn__pass_values(const RecnnPass *pass, int64_t q);

/* Bytes of a tile's scratch memory. */
size_t recnn__pass_scratch(const RecnnPass *pass);

/* The items that question q of a pass with few candidates is about, and room for their scores: both
 * in the question's row of `scores`. */
int64_t recnn__pass_candidates(const RecnnPass *pass, int64_t q, const int32_t **ret_items,
                               float **ret_scores);

/* pass-slices.c: what question q's numbers are in the slices that it is in, from his ranks and
 * whose they are; the block's sums; and the means.  `ranks` is scratch for as many as there are. */
void recnn__pass_slice(const RecnnPass *pass, int64_t q, const RecnnRanking *ranking,
                       const int32_t *items, double *ranks);
void recnn__pass_add_slices(RecnnPass *pass);
void recnn__pass_finish_slices(const RecnnPass *pass, RecnnResult *result);

/* A share of the block's questions: RecnnTileFn. */
void recnn__pass_tile(void *context, int64_t tile);

#endif

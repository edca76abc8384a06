/* The questions of an evaluation: who is asked for, and which items are the right answer.  One for
 * each user of a part; with given candidates one for each row that has a list. */
#ifndef RECNN_CORE_EVAL_QUESTIONS_H
#define RECNN_CORE_EVAL_QUESTIONS_H

#include <glib.h>

#include "data/split.h"
#include "eval/ranks.h"

typedef struct RecnnQuestions {
  int64_t n;
  int64_t *users;
  int64_t *rows; /* of the part; NULL: the questions are of users */
  /* Question q's relevant items are relevant[first[q]] .. relevant[first[q+1]-1], ascending, each
   * once. */
  int64_t *first;
  int32_t *relevant;
  int64_t longest; /* list of relevant items */
} RecnnQuestions;

/* `given`: of rows.  Fails when there is none, naming the part. */
RecnnQuestions *recnn_questions_new(const RecnnSplit *split, int part, bool given, GError **error);
void recnn_questions_free(RecnnQuestions *questions); /* takes NULL */

static inline RecnnItemList recnn_question_relevant(const RecnnQuestions *questions, int64_t q) {
  return (RecnnItemList){questions->relevant + questions->first[q],
                         questions->first[q + 1] - questions->first[q]};
}

#endif

/* Several instances at once, as the ABI allows: each learns what it learns alone. */
#include <string.h>

#include "check/subject-private.h"

typedef struct Learner {
  RecnnTrial trial; /* of its own: trials are not for several threads */
  uint64_t seed;
  Subject *subject;
  void *weights;
  size_t n_weights;
} Learner;

static void create(Learner *learner, const RecnnTrial *trial, int which) {
  *learner = (Learner){.trial = *trial, .seed = (uint64_t)(7 + which)};
  learner->subject = recnn__subject_new(&learner->trial, NULL, learner->seed);
}

static void *learn(void *data) {
  Learner *learner = data;
  Subject *subject = learner->subject;
  if (subject == NULL)
    return NULL;
  RecnnBatch *batch = NULL;
  if (subject->model_class->train_fields != NULL)
    batch = recnn__subject_batch(&learner->trial, subject->model,
                                 subject->model_class->train_fields, SUBJECT_ROWS, learner->seed);
  if (learner->trial.failure == NULL)
    recnn__subject_train(&learner->trial, subject, batch, 6, NULL);
  learner->weights = recnn__subject_weights(subject, &learner->n_weights);
  recnn_batch_free(batch);
  return NULL;
}

static void destroy(Learner *learner) {
  recnn__subject_free(learner->subject);
  learner->subject = NULL;
}

static void compare(RecnnTrial *trial, const Learner *alone, const Learner *together) {
  const char *failure =
      alone->trial.failure != NULL ? alone->trial.failure : together->trial.failure;
  if (failure != NULL)
    recnn__trial_fail(trial, "%s", failure);
  else if (alone->n_weights != together->n_weights ||
           memcmp(alone->weights, together->weights, alone->n_weights) != 0)
    recnn__trial_fail(trial,
                      "an instance learns something else while another one learns on another "
                      "thread: do they share a variable?");
}

static void run(RecnnTrial *trial) {
  enum { N = 2 };
  Learner alone[N], together[N];
  GThread *threads[N];
  for (int i = 0; i < N; i++) {
    create(&alone[i], trial, i);
    learn(&alone[i]);
    destroy(&alone[i]);
  }
  for (int i = 0; i < N; i++)
    create(&together[i], trial, i);
  for (int i = 0; i < N; i++)
    threads[i] = g_thread_new("check", learn, &together[i]);
  for (int i = 0; i < N; i++)
    g_thread_join(threads[i]);
  for (int i = 0; i < N; i++) {
    destroy(&together[i]);
    compare(trial, &alone[i], &together[i]);
    for (int j = 0; j < 2; j++) {
      Learner *learner = j == 0 ? &alone[i] : &together[i];
      g_free(learner->weights);
      g_free(learner->trial.failure);
    }
  }
}

RECNN_CHECK(model_instances) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 90,
    .name = "instances",
    .doc =
        "Two instances that learn at the same time, on two threads, learn what each learns alone",
    .run = run,
};

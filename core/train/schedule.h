/* Schedules of the learning rate: one file each (schedule-*.c), found by name in the generated
 * registry, and chains of them: "warmup epochs=1; cosine".  What a stage says is a factor of the
 * learning rate and a pure function of how many batches it has lasted, so that a schedule can be
 * entered anywhere. */
#ifndef RECNN_CORE_TRAIN_SCHEDULE_H
#define RECNN_CORE_TRAIN_SCHEDULE_H

#include <glib.h>

#include "base/options.h"

/* Where in a training a stage is. */
typedef struct RecnnScheduleTime {
  int64_t batch;         /* of the stage, from 0 */
  int64_t epoch_batches; /* that an epoch has */
  int64_t rest;          /* batches from the stage's begin to the training's end */
} RecnnScheduleTime;

typedef struct RecnnScheduleClass {
  const char *name;
  const char *doc;
  const RecnnOption *options;
  /* The factor of the learning rate for the batch; NULL: always 1. */
  double (*factor)(const RecnnOptions *options, RecnnScheduleTime time);
  /* After how many batches the next stage takes over; NULL: never. */
  int64_t (*length)(const RecnnOptions *options, RecnnScheduleTime time);
  bool watches; /* validations lower the rate (plateau.h); options factor and patience */
} RecnnScheduleClass;

#define RECNN_SCHEDULE(name) const RecnnScheduleClass recnn__schedule_##name

const RecnnScheduleClass *recnn_schedule_find(const char *name);
const char **recnn_schedule_names(void); /* sorted, NULL at the end; caller frees the array */

typedef struct RecnnSchedule RecnnSchedule;

/* `text` is a chain, or "none".  Only the last stage may have no end. */
RecnnSchedule *recnn_schedule_new(const char *text, int64_t epochs, GError **error);
void recnn_schedule_free(RecnnSchedule *schedule); /* takes NULL */
/* Must be said before the first question: how many batches an epoch has. */
void recnn_schedule_set_batches(RecnnSchedule *schedule, int64_t epoch_batches);

/* The factor of the learning rate for batch `batch` of the training, from 0. */
double recnn_schedule_factor(const RecnnSchedule *schedule, int64_t batch);
/* The options of the stage that watches validations at that time; NULL when none does. */
const RecnnOptions *recnn_schedule_watcher(const RecnnSchedule *schedule, int64_t batch);
/* The options of the chain's watching stage, whenever it is; NULL when it has none. */
const RecnnOptions *recnn_schedule_find_watcher(const RecnnSchedule *schedule);
/* Sets an option of it that the text did not. */
bool recnn_schedule_default(RecnnSchedule *schedule, const char *name, const char *value,
                            GError **error);

#endif

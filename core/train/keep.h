/* Keeping a run on disk while it goes on. */
#ifndef RECNN_CORE_TRAIN_KEEP_H
#define RECNN_CORE_TRAIN_KEEP_H

#include "train/trainer-private.h"

/* Finds or makes the run's folder, where the options ask for one, and takes up what is there. */
bool recnn__keep_open(RecnnTrainer *trainer, RecnnRun *run, GError **error);
/* Between two steps: a checkpoint, when one is due.  One that cannot be written is a warning: the
 * one before is as it was, and the next may succeed. */
void recnn__keep_batch(RecnnTrainer *trainer, const RecnnRun *run);
/* The weights that were just found to be the best, in the parameters' place. */
void recnn__keep_improvement(const RecnnTrainer *trainer);
/* Behind an epoch: the history, and a checkpoint when one is due. */
void recnn__keep_epoch(RecnnTrainer *trainer, const RecnnRun *run);
/* A run that was broken off: a checkpoint. */
bool recnn__keep_broken(RecnnTrainer *trainer, const RecnnRun *run, bool in_epoch, GError **error);
/* The training is over, and the model still has the weights of the last step: the last checkpoint.
 */
bool recnn__keep_last(RecnnTrainer *trainer, const RecnnRun *run, GError **error);
/* The end: the result.  The model has the weights that the run leaves. */
bool recnn__keep_end(RecnnTrainer *trainer, const RecnnRun *run, GError **error);

/* record.c, record-events.c, record-report.c: what is written for others to read. */
bool recnn__record_events(const RecnnTrainer *trainer, const RecnnRun *run, GError **error);
bool recnn__record_report(const RecnnTrainer *trainer, const RecnnRun *run, GError **error);
bool recnn__record_history(const RecnnTrainer *trainer, const RecnnRun *run, GError **error);
bool recnn__record_result(const RecnnTrainer *trainer, const RecnnRun *run, GError **error);

#endif

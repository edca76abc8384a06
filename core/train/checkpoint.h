/* Checkpoints: a file with all that it takes to go on with a training to the same bits. */
#ifndef RECNN_CORE_TRAIN_CHECKPOINT_H
#define RECNN_CORE_TRAIN_CHECKPOINT_H

#include "train/trainer-private.h"

/* Writes one; `in_epoch`: the last epoch of the run's history is not over.  The parameters have
 * their own values, not the average's. */
bool recnn__checkpoint_write(const RecnnTrainer *trainer, const RecnnRun *run, bool in_epoch,
                             const char *request, const char *path, GError **error);
/* Takes everything or nothing: whatever is wrong with the file is found before the first change. */
bool recnn__checkpoint_read(RecnnTrainer *trainer, RecnnRun *run, const char *request,
                            const char *path, GError **error);

#endif

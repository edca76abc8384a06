/* A bundle: a folder with all that it takes to answer, without the data that the model was trained
 * on: the weights, the options, the tokens of users and items, and what each user did in the parts
 * that an answer may use.  docs/EMBEDDING.md has the layout. */
#ifndef RECNN_CORE_SERVE_BUNDLE_H
#define RECNN_CORE_SERVE_BUNDLE_H

#include <glib.h>

#include "data/split.h"
#include "model/model.h"

typedef struct RecnnBundle {
  RecnnModel *model;
  RecnnDataset *dataset; /* users and items in their order; interactions of train and valid */
  RecnnSplit *split;     /* of these; its test part is empty */
} RecnnBundle;

/* Writes `folder`, all or nothing; one that is there is replaced when it is a bundle, or empty. The
 * model was made for the split's data set (recnn_model_new_for). */
bool recnn_bundle_save(const RecnnModel *model, const RecnnSplit *split, const char *folder,
                       GError **error);

/* Reads it back: finds the model's class (and loads its plugin), makes the model and takes the
 * weights. Whatever is missing, damaged or does not fit is an error with the file's name. */
RecnnBundle *recnn_bundle_load(const char *folder, GError **error);
void recnn_bundle_free(RecnnBundle *bundle); /* takes NULL */

/* Another model of the same class, options, data and weights, which may answer at the same time. */
RecnnModel *recnn_bundle_copy_model(const RecnnBundle *bundle, GError **error);

#endif

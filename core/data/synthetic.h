/* Generated data that behaves like real data: users and items belong to latent groups, popularity
 * follows a power law, ratings and timestamps are there, interests drift over time, and both sides
 * have features.  The same options and seed give the same bytes on every machine. */
#ifndef RECNN_CORE_DATA_SYNTHETIC_H
#define RECNN_CORE_DATA_SYNTHETIC_H

#include <glib.h>

#include "base/options.h"
#include "data/dataset.h"

/* users, items, interactions_per_user, groups, drift, noise, seed */
const RecnnOption *recnn_synthetic_options(void);
/* `options` is of recnn_synthetic_options(), NULL for the defaults.  Rows are in the order of time;
 * users have the features age, gender, occupation and region, items title, year and genres. */
RecnnDataset *recnn_synthetic_new(const RecnnOptions *options, GError **error);

#endif

/* Generated data that behaves like real data: users and items belong to latent groups, popularity
 * follows a power law, ratings and timestamps are there, interests drift over time, and both sides
 * have features.  The same options and seed give the same bytes on every machine. */
#ifndef RECNN_CORE_DATA_SYNTHETIC_H
#define RECNN_CORE_DATA_SYNTHETIC_H

#include <glib.h>

#include "data/dataset.h"

const RecnnOption *recnn_synthetic_options(void);
RecnnDataset *recnn_synthetic_new(const RecnnOptions *options, GError **error);

#endif

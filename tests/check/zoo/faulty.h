/* The plugin around the pieces: a faulty one defines FAULTY (its name) and what it replaces, and
 * includes this file last. */
#ifndef FAULTY_H
#define FAULTY_H

#include "faulty-kit.h"

#ifndef LICENCE
#define LICENCE "Apache-2.0"
#endif
#ifndef OPTIONS
#define OPTIONS mf_options
#endif
#ifndef CREATE
#define CREATE mf_create
#endif
#ifndef DESTROY
#define DESTROY NULL
#endif
#ifndef PREDICT
#define PREDICT mf_predict
#endif
#ifndef LOSS
#define LOSS mf_loss
#endif
#ifndef ENCODE
#define ENCODE mf_encode
#endif
#ifndef SCORE
#define SCORE mf_score
#endif

static const char *const faulty_train[] = {"user", "item", "rating", NULL};
static const char *const faulty_query[] = {"user", NULL};
static const RecnnModelClass faulty_class = {
    .struct_size = sizeof(RecnnModelClass),
    .name = FAULTY,
    .summary = "A matrix factorisation with one mistake",
    .paper = "",
    .options = OPTIONS,
    .train_fields = faulty_train,
    .query_fields = faulty_query,
    .instance_size = sizeof(Mf),
    .create = CREATE,
    .destroy = DESTROY,
    .loss = LOSS,
    .predict = PREDICT,
    .encode_items = ENCODE,
    .score_items = SCORE,
};
static const RecnnFeature faulty_features[] = {{RECNN_MODEL_KIND, &faulty_class},
#ifdef OP
                                               {RECNN_OP_KIND, &OP},
#endif
                                               {NULL, NULL}};
RECNN_PLUGIN(FAULTY, "1.0.0", LICENCE, "A plugin with one mistake", faulty_features);

#endif

/* ReduceLROnPlateau: the learning rate is lowered when validation stands still (plateau.h). */
#include "train/schedule.h"

static const RecnnOption options[] = {
    {"factor", RECNN_OPTION_FLOAT, "0.5", "(0,1)", "What the learning rate is multiplied by"},
    {"patience", RECNN_OPTION_INT, "5", "[0,inf)",
     "A plateau is more than so many validations in a row without an improvement"},
    {NULL, 0, NULL, NULL, NULL}};

RECNN_SCHEDULE(plateau) = {
    .name = "plateau",
    .doc = "Lowered when valid_metric stands still, as PyTorch's ReduceLROnPlateau does",
    .options = options,
    .watches = true,
};

/* The trainer's options.  Defaults are those of the trainer that recnn's architectures come with;
 * words are those of RecBole where they fit. */
#include "train/trainer.h"

static const RecnnOption options[] = {
    {"epochs", RECNN_OPTION_INT, "100", "[1,inf)", "The most passes over the training part."},
    {"train_batch_size", RECNN_OPTION_INT, "1024", "[1,inf)", "Rows of a training batch."},
    {"learner", RECNN_OPTION_STRING, "adam", NULL, "The optimizer, by name."},
    {"learning_rate", RECNN_OPTION_FLOAT, "1e-3", "(0,inf)", "The optimizer's step size."},
    {"weight_decay", RECNN_OPTION_FLOAT, "1e-4", "[0,inf)",
     "Decay of the weights, as the optimizer defines it."},
    {"clip_grad_norm", RECNN_OPTION_FLOAT, "1.0", "[0,inf)",
     "The gradient of all parameters together is scaled down to this 2-norm; 0: never."},
    {"weight_average", RECNN_OPTION_FLOAT, "0", "[0,1)",
     "Decay of a moving average of the weights, which is what is validated and kept; 0: none."},
    {"loss", RECNN_OPTION_STRING, "auto", NULL,
     "The loss put on predict(), by name, such as \"mse\"; auto: the model's own."},
    {"sampler", RECNN_OPTION_STRING, "uniform", NULL,
     "How negative items are drawn, by name; for models that want some."},
    {"shuffle", RECNN_OPTION_BOOL, "true", NULL, "A new random order of the rows in every epoch."},
    {"eval_step", RECNN_OPTION_INT, "1", "[0,inf)",
     "Validate after every so many epochs, and after the last; 0: never."},
    {"valid_metric", RECNN_OPTION_STRING, "auto", NULL,
     "The metric that decides which epoch is the best; auto: RMSE for models that predict ratings, "
     "NDCG@10 for the others."},
    {"topk", RECNN_OPTION_INT_LIST, "10", "[1,inf)",
     "Cut-offs of the rank metrics that are computed while validating."},
    {"patience", RECNN_OPTION_INT, "10", "[0,inf)",
     "Stop after so many validations in a row without an improvement; 0: never."},
    {"min_delta", RECNN_OPTION_FLOAT, "0", "[0,inf)",
     "An improvement is better than the best by more than this; equal is none."},
    {"schedule", RECNN_OPTION_CHOICE, "none", "none|plateau",
     "What happens to the learning rate; plateau: it is lowered when valid_metric stands still."},
    {"schedule_factor", RECNN_OPTION_FLOAT, "0.5", "(0,1)",
     "What the learning rate is multiplied by on a plateau."},
    {"schedule_patience", RECNN_OPTION_INT, "5", "[0,inf)",
     "A plateau is more than so many validations in a row without an improvement."},
    {"seed", RECNN_OPTION_INT, "42", "[0,inf)",
     "Of the order of the rows, the negatives and dropout."},
    {NULL, 0, NULL, NULL, NULL},
};

const RecnnOption *recnn_trainer_options(void) { return options; }

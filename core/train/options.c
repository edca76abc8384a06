/* The trainer's options.  Defaults are those of the trainer that recnn's architectures come with;
 * words are those of RecBole where they fit. */
#include "train/trainer.h"

static const RecnnOption options[] = {
    {"epochs", RECNN_OPTION_INT, "100", "[1,inf)", "The most passes over the training part."},
    {"train_batch_size", RECNN_OPTION_INT, "1024", "[1,inf)", "Rows of a training batch."},
    {"learner", RECNN_OPTION_STRING, "adam", NULL,
     "The optimizer, by name, and its own options, such as \"sgd momentum=0.9\"."},
    {"learning_rate", RECNN_OPTION_FLOAT, "1e-3", "(0,inf)", "The optimizer's step size."},
    {"weight_decay", RECNN_OPTION_FLOAT, "1e-4", "[0,inf)",
     "Decay of the weights, as the optimizer defines it."},
    {"groups", RECNN_OPTION_STRING, "", NULL,
     "Parameters with options of the learner of their own, by patterns of their names, such as "
     "\"*.bias weight_decay=0; user* learning_rate=0.01\"; the first that fits decides."},
    {"clip_grad_norm", RECNN_OPTION_FLOAT, "1.0", "[0,inf)",
     "The gradient of all parameters together is scaled down to this 2-norm; 0: never."},
    {"clip_grad_value", RECNN_OPTION_FLOAT, "0", "[0,inf)",
     "Before that, every element of the gradient is cut to this size; 0: never."},
    {"accumulate", RECNN_OPTION_INT, "1", "[1,inf)",
     "Batches whose mean gradient makes one step of the optimizer."},
    {"weight_average", RECNN_OPTION_FLOAT, "0", "[0,1)",
     "Decay of a moving average of the weights, which is what is validated and kept; 0: none."},
    {"loss", RECNN_OPTION_STRING, "auto", NULL,
     "The loss that is minimised, by name, and its own options, such as \"hinge margin=2\", or a "
     "function; auto: the model's own."},
    {"sampler", RECNN_OPTION_STRING, "uniform", NULL,
     "How negative items are drawn, such as \"popularity alpha=0.75\"; for models that want some."},
    {"negatives", RECNN_OPTION_INT, "1", "[1,65536]",
     "Negatives of an interaction in an epoch; each makes a row of its own."},
    {"negative_candidates", RECNN_OPTION_INT, "1", "[1,65536]",
     "Dynamic hard negatives: draw so many for each and take the one that the model scores "
     "highest; 1: the one that is drawn."},
    {"targets", RECNN_OPTION_CHOICE, "last", "last|all",
     "What a row of a sequence model is: an item and the sequence before it, or a whole sequence, "
     "each of whose steps is trained on what follows; for models whose steps see earlier ones "
     "alone."},
    {"shuffle", RECNN_OPTION_BOOL, "true", NULL, "A new random order of the rows in every epoch."},
    {"eval_step", RECNN_OPTION_INT, "1", "[0,inf)",
     "Validate after every so many epochs, and after the last; 0: never."},
    {"valid_metric", RECNN_OPTION_STRING, "auto", NULL,
     "The metric that decides which epoch is the best; auto: RMSE for models that predict ratings, "
     "NDCG@10 for the others."},
    {"valid_candidates", RECNN_OPTION_STRING, "all", NULL,
     "What items are ranked among while validating, as in evaluate: all, given, uniN or popN."},
    {"topk", RECNN_OPTION_INT_LIST, "10", "[1,inf)",
     "Cut-offs of the rank metrics that are computed while validating."},
    {"patience", RECNN_OPTION_INT, "10", "[0,inf)",
     "Stop after so many validations in a row without an improvement; 0: never."},
    {"min_delta", RECNN_OPTION_FLOAT, "0", "[0,inf)",
     "An improvement is better than the best by more than this; equal is none."},
    {"schedule", RECNN_OPTION_STRING, "none", NULL,
     "What happens to the learning rate: none, plateau, step, exponential, cosine, warmup with "
     "options of their own, or a chain such as \"warmup epochs=1; cosine\"."},
    {"schedule_factor", RECNN_OPTION_FLOAT, "0.5", "(0,1)",
     "What the learning rate is multiplied by on a plateau, where schedule does not say it."},
    {"schedule_patience", RECNN_OPTION_INT, "5", "[0,inf)",
     "A plateau is more than so many validations in a row without an improvement; unless set, half "
     "of patience."},
    {"on_nan", RECNN_OPTION_CHOICE, "stop", "stop|skip",
     "What a loss or gradient that is not finite does: it ends the training, or its batch is left "
     "out and counted."},
    {"memory_limit", RECNN_OPTION_STRING, "", NULL,
     "The most memory that the process may take, in bytes or such as \"2 GB\"; checked before the "
     "first step.  Empty: any."},
    {"valid_loss", RECNN_OPTION_BOOL, "true", NULL,
     "Measure the loss on the valid part, too, when validating; where valid_metric asks for it, it "
     "is measured anyway."},
    {"runs", RECNN_OPTION_STRING, "", NULL,
     "The folder in which every run gets a folder of its own; empty: nothing is kept on disk."},
    {"run_name", RECNN_OPTION_STRING, "auto", NULL,
     "What the run's folder is called, before the time; auto: the model's name."},
    {"resume", RECNN_OPTION_BOOL, "true", NULL,
     "Go on with the latest run of the same name and request that was not finished."},
    {"checkpoint_seconds", RECNN_OPTION_FLOAT, "30", "[0,inf)",
     "The least time between two checkpoints; 0: one after every step."},
    {"seed", RECNN_OPTION_INT, "42", "[0,inf)",
     "Of the order of the rows, the negatives and dropout."},
    {NULL, 0, NULL, NULL, NULL},
};

const RecnnOption *recnn_trainer_options(void) { return options; }

#include <recnn/kit/mlp.h>
static const RecnnFeature features[] = {{NULL, NULL}};
RECNN_PLUGIN("neural_bpr", "0.1.0", "Apache-2.0", "x", features);

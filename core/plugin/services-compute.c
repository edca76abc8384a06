/* The service "recnn.compute/1". */
#include <recnn/service/compute.h>

#include "base/parallel.h"
#include "kernels/gemm.h"
#include "plugin/plugin-private.h"

static const RecnnComputeApi api = {
    .struct_size = sizeof(RecnnComputeApi),
    .parallel = recnn_parallel,
    .gemm = recnn_gemm,
};

RECNN_SERVICE(compute) = {RECNN_COMPUTE_SERVICE, &api};

/* What the files of the pool share. */
#ifndef RECNN_CORE_BASE_PARALLEL_PRIVATE_H
#define RECNN_CORE_BASE_PARALLEL_PRIVATE_H

/* The processors this process may run on, at least 1. */
int recnn__count_processors(void);

#endif

/* What the files of MovieLens share. */
#ifndef RECNN_CORE_DATA_MOVIELENS_PRIVATE_H
#define RECNN_CORE_DATA_MOVIELENS_PRIVATE_H

#include "data/text.h"

/* The length of a title such as "Toy Story (1995)" without the year, which may be empty. */
size_t recnn__movielens_title(const RecnnField *title, RecnnField *ret_year);
bool recnn__movielens_ends_in_year(const RecnnField *field);

#endif

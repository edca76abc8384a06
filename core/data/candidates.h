/* Lists of items to rank among that came with the data ("99 negatives"), and how they come about.
 *
 * A list belongs to an interaction, not to a user, since a user may have several that are ranked
 * (the one of validation and the one of test, with a list each).  Data that has one list a user has
 * it for all interactions of the user: several interactions may share a list. */
#ifndef RECNN_CORE_DATA_CANDIDATES_H
#define RECNN_CORE_DATA_CANDIDATES_H

#include <glib.h>

#include <recnn/abi.h>

#include "data/idmap.h"

/* List l is items[first[l]] .. items[first[l+1]-1], as it was given: in its order, an item twice
 * where it is there twice, and without the interaction's own item unless it is among them. */
typedef struct RecnnCandidates {
  int32_t n_lists;
  int64_t *first;
  int32_t *items;
  int64_t n;     /* interactions of the data set */
  int32_t *list; /* of each; -1: it has none */
} RecnnCandidates;

void recnn_candidates_free(RecnnCandidates *candidates); /* takes NULL */

/* The list of an interaction; NULL: it has none.  One may be empty. */
const int32_t *recnn_candidates_get(const RecnnCandidates *candidates, int64_t interaction,
                                    int64_t *ret_n);

/* For readers.  Items are named by tokens, which need not be known before the end. */
typedef struct RecnnCandidatesBuilder RecnnCandidatesBuilder;

RecnnCandidatesBuilder *recnn_candidates_builder_new(void);
void recnn_candidates_builder_free(RecnnCandidatesBuilder *builder); /* takes NULL */

/* Begins a list and returns its number, or -1.  The file and line it is from go before an error
 * about one of its items. */
int32_t recnn_candidates_builder_begin(RecnnCandidatesBuilder *builder, const char *path,
                                       int64_t line, GError **error);
/* Adds to the list that was begun last. */
bool recnn_candidates_builder_add(RecnnCandidatesBuilder *builder, const char *token, size_t length,
                                  GError **error);
/* Gives a list to an interaction; -1 takes its list away. */
bool recnn_candidates_builder_assign(RecnnCandidatesBuilder *builder, int64_t interaction,
                                     int32_t list, GError **error);
/* The lists for the `n` interactions of a data set with these items.  A token that is none of them
 * is an error, which names it and where it was.  Frees the builder, in failure too. */
RecnnCandidates *recnn_candidates_builder_finish(RecnnCandidatesBuilder *builder, int64_t n,
                                                 const RecnnIdMap *items, GError **error);

#endif

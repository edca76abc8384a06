/* The table of profiles. */
#include "eval/profile.h"

#include "base/error.h"

static const RecnnProfile profiles[] = {
    {"cornac", "Cornac 3: MRR, MAP and AUC of the whole ranking", NULL},
    {"lenskit", "LensKit 2025: NDCG by max (log2 rank, 1), Recall by min (|R|, k)", NULL},
    {"librecommender", "LibRecommender 1.5: NDCG and MAP by the hits that were found", NULL},
    {"multvae", "the code of Mult-VAE: Recall by min (|R|, k)", NULL},
    {"ncf", "the code of NCF: one item of a user among his list of negatives", "given"},
    {"recbole", "RecBole 1.2: catalogue metrics count the padding item", NULL},
    {"rechorus", "ReChorus 2: one item of a row among its list of negatives", "given"},
    {NULL, NULL, NULL}};

const RecnnProfile *recnn_profile_all(void) { return profiles; }

const RecnnProfile *recnn_profile_find(const char *name, GError **error) {
  const char *names[G_N_ELEMENTS(profiles)];
  for (size_t i = 0; i < G_N_ELEMENTS(profiles); i++) {
    names[i] = profiles[i].name;
    if (names[i] != NULL && g_ascii_strcasecmp(names[i], name) == 0)
      return &profiles[i];
  }
  char *hint = recnn_suggest(name, names);
  recnn_error_set(error, RECNN_ERROR_NOT_FOUND, "profile \"%s\" is not known%s", name, hint);
  g_free(hint);
  return NULL;
}

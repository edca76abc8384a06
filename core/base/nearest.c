/* The name that somebody probably meant: Damerau-Levenshtein distance, restricted to neighbours
 * being swapped (optimal string alignment), over short names of the field: options, models,
 * metrics. */
#include "base/error.h"

#include <string.h>

#define LONGEST 64

/* Case and the two spellings of a word gap do not count. */
static char fold(char c) { return c == '-' ? '_' : g_ascii_tolower(c); }

static int distance(const char *a, int n_a, const char *b, int n_b) {
  int rows[3][LONGEST + 1];
  int *before = rows[0], *above = rows[1], *row = rows[2];
  for (int j = 0; j <= n_b; j++) {
    above[j] = before[j] = j;
  }
  for (int i = 1; i <= n_a; i++) {
    row[0] = i;
    for (int j = 1; j <= n_b; j++) {
      const bool same = fold(a[i - 1]) == fold(b[j - 1]);
      int best = above[j - 1] + (same ? 0 : 1);
      best = MIN(best, above[j] + 1);
      best = MIN(best, row[j - 1] + 1);
      if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) && fold(a[i - 2]) == fold(b[j - 1])) {
        best = MIN(best, before[j - 2] + 1);
      }
      row[j] = best;
    }
    int *next = before;
    before = above;
    above = row;
    row = next;
  }
  return above[n_b];
}

/* "embed" is meant for "embedding_dim", however many letters are missing. */
static bool begins(const char *name, int n, const char *candidate) {
  if (n < 3) {
    return false;
  }
  for (int i = 0; i < n; i++) {
    if (fold(name[i]) != fold(candidate[i])) {
      return false;
    }
  }
  return true;
}

const char *recnn_nearest(const char *name, const char *const *names) {
  const size_t length = strlen(name);
  if (length == 0 || length > LONGEST) {
    return NULL;
  }
  const int n = (int)length;
  const char *nearest = NULL;
  int least = INT_MAX;
  for (; *names != NULL; names++) {
    const size_t candidate = strlen(*names);
    if (candidate == 0 || candidate > LONGEST) {
      continue;
    }
    const int m = (int)candidate;
    const int d = distance(name, n, *names, m);
    /* One slip in three letters; a single letter has to be right but for its case. */
    const bool near = d <= MAX(n, m) / 3 || (m >= n && begins(name, n, *names));
    if (near && d < least) {
      least = d;
      nearest = *names;
    }
  }
  return nearest;
}

char *recnn_suggest(const char *name, const char *const *names) {
  GString *text = g_string_new(NULL);
  const char *nearest = recnn_nearest(name, names);
  if (nearest != NULL) {
    g_string_append_printf(text, " (did you mean %s?)", nearest);
  }
  g_string_append(text, *names == NULL ? "; none is known" : "; known: ");
  for (const char *const *known = names; *known != NULL; known++) {
    g_string_append_printf(text, "%s%s", known == names ? "" : ", ", *known);
  }
  return g_string_free(text, FALSE);
}

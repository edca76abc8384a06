/* The id map: numbering, look-up, tokens of every length, many tokens, and no memory. */
#include <glib.h>

#include "base/memory.h"
#include "data/idmap.h"
#include "unit/data/data-test.h"

static int32_t add(RecnnIdMap *map, const char *token) {
  GError *error = NULL;
  int32_t index = recnn_id_map_add(map, token, strlen(token), &error);
  g_assert_no_error(error);
  return index;
}

static void test_order(void) {
  RecnnIdMap *map = recnn_id_map_new();
  g_assert_cmpint(recnn_id_map_size(map), ==, 0);
  g_assert_cmpint(recnn_id_map_find(map, "a", 1), ==, -1);
  g_assert_cmpint(add(map, "b"), ==, 0);
  g_assert_cmpint(add(map, "a"), ==, 1);
  g_assert_cmpint(add(map, "b"), ==, 0);
  g_assert_cmpint(add(map, ""), ==, 2);
  g_assert_cmpint(recnn_id_map_size(map), ==, 3);
  g_assert_cmpstr(recnn_id_map_token(map, 0), ==, "b");
  g_assert_cmpstr(recnn_id_map_token(map, 1), ==, "a");
  g_assert_cmpstr(recnn_id_map_token(map, 2), ==, "");
  g_assert_cmpint(recnn_id_map_find(map, "a", 1), ==, 1);
  g_assert_cmpint(recnn_id_map_find(map, "ab", 2), ==, -1);
  g_assert_cmpint(recnn_id_map_find(map, "ab", 1), ==, 1);
  recnn_id_map_free(map);
  recnn_id_map_free(NULL);
}

/* Prefixes of one text, so that lengths, and tokens that differ in their last byte only, are told
 * apart. */
static void test_lengths(void) {
  enum { N = 100 };
  char text[N + 1];
  for (int i = 0; i < N; i++)
    text[i] = (char)('a' + i % 7);
  text[N] = '\0';
  RecnnIdMap *map = recnn_id_map_new();
  for (size_t length = 0; length <= N; length++) {
    g_assert_cmpint(recnn_id_map_add(map, text, length, NULL), ==, (int)length);
    if (length > 0) {
      g_autofree char *other = g_strndup(text, length);
      other[length - 1] = 'z';
      g_assert_cmpint(recnn_id_map_find(map, other, length), ==, -1);
      other[length - 1] = text[length - 1];
      other[0] = 'z';
      g_assert_cmpint(recnn_id_map_find(map, other, length), ==, -1);
    }
  }
  for (size_t length = 0; length <= N; length++) {
    g_assert_cmpint(recnn_id_map_find(map, text, length), ==, (int)length);
    g_assert_cmpuint(strlen(recnn_id_map_token(map, (int32_t)length)), ==, length);
  }
  recnn_id_map_free(map);
}

/* Tokens that look the same to a table that keeps them in eight bytes, or a hash of those that are
 * longer. */
static void test_alike(void) {
  static const struct {
    const char *bytes;
    size_t length;
  } alike[] = {{"", 0},      {"\0", 1},       {"\0\0", 2},    {"a", 1},
               {"\0a", 2},   {"\0\0a", 3},    {"abcd", 4},    {"abcdabcd", 8},
               {"abcda", 5}, {"abcdbcda", 8}, {"\0\0\0a", 4}, {"\0\0\0a\0\0\0a", 8}};
  RecnnIdMap *map = recnn_id_map_new();
  for (size_t i = 0; i < G_N_ELEMENTS(alike); i++)
    g_assert_cmpint(recnn_id_map_add(map, alike[i].bytes, alike[i].length, NULL), ==, (int)i);
  for (size_t i = 0; i < G_N_ELEMENTS(alike); i++)
    g_assert_cmpint(recnn_id_map_find(map, alike[i].bytes, alike[i].length), ==, (int)i);

  /* In many small tables, so that they come to be neighbours in some. */
  for (int turn = 0; turn < 200; turn++) {
    RecnnIdMap *small = recnn_id_map_new();
    for (int i = 0; i < 20; i++) {
      char token[16];
      g_snprintf(token, sizeof token, "%04d%04d", turn * 20 + i, turn * 20 + i);
      g_assert_cmpint(recnn_id_map_add(small, token, 4, NULL), ==, 2 * i);
      g_assert_cmpint(recnn_id_map_add(small, token, 8, NULL), ==, 2 * i + 1);
    }
    recnn_id_map_free(small);
  }

  /* Two of one hash, as idmap.c has it: a word's change is made good by the next word. */
  uint64_t words[2][2] = {{1, 2}, {3, 0}}, mixed[2];
  for (int i = 0; i < 2; i++) {
    mixed[i] = (16 ^ words[i][0]) * UINT64_C(0x9e3779b97f4a7c15);
    mixed[i] ^= mixed[i] >> 32;
  }
  words[1][1] = mixed[0] ^ words[0][1] ^ mixed[1];
  int32_t first = recnn_id_map_add(map, (const char *)words[0], 16, NULL);
  g_assert_cmpint(recnn_id_map_find(map, (const char *)words[1], 16), ==, -1);
  g_assert_cmpint(recnn_id_map_add(map, (const char *)words[1], 16, NULL), ==, first + 1);
  g_assert_cmpint(recnn_id_map_find(map, (const char *)words[0], 16), ==, first);
  recnn_id_map_free(map);
}

static void test_many(void) {
  enum { N = 200000 };
  RecnnIdMap *map = recnn_id_map_new();
  char token[32];
  for (int i = 0; i < N; i++) {
    g_snprintf(token, sizeof token, "%d", i * 7);
    g_assert_cmpint(add(map, token), ==, i);
  }
  for (int i = 0; i < N; i++) {
    g_snprintf(token, sizeof token, "%d", i * 7);
    g_assert_cmpint(recnn_id_map_find(map, token, strlen(token)), ==, i);
    g_assert_cmpstr(recnn_id_map_token(map, i), ==, token);
    g_snprintf(token, sizeof token, "%d", i * 7 + 1);
    g_assert_cmpint(recnn_id_map_find(map, token, strlen(token)), ==, -1);
  }
  recnn_id_map_free(map);
}

/* Whichever allocation fails, the map stays as it was. */
static void test_no_memory(void) {
  RecnnIdMap *map = recnn_id_map_new();
  char token[32];
  int failures = 0;
  for (int i = 0; i < 1000; i++) {
    g_snprintf(token, sizeof token, "token number %d", i);
    for (uint64_t n = 1;; n++) {
      GError *error = NULL;
      recnn_memory_fail_after(n);
      int32_t index = recnn_id_map_add(map, token, strlen(token), &error);
      recnn_memory_fail_after(0);
      if (index >= 0) {
        g_assert_no_error(error);
        g_assert_cmpint(index, ==, i);
        break;
      }
      g_assert_true(g_error_matches(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_MEMORY));
      g_clear_error(&error);
      g_assert_cmpint(recnn_id_map_size(map), ==, i);
      g_assert_cmpint(recnn_id_map_find(map, token, strlen(token)), ==, -1);
      failures++;
    }
  }
  g_assert_cmpint(failures, >, 10);
  recnn_id_map_free(map);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/data/idmap/order", test_order);
  g_test_add_func("/data/idmap/lengths", test_lengths);
  g_test_add_func("/data/idmap/alike", test_alike);
  g_test_add_func("/data/idmap/many", test_many);
  g_test_add_func("/data/idmap/no-memory", test_no_memory);
  return g_test_run();
}

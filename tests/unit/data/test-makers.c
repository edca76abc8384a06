/* Batches of users and of prefixes: which rows there are, what they hold, in every epoch and for a
 * part that comes behind others. */
#include "data/loader.h"
#include "support/rows-data.h"
#include "unit/data/data-test.h"

static const char *const users_fields[] = {"user", "row_start", "row_item", "row_value", NULL};
static const char *const sequence_fields[] = {"sequence", "length", "target", NULL};
static const char *const unmasked_fields[] = {"sequence", "target", NULL};

/* Users a 0, b 1, c 2, d 3; items v 0, w 1, x 2, y 3, z 4.  c has nothing in train, d one thing. */
static const DataRow rows[] = {
    {"a", "v", 1.0f, 1.0, RECNN_TRAIN}, {"b", "w", 2.0f, 2.0, RECNN_TRAIN},
    {"a", "x", 3.0f, 4.0, RECNN_TRAIN}, {"a", "w", 4.0f, 3.0, RECNN_TRAIN},
    {"c", "y", 5.0f, 1.0, RECNN_VALID}, {"d", "z", 1.5f, 1.0, RECNN_TRAIN},
    {"b", "v", 2.5f, 3.0, RECNN_TRAIN}, {"a", "v", 3.5f, 5.0, RECNN_TRAIN},
    {"a", "y", 4.5f, 6.0, RECNN_VALID}, {"d", "x", 1.0f, 9.0, RECNN_VALID},
};

typedef struct Loading {
  RecnnDataset *dataset;
  RecnnSplit *split;
  RecnnInputs *inputs;
  RecnnLoader *loader;
} Loading;

typedef struct Case {
  const char *const *fields;
  int part;
  int64_t batch_size;
  bool shuffle;
  uint64_t seed;
  const char *option; /* "max_sequence_length"; NULL: none */
  const char *value;
} Case;

static Loading load(Case c) {
  Loading l = {.dataset = rows_data(rows, G_N_ELEMENTS(rows), true, true)};
  GError *error = NULL;
  RecnnOptions *options = recnn_options_new(recnn_inputs_options(), "inputs", &error);
  if (c.option)
    recnn_options_set_text(options, c.option, c.value, &error);
  l.split = rows_split(l.dataset);
  l.inputs = recnn_inputs_new(l.dataset, options, c.fields, 0, &error);
  g_assert_no_error(error);
  recnn_options_free(options);
  RecnnLoaderSettings settings = {.batch_size = c.batch_size,
                                  .shuffle = c.shuffle,
                                  .seed = c.seed,
                                  .inputs = l.inputs,
                                  .n_before = c.part};
  l.loader = recnn_loader_new(&l.split->part[c.part], c.fields, &settings, &error);
  g_assert_no_error(error);
  return l;
}

static void unload(Loading *l) {
  recnn_loader_free(l->loader);
  recnn_inputs_unref(l->inputs);
  recnn_split_unref(l->split);
  recnn_dataset_unref(l->dataset);
}

static const int64_t *ints(const RecnnBatch *batch, const char *field) {
  return recnn_batch_field(batch, field)->data;
}

/* "0:v3.5 w4 x3 | ": a line a user. */
static void add_users(GString *text, const RecnnBatch *batch) {
  const int64_t *start = ints(batch, "row_start"), *item = ints(batch, "row_item");
  const float *value = recnn_batch_field(batch, "row_value")->data;
  for (int64_t i = 0; i < recnn_batch_size(batch); i++) {
    g_string_append_printf(text, "%d:", (int)ints(batch, "user")[i]);
    for (int64_t e = start[i]; e < start[i + 1]; e++)
      g_string_append_printf(text, "%s%c%g", e > start[i] ? " " : "", (char)('v' + item[e]),
                             (double)value[e]);
    g_string_append(text, "| ");
  }
  g_assert_cmpint(recnn_batch_field(batch, "row_item")->shape[0], ==,
                  start[recnn_batch_size(batch)]);
}

/* "vw.>x| ": the steps, a point for each that pads, and the target. */
static void add_sequences(GString *text, const RecnnBatch *batch) {
  const RecnnTensor *view = recnn_batch_field(batch, "sequence");
  const int64_t width = view->shape[1];
  for (int64_t i = 0; i < recnn_batch_size(batch); i++) {
    int64_t length = 0;
    for (int64_t s = 0; s < width; s++) {
      int64_t step = ((const int64_t *)view->data)[i * width + s];
      g_string_append_c(text, step == 0 ? '.' : (char)('u' + step));
      length += step != 0;
    }
    if (recnn_batch_field(batch, "length"))
      g_assert_cmpint(ints(batch, "length")[i], ==, length);
    g_string_append_printf(text, ">%c| ", (char)('v' + ints(batch, "target")[i]));
  }
}

/* The batches of an epoch, each after a slash. */
static char *epoch(const Loading *l, uint64_t number) {
  GString *text = g_string_new(NULL);
  recnn_loader_start(l->loader, number);
  for (const RecnnBatch *batch; (batch = recnn_loader_next(l->loader));) {
    g_string_append(text, "/");
    if (recnn_batch_field(batch, "sequence"))
      add_sequences(text, batch);
    else
      add_users(text, batch);
  }
  return g_string_free(text, FALSE);
}

static void check(Case c, const char *expected) {
  Loading l = load(c);
  g_autofree char *is = epoch(&l, 0);
  g_autofree char *later = epoch(&l, 3);
  g_assert_cmpstr(is, ==, expected);
  g_assert_cmpstr(later, ==, expected);
  unload(&l);
}

/* Everybody who has something in the part, with each item once, ascending. */
static void test_users(void) {
  check((Case){.fields = users_fields, .batch_size = 2}, "/0:v1 w1 x1| 1:v1 w1| /3:z1| ");
  check((Case){.fields = users_fields, .batch_size = 8, .option = "row_values", .value = "ratings"},
        "/0:v3.5 w4 x3| 1:v2.5 w2| 3:z1.5| "); /* the later of two ratings */
  check((Case){.fields = users_fields, .batch_size = 8, .part = RECNN_VALID},
        "/0:y1| 2:y1| 3:x1| ");
}

/* Every interaction but a user's first, with what came before it.  The width is that of the longest
 * of the batch. */
static void test_sequences(void) {
  check((Case){.fields = sequence_fields, .batch_size = 8}, "/v..>w| vw.>x| vwx>v| w..>v| ");
  check((Case){.fields = sequence_fields, .batch_size = 1}, "/v>w| /vw>x| /vwx>v| /w>v| ");
  check((Case){.fields = sequence_fields,
               .batch_size = 8,
               .option = "max_sequence_length",
               .value = "2"},
        "/v.>w| vw>x| wx>v| w.>v| ");
  /* Without lengths every batch has the full width. */
  check((Case){.fields = unmasked_fields,
               .batch_size = 3,
               .option = "max_sequence_length",
               .value = "4"},
        "/v...>w| vw..>x| vwx.>v| /w...>v| ");
}

/* Behind other parts: the part's interactions, of users who have a history before it. */
static void test_sequences_behind(void) {
  check((Case){.fields = sequence_fields, .batch_size = 8, .part = RECNN_VALID},
        "/vwxv>y| z...>x| ");
}

static int compare(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The rows of an epoch in the order of the alphabet. */
static char *sorted(const char *text) {
  g_autofree char *plain = g_strdup(text);
  g_strdelimit(plain, "/", ' ');
  g_auto(GStrv) list = g_strsplit(plain, "|", -1);
  for (char **row = list; *row; row++)
    g_strstrip(*row);
  qsort(list, g_strv_length(list), sizeof *list, compare);
  return g_strjoinv("|", list);
}

/* Every epoch has every row once, in an order that belongs to seed and epoch. */
static void test_epochs(void) {
  const Case cases[] = {
      {.fields = users_fields, .batch_size = 1, .shuffle = true, .seed = 5},
      {.fields = unmasked_fields, .batch_size = 1, .shuffle = true, .seed = 5},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    Case plain = cases[i];
    plain.shuffle = false;
    Loading l = load(cases[i]), again = load(cases[i]), in_order = load(plain);
    g_autofree char *unshuffled = epoch(&in_order, 0);
    g_autofree char *all = sorted(unshuffled);
    int n_other = 0;
    for (uint64_t e = 0; e < 6; e++) {
      g_autofree char *one = epoch(&l, e);
      g_autofree char *same = epoch(&again, e);
      g_autofree char *rows_of_it = sorted(one);
      g_assert_cmpstr(one, ==, same);
      g_assert_cmpstr(rows_of_it, ==, all);
      n_other += strcmp(one, unshuffled) != 0;
    }
    g_assert_cmpint(n_other, >=, 3);
    unload(&l);
    unload(&again);
    unload(&in_order);
  }
}

/* What nothing follows from is said. */
static void test_nothing(void) {
  static const DataRow single[] = {{"a", "v", 1.0f, 1.0, RECNN_TRAIN},
                                   {"b", "w", 1.0f, 1.0, RECNN_TRAIN}};
  GError *error = NULL;
  RecnnDataset *d = rows_data(single, 2, false, true);
  RecnnSplit *split = rows_split(d);
  RecnnLoaderSettings settings = {.batch_size = 4};
  g_assert_null(recnn_loader_new(&split->part[RECNN_TRAIN], sequence_fields, &settings, &error));
  check_error(&error, RECNN_ERROR_DATA, "no sequences to make batches of");
  g_assert_null(recnn_loader_new(&split->part[RECNN_VALID], users_fields, &settings, &error));
  check_error(&error, RECNN_ERROR_DATA, "no users to make batches of");
  RecnnPart by_hand = split->part[RECNN_TRAIN];
  by_hand.dataset = NULL;
  g_assert_null(recnn_loader_new(&by_hand, users_fields, &settings, &error));
  check_error(&error, RECNN_ERROR_ARGUMENT,
              "batches of kind users are made of a data set, and this part has none");
  recnn_split_unref(split);
  recnn_dataset_unref(d);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/makers/users", test_users);
  g_test_add_func("/makers/sequences", test_sequences);
  g_test_add_func("/makers/sequences-behind", test_sequences_behind);
  g_test_add_func("/makers/epochs", test_epochs);
  g_test_add_func("/makers/nothing", test_nothing);
  return g_test_run();
}

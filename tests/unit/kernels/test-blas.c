/* Loading and steering: with the real library, and case by case with one that can be told what to
 * choose and what to get wrong (zoo/fakeblas.c).  The library is loaded once a process, so each
 * case is a run of this program with --info. */
#include <glib.h>

#include <dlfcn.h>
#include <string.h>

#include "base/error.h"
#include "kernels/blas.h"

static const char *program;

static bool has(const char *feature) {
  char **words = g_strsplit(recnn_cpu_features(), " ", -1);
  const bool found = g_strv_contains((const char *const *)words, feature);
  g_strfreev(words);
  return found;
}

/* Prints what became of the loading. */
static int print_info(bool loaded_before) {
  void *before = loaded_before ? dlopen(g_getenv("RECNN_OPENBLAS"), RTLD_NOW | RTLD_LOCAL) : NULL;
  g_assert_true(!loaded_before || before != NULL);
  RecnnBlasInfo info;
  GError *error = NULL, *again = NULL;
  if (recnn_blas_info(&info, &error)) {
    g_print("%s | by %s | %s", info.core_type, info.chosen_by, info.config);
  } else {
    g_assert_cmpint(error->domain, ==, RECNN_ERROR_DOMAIN);
    /* The second call says the same. */
    g_assert_false(recnn_blas_load(&again));
    g_assert_cmpstr(again->message, ==, error->message);
    g_assert_cmpint(again->code, ==, error->code);
    g_assert_false(recnn_blas_load(NULL));
    g_print("error %d: %s", error->code, error->message);
    g_error_free(error);
    g_error_free(again);
  }
  if (loaded_before) { /* what the library says of itself now */
    char *(*get_config)(void);
    *(void **)&get_config = dlsym(before, "openblas_get_config");
    g_print(" | %s", get_config());
  }
  const char *core = g_getenv("OPENBLAS_CORETYPE"), *threads = g_getenv("OPENBLAS_NUM_THREADS");
  g_print(" | %s | %s", core == NULL ? "unset" : core, threads == NULL ? "unset" : threads);
  return 0;
}

/* The output with these variables set: NAME=value, NULL at the end. */
static char *info_with(const char *flag, const char *const *settings) {
  static const char *const ours[] = {"OPENBLAS_CORETYPE", "OPENBLAS_NUM_THREADS", "RECNN_OPENBLAS",
                                     "FAKE_OWN",          "FAKE_WRONG",           "FAKE_LACKS",
                                     "FAKE_CONFIG"};
  char **env = g_get_environ();
  for (gsize i = 0; i < G_N_ELEMENTS(ours); i++) {
    env = g_environ_unsetenv(env, ours[i]);
  }
  for (; *settings != NULL; settings++) {
    char **pair = g_strsplit(*settings, "=", 2);
    env = g_environ_setenv(env, pair[0], pair[1], TRUE);
    g_strfreev(pair);
  }
  const char *argv[] = {program, flag, NULL};
  char *out = NULL;
  int status = -1;
  GError *error = NULL;
  g_spawn_sync(NULL, (char **)argv, env, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, &status, &error);
  g_assert_no_error(error);
  g_assert_cmpint(status, ==, 0);
  g_strfreev(env);
  return out;
}

static void the_real_one(void) {
  RecnnBlasInfo info;
  GError *error = NULL;
  recnn_blas_info(&info, &error);
  g_assert_no_error(error);
  g_assert_true(g_path_is_absolute(info.library));
  g_assert_nonnull(strstr(info.config, "OpenBLAS"));
  g_test_message("%s | %s | by %s", info.config, info.core_type, info.chosen_by);
  /* The point of it all: no old kernels on a CPU that can do better. */
  if (has("avx2") && g_getenv("OPENBLAS_CORETYPE") == NULL) {
    g_assert_cmpstr(info.core_type, !=, "Prescott");
    g_assert_cmpstr(info.core_type, !=, "Nehalem");
    g_assert_cmpstr(info.core_type, !=, "Sandybridge");
  }
  g_assert_true(recnn_blas_load(&error));
}

static void the_users_choice_wins(void) {
#ifdef __x86_64__
  static const char *const settings[] = {"OPENBLAS_CORETYPE=Prescott", "OPENBLAS_NUM_THREADS=3",
                                         NULL};
  char *out = info_with("--info", settings);
  g_assert_true(
      g_str_has_prefix(out, "Prescott | by the environment (OPENBLAS_CORETYPE) | OpenBLAS"));
  g_assert_true(g_str_has_suffix(out, " | Prescott | 3"));
  g_free(out);
#else
  g_test_skip("the kernels' names are those of x86-64");
#endif
}

static void cpu(void) {
  g_assert_cmpint(strlen(recnn_cpu_name()), >, 0);
  g_assert_true(recnn_cpu_features() == recnn_cpu_features());
#ifdef __x86_64__
  g_assert_true(!has("avx2") || has("avx"));
  g_assert_true(!has("avx512bw") || has("avx512f"));
#endif
}

static void says_what_is_missing(void) {
  static const char *const no_file[] = {"RECNN_OPENBLAS=libnothing-of-this-name.so.0", NULL};
  char *out = info_with("--info", no_file);
  char *head = g_strdup_printf("error %d: OpenBLAS cannot be loaded: libnothing-of-this-name.so.0",
                               RECNN_ERROR_NOT_FOUND);
  g_assert_true(g_str_has_prefix(out, head));
  g_assert_nonnull(strstr(out, "apt-get install"));
  g_free(head);
  g_free(out);
  static const char *const other_library[] = {"RECNN_OPENBLAS=libm.so.6", NULL};
  out = info_with("--info", other_library);
  g_assert_nonnull(strstr(out, "libm.so.6 is not OpenBLAS: it has no cblas_sgemm"));
  g_free(out);
}

typedef struct Case {
  const char *settings[4];
  const char *level2; /* with AVX-512 */
  const char *level1; /* with AVX2 */
} Case;

/* "=": as with AVX-512.  All with the variables restored. */
static const Case cases[] = {
    /* A choice below the CPU is overruled, one that fits or is unknown is not. */
    {{"FAKE_OWN=Prescott"}, "SkylakeX | by recnn", "Haswell | by recnn"},
    {{"FAKE_OWN=Sandybridge"}, "SkylakeX | by recnn", "Haswell | by recnn"},
    {{"FAKE_OWN=Haswell"}, "SkylakeX | by recnn", "Haswell | by OpenBLAS"},
    {{"FAKE_OWN=Zen"}, "SkylakeX | by recnn", "Zen | by OpenBLAS"},
    {{"FAKE_OWN=Cooperlake"}, "Cooperlake | by OpenBLAS", "="},
    {{"FAKE_OWN=Zen9"}, "Zen9 | by OpenBLAS", "="},
    {{"FAKE_OWN=Prescott", "OPENBLAS_CORETYPE=Nehalem"},
     "Nehalem | by the environment (OPENBLAS_CORETYPE)",
     "="},
    /* A wish the library does not grant is not reported as granted. */
    {{"FAKE_OWN=Prescott", "FAKE_LACKS=Zzz", "OPENBLAS_CORETYPE=Zzz"},
     "Prescott | by OpenBLAS",
     "="},
    /* What cannot be had is not insisted on. */
    {{"FAKE_OWN=Prescott", "FAKE_LACKS=SkylakeX"}, "Haswell | by recnn", "="},
    {{"FAKE_OWN=Nehalem", "FAKE_LACKS=SkylakeX,Haswell"}, "Nehalem | by OpenBLAS", "="},
    {{"FAKE_OWN=Prescott", "FAKE_CONFIG=plain"}, "Prescott | by OpenBLAS", "="},
    /* Wrong kernels are left for lower ones, or reported. */
    {{"FAKE_OWN=Prescott", "FAKE_WRONG=SkylakeX"}, "Haswell | by recnn", "="},
    {{"FAKE_OWN=Cooperlake", "FAKE_WRONG=Cooperlake"}, "SkylakeX | by recnn", "Haswell | by recnn"},
    {{"FAKE_OWN=Cooperlake", "FAKE_WRONG=Cooperlake,SkylakeX,Haswell"}, "Prescott | by recnn", "="},
    {{"FAKE_OWN=Nehalem", "FAKE_WRONG=SkylakeX,Haswell"}, "Nehalem | by OpenBLAS", "="},
    {{"FAKE_OWN=Haswell", "FAKE_WRONG=SkylakeX"}, "Haswell | by OpenBLAS", "="},
    {{"FAKE_OWN=Prescott", "FAKE_WRONG=SkylakeX,Haswell,Prescott"},
     "error 1: OpenBLAS multiplies wrongly with its kernels for Prescott, SkylakeX, Haswell on "
     "this "
     "CPU; set OPENBLAS_CORETYPE to others (such as Haswell or Prescott), or RECNN_OPENBLAS to "
     "another file",
     "error 1: OpenBLAS multiplies wrongly with its kernels for Prescott, Haswell on this CPU; set "
     "OPENBLAS_CORETYPE to others (such as Haswell or Prescott), or RECNN_OPENBLAS to another "
     "file"},
    {{"FAKE_WRONG=Zen", "OPENBLAS_CORETYPE=Zen"},
     "error 1: OpenBLAS multiplies wrongly with its kernels for Zen on this CPU; set "
     "OPENBLAS_CORETYPE to others (such as Haswell or Prescott), or RECNN_OPENBLAS to another file",
     "="},
};

static char *fake_path(void) {
  char *path =
      g_test_build_filename(G_TEST_BUILT, "unit", "kernels", "zoo", ".libs", "fakeblas.so", NULL);
  if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_free(path);
    g_test_skip("zoo/fakeblas.so was not built");
    return NULL;
  }
  return path;
}

static void steering(void) {
#ifdef __x86_64__
  const int level = has("avx512f") && has("avx512dq") && has("avx512bw") && has("avx512vl") ? 2
                    : has("avx2") && has("fma")                                             ? 1
                                                                                            : 0;
  char *path = fake_path();
  if (path == NULL) {
    return;
  }
  if (level == 0) {
    g_test_skip("this CPU has no AVX2: there is nothing to steer to");
    g_free(path);
    return;
  }
  char *library = g_strdup_printf("RECNN_OPENBLAS=%s", path);
  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    const Case *c = &cases[i];
    const char *settings[] = {library, c->settings[0], c->settings[1], c->settings[2], NULL};
    char *out = info_with("--info", settings);
    const char *expected = level == 2 || strcmp(c->level1, "=") == 0 ? c->level2 : c->level1;
    if (!g_str_has_prefix(out, expected)) {
      g_assert_cmpstr(out, ==, expected);
    }
    const char *wish = g_str_has_prefix(c->settings[c->settings[1] == NULL   ? 0
                                                    : c->settings[2] == NULL ? 1
                                                                             : 2],
                                        "OPENBLAS_CORETYPE=")
                           ? strrchr(out, '|')
                           : NULL;
    g_assert_true(g_str_has_suffix(out, wish != NULL ? " | unset" : " | unset | unset"));
    g_assert_true(strstr(out, "error") == out || strstr(out, "threads=1") != NULL);
    g_free(out);
  }
  g_free(library);
  g_free(path);
#else
  g_test_skip("only x86-64 is steered");
#endif
}

/* A library that the process has already is taken as it is, on one thread. */
static void shared_library(void) {
  char *path = fake_path();
  if (path == NULL) {
    return;
  }
  char *library = g_strdup_printf("RECNN_OPENBLAS=%s", path);
  const char *const settings[] = {library, "FAKE_OWN=Nehalem", NULL};
  char *out = info_with("--info-shared", settings);
  g_assert_true(g_str_has_prefix(out, "Nehalem | by OpenBLAS | fake"));
  g_assert_nonnull(strstr(out, " | fake set to 1 | "));
  g_free(out);
  const char *const ilp64[] = {library, "FAKE_CONFIG=USE64BITINT DYNAMIC_ARCH", NULL};
  out = info_with("--info", ilp64);
  g_assert_nonnull(strstr(out, "counts with 64-bit integers, expected the build with 32-bit ones"));
  g_free(out);
  g_free(library);
  g_free(path);
}

int main(int argc, char **argv) {
  if (argc > 1 && g_str_has_prefix(argv[1], "--info")) {
    return print_info(strcmp(argv[1], "--info-shared") == 0);
  }
  g_test_init(&argc, &argv, NULL);
  program = argv[0];
  g_test_add_func("/blas/the-real-one", the_real_one);
  g_test_add_func("/blas/the-users-choice-wins", the_users_choice_wins);
  g_test_add_func("/blas/cpu", cpu);
  g_test_add_func("/blas/says-what-is-missing", says_what_is_missing);
  g_test_add_func("/blas/steering", steering);
  g_test_add_func("/blas/shared-library", shared_library);
  return g_test_run();
}

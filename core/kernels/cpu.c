/* What the processor is and can do: for choosing OpenBLAS's kernels, and for recnn-inspect. */
#include "config.h"

#include "kernels/blas.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "kernels/blas-private.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static char features[256];
static char name[128];

static void add(bool has, const char *feature) {
  if (has) {
    g_strlcat(features, *features == '\0' ? "" : " ", sizeof features);
    g_strlcat(features, feature, sizeof features);
  }
}

static void find_features(void) {
#if defined(__x86_64__) || defined(__i386__)
  /* These look at what the operating system saves too. */
  __builtin_cpu_init();
  add(__builtin_cpu_supports("sse4.2"), "sse4.2");
  add(__builtin_cpu_supports("avx"), "avx");
  add(__builtin_cpu_supports("avx2"), "avx2");
  add(__builtin_cpu_supports("fma"), "fma");
  add(__builtin_cpu_supports("avx512f"), "avx512f");
  add(__builtin_cpu_supports("avx512dq"), "avx512dq");
  add(__builtin_cpu_supports("avx512bw"), "avx512bw");
  add(__builtin_cpu_supports("avx512vl"), "avx512vl");
  add(__builtin_cpu_supports("avx512vnni"), "avx512vnni");
  add(__builtin_cpu_supports("avx512bf16"), "avx512bf16");
#elif defined(__aarch64__)
  add(true, "asimd");
#endif
}

static void find_name(void) {
  FILE *file = fopen("/proc/cpuinfo", "re");
  char line[256];
  while (*name == '\0' && file != NULL && fgets(line, sizeof line, file) != NULL) {
    const char *colon = strchr(line, ':');
    if (colon != NULL && g_str_has_prefix(line, "model name")) {
      g_strlcpy(name, colon + 1, sizeof name);
      g_strstrip(name);
    }
  }
  if (file != NULL) {
    fclose(file);
  }
  struct utsname system;
  if (*name == '\0' && uname(&system) == 0) {
    g_strlcpy(name, system.machine, sizeof name);
  }
}

static void find(void) {
  find_features();
  find_name();
}

const char *recnn_cpu_features(void) {
  pthread_once(&once, find);
  return features;
}

const char *recnn_cpu_name(void) {
  pthread_once(&once, find);
  return name;
}

static bool has(const char *feature) {
  const size_t length = strlen(feature);
  for (const char *at = features; (at = strstr(at, feature)) != NULL; at += length) {
    if ((at == features || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0')) {
      return true;
    }
  }
  return false;
}

int recnn__cpu_level(void) {
  pthread_once(&once, find);
  if (!has("avx2") || !has("fma")) {
    return 0;
  }
  return has("avx512f") && has("avx512dq") && has("avx512bw") && has("avx512vl") ? 2 : 1;
}

/* Loading OpenBLAS and getting the right kernels out of it.
 *
 * The library is asked first: loaded as it is, it says which kernels it chose.  Only if these are
 * below what the CPU can do is it unloaded and loaded again with OPENBLAS_CORETYPE set, so a newer
 * library that knows the CPU better than we do is never overruled.  Loading costs 2 to 3 ms. */
#include "config.h"

#include "kernels/blas.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "kernels/blas-private.h"

#define CORE_TYPE "OPENBLAS_CORETYPE"

typedef struct Library {
  void *handle;
  RecnnSgemm sgemm;
  char config[256];
  char core_type[64];
  char file[256];
} Library;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool tried;
static Library library; /* handle NULL: not loaded */
static char chosen_by[64];
static GError *failure; /* why not */

/* The environment is changed for the time of loading only. */
typedef struct Setting {
  const char *name;
  char *before;
} Setting;

static Setting set_env(const char *name, const char *value) {
  const Setting setting = {name, g_strdup(getenv(name))};
  if (value != NULL) {
    setenv(name, value, 1);
  }
  return setting;
}

static void restore_env(Setting setting) {
  if (setting.before == NULL) {
    unsetenv(setting.name);
  } else {
    setenv(setting.name, setting.before, 1);
  }
  g_free(setting.before);
}

static const char *file_name(void) {
  const char *chosen = getenv("RECNN_OPENBLAS");
  return chosen == NULL || *chosen == '\0' ? OPENBLAS_SONAME : chosen;
}

static bool is_loaded(void) {
  void *handle = dlopen(file_name(), RTLD_LAZY | RTLD_NOLOAD);
  if (handle == NULL) {
    return false;
  }
  dlclose(handle);
  return true;
}

static void close_library(Library *of) {
  dlclose(of->handle);
  *of = (Library){0};
}

/* A function's address as one: ISO C has no conversion from an object's, POSIX has. */
#define FIND(handle, name, type, to)                                                               \
  do {                                                                                             \
    void *address_ = dlsym(handle, name);                                                          \
    _Static_assert(sizeof(type) == sizeof address_, "function pointers are like others");          \
    memcpy(&(to), &address_, sizeof address_);                                                     \
  } while (0)

static void find_file(Library *of) {
  Dl_info info;
  void *address;
  memcpy(&address, &of->sgemm, sizeof address);
  char *real = dladdr(address, &info) != 0 ? realpath(info.dli_fname, NULL) : NULL;
  g_strlcpy(of->file, real != NULL ? real : file_name(), sizeof of->file);
  free(real);
}

/* Loads with the kernels `core_type`, or the library's own choice for NULL. */
static bool open_library(const char *core_type, Library *ret_library, GError **error) {
  const bool shared = is_loaded();
  const Setting core = set_env(CORE_TYPE, core_type);
  const Setting threads = set_env("OPENBLAS_NUM_THREADS", "1"); /* or it starts some at once */
  Library of = {.handle = dlopen(file_name(), RTLD_LAZY | RTLD_LOCAL)};
  const char *reason = of.handle == NULL ? dlerror() : NULL;
  restore_env(threads);
  restore_env(core);
  if (of.handle == NULL) {
    return recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                           "OpenBLAS cannot be loaded: %s (on Debian: apt-get install "
                           "libopenblas0-pthread; RECNN_OPENBLAS names another file)",
                           reason);
  }
  char *(*get_config)(void);
  char *(*get_corename)(void);
  void (*set_num_threads)(int);
  FIND(of.handle, "cblas_sgemm", RecnnSgemm, of.sgemm);
  FIND(of.handle, "openblas_get_config", char *(*)(void), get_config);
  FIND(of.handle, "openblas_get_corename", char *(*)(void), get_corename);
  FIND(of.handle, "openblas_set_num_threads", void (*)(int), set_num_threads);
  if (of.sgemm == NULL || get_config == NULL || get_corename == NULL || set_num_threads == NULL) {
    recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                    "%s is not OpenBLAS: it has no %s (RECNN_OPENBLAS names another file)",
                    file_name(),
                    of.sgemm == NULL       ? "cblas_sgemm"
                    : get_config == NULL   ? "openblas_get_config"
                    : get_corename == NULL ? "openblas_get_corename"
                                           : "openblas_set_num_threads");
    dlclose(of.handle);
    return false;
  }
  g_strlcpy(of.config, get_config(), sizeof of.config);
  g_strlcpy(of.core_type, get_corename(), sizeof of.core_type);
  find_file(&of);
  if (strstr(of.config, "USE64BITINT") != NULL) {
    recnn_error_set(error, RECNN_ERROR_NOT_FOUND,
                    "%s counts with 64-bit integers, expected the build with 32-bit ones "
                    "(RECNN_OPENBLAS names another file)",
                    of.file);
    dlclose(of.handle);
    return false;
  }
  if (shared) {
    /* Somebody else's, already running on several threads perhaps: ours are the only ones. */
    set_num_threads(1);
  }
  *ret_library = of;
  return true;
}

static bool is_any_of(const char *name, const char *const *names, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (g_ascii_strcasecmp(name, names[i]) == 0) {
      return true;
    }
  }
  return false;
}

/* What kernels are worth, on the scale of recnn__cpu_level().  A name that is not here is a newer
 * library's, which knows what it does. */
static int core_level(const char *core_type) {
  static const char *const below_avx2[] = {
      "Unknown", "Katmai", "Coppermine", "Northwood", "Prescott",      "Banias",     "Atom",
      "Core2",   "Penryn", "Dunnington", "Nehalem",   "Sandybridge",   "Athlon",     "Opteron",
      "Nano",    "Bobcat", "Barcelona",  "Bulldozer", "Opteron(SSE3)", "Piledriver", "Steamroller"};
  static const char *const avx2[] = {"Haswell", "Zen", "Excavator"};
  return is_any_of(core_type, below_avx2, G_N_ELEMENTS(below_avx2)) ? 0
         : is_any_of(core_type, avx2, G_N_ELEMENTS(avx2))           ? 1
                                                                    : 2;
}

static void settle(const Library *of, const char *by) {
  library = *of;
  g_strlcpy(chosen_by, by, sizeof chosen_by);
}

/* Other kernels than the library's own choice `own`, best first, none above the CPU or below
 * `lowest`. */
static bool settle_steered(const char *own, int lowest, GString *failed) {
  static const struct {
    const char *name;
    int level;
  } cores[] = {{"SkylakeX", 2}, {"Haswell", 1}, {"Prescott", 0}};
  for (size_t i = 0; i < G_N_ELEMENTS(cores); i++) {
    Library of = {0};
    if (cores[i].level > recnn__cpu_level() || cores[i].level < lowest ||
        g_ascii_strcasecmp(cores[i].name, own) == 0 || !open_library(cores[i].name, &of, NULL)) {
      continue;
    }
    if (g_ascii_strcasecmp(of.core_type, cores[i].name) == 0) {
      if (recnn__blas_check(of.sgemm)) {
        settle(&of, "recnn");
        return true;
      }
      g_string_append_printf(failed, "%s%s", failed->len > 0 ? ", " : "", of.core_type);
    }
    close_library(&of);
  }
  return false;
}

static bool load(GError **error) {
  const char *wish = getenv(CORE_TYPE);
  const bool wished = wish != NULL && *wish != '\0';
  const bool shared = is_loaded();
  Library own = {0};
  if (!open_library(NULL, &own, error)) {
    return false;
  }
  /* A library that others use as well, or that was built for one kind of CPU, cannot be steered. */
  bool steerable = !wished && !shared && strstr(own.config, "DYNAMIC_ARCH") != NULL;
#if !defined(__x86_64__)
  steerable = false;
#endif
  const bool poor = core_level(own.core_type) < recnn__cpu_level();
  const bool right = recnn__blas_check(own.sgemm);
  if (right && !(poor && steerable)) {
    const bool granted = wished && g_ascii_strcasecmp(wish, own.core_type) == 0;
    settle(&own, granted ? "the environment (" CORE_TYPE ")" : "OpenBLAS");
    return true;
  }
  GString *failed = g_string_new(right ? NULL : own.core_type);
  bool ok = false;
  if (steerable) {
    char core_type[sizeof own.core_type];
    g_strlcpy(core_type, own.core_type, sizeof core_type);
    const int lowest = right ? core_level(core_type) + 1 : 0;
    close_library(&own);
    ok = (!is_loaded() && settle_steered(core_type, lowest, failed)) ||
         (right && open_library(NULL, &own, error));
    if (ok && library.handle == NULL) {
      settle(&own, "OpenBLAS");
    }
  } else {
    close_library(&own);
  }
  if (!ok && (error == NULL || *error == NULL)) {
    recnn_error_set(
        error, RECNN_ERROR_FAILED,
        "OpenBLAS multiplies wrongly with its kernels for %s on this CPU; set " CORE_TYPE
        " to others (such as Haswell or Prescott), or RECNN_OPENBLAS to another file",
        failed->str);
  }
  g_string_free(failed, TRUE);
  return ok;
}

bool recnn_blas_load(GError **error) {
  pthread_mutex_lock(&lock);
  if (!tried) {
    tried = true;
    (void)load(&failure);
  }
  const bool ok = failure == NULL;
  if (!ok && error != NULL) {
    *error = g_error_copy(failure);
  }
  pthread_mutex_unlock(&lock);
  return ok;
}

bool recnn_blas_info(RecnnBlasInfo *ret_info, GError **error) {
  if (!recnn_blas_load(error)) {
    return false;
  }
  g_strlcpy(ret_info->library, library.file, sizeof ret_info->library);
  g_strlcpy(ret_info->config, library.config, sizeof ret_info->config);
  g_strlcpy(ret_info->core_type, library.core_type, sizeof ret_info->core_type);
  g_strlcpy(ret_info->chosen_by, chosen_by, sizeof ret_info->chosen_by);
  return true;
}

/* For sizes that OpenBLAS's integers cannot hold. */
static void plain_sgemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
                        float alpha, const float *a, int64_t lda, const float *b, int64_t ldb,
                        float beta, float *c, int64_t ldc) {
  for (int64_t i = 0; i < m; i++) {
    for (int64_t j = 0; j < n; j++) {
      double sum = 0.0;
      for (int64_t l = 0; l < k; l++) {
        sum += (double)(transpose_a ? a[l * lda + i] : a[i * lda + l]) *
               (double)(transpose_b ? b[j * ldb + l] : b[l * ldb + j]);
      }
      float *to = &c[i * ldc + j];
      *to = beta == 0.0f ? (float)(alpha * sum) : (float)(alpha * sum) + beta * *to;
    }
  }
}

static RecnnBlasObserver observer;
static void *observer_data;

void recnn_blas_observe(RecnnBlasObserver new_observer, void *data) {
  observer = new_observer;
  observer_data = data;
}

void recnn__blas_tell(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k) {
  if (observer != NULL) {
    observer(observer_data, transpose_a, transpose_b, m, n, k);
  }
}

void recnn_blas_sgemm(bool transpose_a, bool transpose_b, int64_t m, int64_t n, int64_t k,
                      float alpha, const float *a, int64_t lda, const float *b, int64_t ldb,
                      float beta, float *c, int64_t ldc) {
  g_assert(library.handle != NULL);
  if (m <= 0 || n <= 0) {
    return;
  }
  recnn__blas_tell(transpose_a, transpose_b, m, n, k);
  if (k <= 0 || MAX(MAX(m, n), MAX(k, MAX(lda, MAX(ldb, ldc)))) > INT32_MAX) {
    plain_sgemm(transpose_a, transpose_b, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc);
    return;
  }
  library.sgemm(RECNN_CBLAS_ROW_MAJOR,
                transpose_a ? RECNN_CBLAS_TRANSPOSE : RECNN_CBLAS_NO_TRANSPOSE,
                transpose_b ? RECNN_CBLAS_TRANSPOSE : RECNN_CBLAS_NO_TRANSPOSE, (int)m, (int)n,
                (int)k, alpha, a, (int)lda, b, (int)ldb, beta, c, (int)ldc);
}

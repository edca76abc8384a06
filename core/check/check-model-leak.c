/* Instances that come and go leave nothing behind: bytes of the C library's heap, and open files.
 */
#include <dirent.h>
#include <limits.h>
#include <malloc.h>
#include <unistd.h>

#include "check/subject-private.h"

/* AddressSanitizer's own count, where it runs; the C library's is zero then. */
extern size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

/* Bytes in use on the heap; 0 where nobody counts. */
static size_t heap(void) {
  if (__sanitizer_get_current_allocated_bytes != NULL)
    return __sanitizer_get_current_allocated_bytes();
#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
  struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
#else
  return 0;
#endif
}

static int open_files(void) {
  int n = 0;
  DIR *dir = opendir("/proc/self/fd");
  while (dir != NULL && readdir(dir) != NULL)
    n++;
  if (dir != NULL)
    closedir(dir);
  return n;
}

static bool cycle(RecnnTrial *trial) {
  Subject *subject = recnn__subject_new(trial, NULL, 7);
  const RecnnModelClass *model_class = trial->descriptor;
  RecnnBatch *batch = NULL;
  if (subject != NULL && model_class->train_fields != NULL)
    batch = recnn__subject_batch(trial, subject->model, model_class->train_fields, SUBJECT_ROWS, 3);
  if (trial->failure == NULL)
    recnn__subject_train(trial, subject, batch, 2, NULL);
  recnn_batch_free(batch);
  recnn__subject_free(subject);
  return trial->failure == NULL;
}

enum { CYCLES = 8, WINDOWS = 4, LEAST = 8 /* bytes an instance */ };

static void *cycles(void *data) {
  for (int i = 0; i < CYCLES && cycle(data); i++)
    ;
  return NULL;
}

/* Instances come and go on a thread of their own: what the C library keeps ready for a thread
 * counts as in use until the thread ends.  What leaks grows in every window; what is allocated once
 * does not. */
static void run(RecnnTrial *trial) {
  int64_t before = 0, least = INT64_MAX;
  int files = 0, new_files = INT_MAX;
  for (int window = 0; window <= WINDOWS && trial->failure == NULL; window++) {
    g_thread_join(g_thread_new("leak", cycles, trial));
    int64_t now = (int64_t)heap();
    int now_open = open_files();
    if (window > 0) { /* the first one warms up */
      least = MIN(least, now - before);
      new_files = MIN(new_files, now_open - files);
    }
    before = now;
    files = now_open;
  }
  if (trial->failure == NULL && before == 0)
    recnn__trial_skip(trial, "nobody counts the heap's bytes on this system");
  else if (trial->failure == NULL && least >= LEAST * CYCLES)
    recnn__trial_fail(trial,
                      "each instance that is created and destroyed leaves about %" G_GINT64_FORMAT
                      " bytes behind: free in destroy() what create() allocates",
                      (gint64)(least / CYCLES));
  else if (trial->failure == NULL && new_files > 0)
    recnn__trial_fail(trial, "every %d instances leave %d open files behind", CYCLES, new_files);
}

RECNN_CHECK(model_leak) = {
    .kind = RECNN_MODEL_KIND,
    .rank = 130,
    .name = "leak",
    .doc = "Creating, training and destroying instances leaves no memory and no open file behind",
    .run = run,
};

/* A check in a process of its own.  The child writes each finding to a pipe as it is made, one line
 * each; the parent turns the lines into a report, and what became of the child into the last row.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "check/plugin.h"

/* Lines: "begin WHAT", "passed|failed|skipped WHAT NOTE", "end"; words are separated by tabs and
 * escaped as in C. */
static void write_line(int fd, const char *kind, const char *what, const char *note) {
  char *escaped_what = g_strescape(what, NULL), *escaped_note = g_strescape(note, NULL);
  char *line = g_strdup_printf("%s\t%s\t%s\n", kind, escaped_what, escaped_note);
  const char *at = line;
  for (size_t left = strlen(line); left > 0;) {
    ssize_t n = write(fd, at, left);
    if (n < 0 && errno != EINTR)
      break; /* the parent is gone */
    at += MAX(n, 0);
    left -= (size_t)MAX(n, 0);
  }
  g_free(line);
  g_free(escaped_what);
  g_free(escaped_note);
}

static void tell(void *data, const char *what, const RecnnCheckRow *row) {
  const int *fd = data;
  if (row == NULL)
    write_line(*fd, "begin", what, "");
  else
    write_line(*fd,
               row->skipped  ? "skipped"
               : row->passed ? "passed"
                             : "failed",
               what, row->note != NULL ? row->note : "");
}

static void run_child(int fd, const char *path, const char *const *references) {
  const struct rlimit no_core = {0, 0};
  (void)setrlimit(RLIMIT_CORE, &no_core); /* crashes are expected here */
  RecnnCheckReport *report = recnn_check_report_new(path);
  report->listener = tell;
  report->listener_data = &fd;
  recnn_check_plugin(report, path, references);
  recnn_check_report_free(report);
  write_line(fd, "end", "", "");
}

typedef struct Reading {
  RecnnCheckReport *report;
  char *at; /* what is being checked */
  bool ended;
} Reading;

static void take_line(Reading *reading, const char *line) {
  char **words = g_strsplit(line, "\t", 3);
  if (g_strv_length(words) == 3) {
    char *what = g_strcompress(words[1]), *note = g_strcompress(words[2]);
    if (strcmp(words[0], "passed") == 0)
      recnn_check_report_pass(reading->report, what, "%s", note);
    else if (strcmp(words[0], "failed") == 0)
      recnn_check_report_fail(reading->report, what, "%s", note);
    else if (strcmp(words[0], "skipped") == 0)
      recnn_check_report_skip(reading->report, what, "%s", note);
    else if (strcmp(words[0], "begin") == 0) {
      g_free(reading->at);
      reading->at = g_strdup(what);
    } else
      reading->ended = true;
    g_free(what);
    g_free(note);
  }
  g_strfreev(words);
}

/* Reads until the child has closed the pipe; false when nothing came for `seconds`. */
static bool read_all(int fd, Reading *reading, int seconds) {
  GString *buffer = g_string_new(NULL);
  bool in_time = true;
  for (;;) {
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    char bytes[4096];
    int ready = poll(&wait, 1, seconds * 1000);
    if (ready < 0 && errno == EINTR)
      continue;
    in_time = ready != 0;
    ssize_t n = ready > 0 ? read(fd, bytes, sizeof bytes) : -1;
    if (n <= 0)
      break;
    g_string_append_len(buffer, bytes, n);
    for (char *end; (end = memchr(buffer->str, '\n', buffer->len)) != NULL;) {
      *end = '\0';
      take_line(reading, buffer->str);
      g_string_erase(buffer, 0, end - buffer->str + 1);
    }
  }
  g_string_free(buffer, TRUE);
  return in_time;
}

static void judge(Reading *reading, int status, bool in_time, int seconds) {
  const char *at = reading->at != NULL ? reading->at : "load";
  if (!in_time)
    recnn_check_report_fail(reading->report, at,
                            "it was not done after %d seconds, and was killed (--timeout)",
                            seconds);
  else if (WIFSIGNALED(status))
    recnn_check_report_fail(reading->report, at, "it crashed with signal %d (%s)", WTERMSIG(status),
                            g_strsignal(WTERMSIG(status)));
  else if (!reading->ended)
    recnn_check_report_fail(reading->report, at,
                            "it ended the process with exit status %d: a plugin never calls exit()",
                            WEXITSTATUS(status));
}

RecnnCheckReport *check_plugin_apart(const char *path, const char *const *references, int seconds) {
  int ends[2], status = 0;
  Reading reading = {.report = recnn_check_report_new(path)};
  fflush(NULL);
  pid_t child = pipe(ends) == 0 ? fork() : -1;
  if (child < 0) {
    recnn_check_report_fail(reading.report, "load", "no process for the check: %s",
                            g_strerror(errno));
    return reading.report;
  }
  if (child == 0) {
    close(ends[0]);
    run_child(ends[1], path, references);
    _exit(0); /* not exit(): what the plugin registered must not run in our name */
  }
  close(ends[1]);
  bool in_time = read_all(ends[0], &reading, seconds);
  close(ends[0]);
  if (!in_time)
    kill(child, SIGKILL);
  while (waitpid(child, &status, 0) < 0 && errno == EINTR)
    ;
  judge(&reading, status, in_time, seconds);
  g_free(reading.at);
  return reading.report;
}

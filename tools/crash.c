/* A handler of the signals of a crash.  It calls write() and reads constants, and nothing else:
 * whatever has crashed may hold any lock. */
#include "config.h"

#include "crash.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/where.h"

/* Sanitizers tell more of a crash than is told here. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

static const char *program_name = "";
static char other_stack[16384]; /* the thread's own may be what is broken */

static void put(const char *text) {
  for (size_t left = strlen(text); left > 0;) {
    ssize_t n = write(STDERR_FILENO, text, left);
    if (n <= 0)
      return;
    text += n;
    left -= (size_t)n;
  }
}

/* `before` and the name and `behind`, where there is a name. */
static void put_named(const char *before, const char *name, const char *behind) {
  if (name == NULL)
    return;
  put(before);
  put(name);
  put(behind);
}

static void on_crash(int number) {
  char digits[3] = {(char)('0' + number / 10), (char)('0' + number % 10), '\0'};
  RecnnWhere where = recnn_where();
  put(program_name);
  put(": crashed with signal ");
  put(digits[0] == '0' ? digits + 1 : digits);
  put_named(where.owned != NULL ? ", in model " : ", at plugin ", where.name, "");
  put_named(" of plugin ", recnn_where_owner(where.owned), "");
  put_named(", ", where.call, "");
  put_named(", op ", where.op, "");
  put("; files that were written are whole\n");
  (void)raise(number); /* by default now: SA_RESETHAND */
}

void crash_catch(const char *program) {
  static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
  stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof other_stack};
  struct sigaction action = {.sa_handler = on_crash, .sa_flags = (int)SA_RESETHAND | SA_ONSTACK};
  program_name = program;
  if (SANITIZED)
    return;
  (void)sigaltstack(&stack, NULL);
  for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
    (void)sigaction(signals[i], &action, NULL);
}

/* Versions such as "1.4.0", compared number by number: for migrate(), which is told who wrote a
 * file.  Header only. */
#ifndef RECNN_KIT_VERSION_H
#define RECNN_KIT_VERSION_H

#include <stdbool.h>
#include <stdlib.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Negative, 0 or positive as `a` is earlier than, equal to or later than `b`.  Numbers between dots
 * count, missing ones are 0 ("1.2" is "1.2.0"), and what is behind the numbers ("-rc1") does not.
 */
static inline int recnn_version_compare(const char *a, const char *b) {
  for (;;) {
    char *end_a, *end_b;
    unsigned long x = strtoul(a, &end_a, 10), y = strtoul(b, &end_b, 10);
    if (x != y)
      return x < y ? -1 : 1;
    bool more_a = end_a != a && *end_a == '.', more_b = end_b != b && *end_b == '.';
    if (!more_a && !more_b)
      return 0;
    a = more_a ? end_a + 1 : "";
    b = more_b ? end_b + 1 : "";
  }
}

#ifdef __cplusplus
}
#endif

#endif

/* How many processors there are for us: those of the affinity mask, which containers and taskset
 * set, not those of the machine. */
#include "config.h"

#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/parallel-private.h"

int recnn__count_processors(void) {
  for (int room = 1024; room <= 1 << 20; room *= 4) {
    cpu_set_t *set = CPU_ALLOC((size_t)room);
    const size_t size = CPU_ALLOC_SIZE((size_t)room);
    const bool ok = set != NULL && sched_getaffinity(0, size, set) == 0;
    const int count = ok ? CPU_COUNT_S(size, set) : 0;
    const bool larger = !ok && errno == EINVAL;
    CPU_FREE(set);
    if (count > 0) {
      return count;
    }
    if (!larger) {
      break;
    }
  }
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  return online < 1 ? 1 : (int)online;
}

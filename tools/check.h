/* What the files of recnn-check share. */
#ifndef RECNN_TOOLS_CHECK_H
#define RECNN_TOOLS_CHECK_H

#include "check/report.h"

/* Checks the plugin at `path` in a process of its own, which a plugin that crashes, hangs or ends
 * it cannot take ours along with: that becomes a failed row.  `seconds` is how long a check may
 * take. */
RecnnCheckReport *check_plugin_apart(const char *path, const char *const *references, int seconds);

#endif

/* Checks a plugin by running it: what docs/PLUGIN-ABI.md asks of plugins and a program can find out
 * (docs/CHECKING-A-PLUGIN.md lists every check).  The plugin's code runs in this process, so a
 * crash of it is one of the caller's; recnn-check calls this in a child process for that reason. */
#ifndef RECNN_CORE_CHECK_PLUGIN_H
#define RECNN_CORE_CHECK_PLUGIN_H

#include "check/report.h"

/* Adds a row for each check to `report`.  A plugin that cannot be loaded, and whatever is wrong
 * with one that can, is a failed row.  `references`: files to hold its models against
 * (reference.h), NULL at the end, or NULL. */
void recnn_check_plugin(RecnnCheckReport *report, const char *path, const char *const *references);

/* The checks of one kind alone, of a descriptor by that name: for what is built in. */
void recnn_check_feature(RecnnCheckReport *report, const char *kind, const char *name,
                         const void *descriptor);

/* What is checked, in order, of plugins and of each kind of feature. */
typedef struct RecnnCheckInfo {
  const char *kind; /* NULL: the plugin as such */
  const char *name;
  const char *doc;
} RecnnCheckInfo;
/* Ends with a NULL name; caller frees the array. */
RecnnCheckInfo *recnn_check_list(void);

#endif

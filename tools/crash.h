/* What a program says when code in it crashes. */
#ifndef RECNN_TOOLS_CRASH_H
#define RECNN_TOOLS_CRASH_H

/* From now on a crash writes one line to standard error, "PROGRAM: crashed with signal 11, in model
 * x of plugin y, loss(), op z", before it ends the process as it would have (the exit status that a
 * shell sees is 128 + signal).  `program` is borrowed. */
void crash_catch(const char *program);

#endif

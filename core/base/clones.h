/* RECNN_CLONES before a function: GCC makes one copy for each level of the x86-64 instruction set,
 * and the loader picks the best that the CPU has.  Elsewhere it is nothing: the plain function. Not
 * for exported functions, which libtool's list of symbols would leave out.
 *
 * Not under sanitizers, since the loader picks before their runtime is set up; nor with clang,
 * whose version 14 gives equal names to the pickers of static functions in different files. */
#ifndef RECNN_CORE_BASE_CLONES_H
#define RECNN_CORE_BASE_CLONES_H

#include <stdint.h> /* with the GNU C library, __GLIBC__: others have no indirect functions */

#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__) &&                            \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#if __has_attribute(target_clones)
#define RECNN_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#endif
#endif
#ifndef RECNN_CLONES
#define RECNN_CLONES
#endif

#endif

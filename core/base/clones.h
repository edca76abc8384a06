/* RECNN_CLONES before a function: the compiler makes one copy for each level of the x86-64
 * instruction set, and the loader picks the best that the CPU has.  Elsewhere it is nothing: the
 * plain function.  For static functions only: libtool's list of exported symbols leaves such out.
 * Not where sanitizers run, since the loader picks before their runtime is set up.
 */
#ifndef RECNN_CORE_BASE_CLONES_H
#define RECNN_CORE_BASE_CLONES_H

#include <stdint.h> /* with the GNU C library, __GLIBC__: others have no indirect functions */

#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||                         \
    __has_feature(memory_sanitizer)
#define RECNN_CLONES
#endif
#endif
#if !defined(RECNN_CLONES) && defined(__x86_64__) && defined(__GLIBC__) &&                         \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#if __has_attribute(target_clones)
#define RECNN_CLONES __attribute__((target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#endif
#endif
#ifndef RECNN_CLONES
#define RECNN_CLONES
#endif

#endif

/* What a shared object says of itself, read without opening it: its dynamic symbols and what runs
 * when it is opened. */
#ifndef RECNN_CORE_CHECK_ELF_PRIVATE_H
#define RECNN_CORE_CHECK_ELF_PRIVATE_H

#include <glib.h>

#include <recnn/abi.h>

typedef struct RecnnElf {
  GPtrArray *exports;   /* names of defined global symbols, sorted */
  GPtrArray *needs;     /* names of undefined symbols, sorted */
  GPtrArray *libraries; /* DT_NEEDED */
  int64_t constructors; /* functions of .init_array beyond the compiler's own one */
  bool executable_stack;
  bool text_relocations;
} RecnnElf;

/* NULL with an error for what is not a complete shared object of this machine. */
RecnnElf *recnn__elf_read(const char *path, GError **error);
void recnn__elf_free(RecnnElf *elf); /* takes NULL */

#endif

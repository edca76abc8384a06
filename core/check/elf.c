/* Reads an ELF file's section table, dynamic symbols and dynamic entries.  Every offset comes from
 * the file and is checked against its size before it is followed. */
#include <elf.h>
#include <link.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "check/elf-private.h"

typedef struct Image {
  RecnnFile file;
  const char *path;
  ElfW(Ehdr) header;
} Image;

static bool damaged(const Image *image, const char *what, GError **error) {
  return recnn_error_set(error, RECNN_ERROR_FORMAT, "%s: its %s lies outside the file (%zu bytes)",
                         image->path, what, image->file.size);
}

/* The bytes at `offset`, or NULL. */
static const char *at(const Image *image, uint64_t offset, uint64_t n, uint64_t entry) {
  if (offset > image->file.size || (n > 0 && entry > (image->file.size - offset) / n))
    return NULL;
  return image->file.bytes + offset;
}

/* Section `i`'s header, or false. */
static bool section(const Image *image, unsigned i, ElfW(Shdr) * ret_section) {
  const char *table = at(image, image->header.e_shoff, image->header.e_shnum, sizeof *ret_section);
  if (table == NULL || i >= image->header.e_shnum)
    return false;
  memcpy(ret_section, table + i * sizeof *ret_section, sizeof *ret_section);
  return true;
}

/* The text at `offset` of the section of strings `strings`, or NULL where none ends inside it. */
static const char *string(const Image *image, const ElfW(Shdr) * strings, uint64_t offset) {
  const char *all = at(image, strings->sh_offset, 1, strings->sh_size);
  if (all == NULL || offset >= strings->sh_size ||
      memchr(all + offset, '\0', strings->sh_size - offset) == NULL)
    return NULL;
  return all + offset;
}

static bool read_symbols(const Image *image, const ElfW(Shdr) * table, RecnnElf *elf,
                         GError **error) {
  ElfW(Shdr) strings;
  uint64_t n = table->sh_size / sizeof(ElfW(Sym));
  const char *symbols = at(image, table->sh_offset, n, sizeof(ElfW(Sym)));
  if (symbols == NULL || !section(image, table->sh_link, &strings))
    return damaged(image, "table of dynamic symbols", error);
  for (uint64_t i = 1; i < n; i++) { /* the first one is nobody */
    ElfW(Sym) symbol;
    memcpy(&symbol, symbols + i * sizeof symbol, sizeof symbol);
    const char *name = string(image, &strings, symbol.st_name);
    if (name == NULL)
      return damaged(image, "table of symbol names", error);
    unsigned bind = symbol.st_info >> 4;
    if (symbol.st_shndx == SHN_UNDEF)
      g_ptr_array_add(elf->needs, g_strdup(name));
    else if (bind == STB_GLOBAL || bind == STB_WEAK)
      g_ptr_array_add(elf->exports, g_strdup(name));
  }
  return true;
}

static bool read_dynamic(const Image *image, const ElfW(Shdr) * table, RecnnElf *elf,
                         GError **error) {
  ElfW(Shdr) strings;
  uint64_t n = table->sh_size / sizeof(ElfW(Dyn));
  const char *entries = at(image, table->sh_offset, n, sizeof(ElfW(Dyn)));
  if (entries == NULL || !section(image, table->sh_link, &strings))
    return damaged(image, "dynamic section", error);
  for (uint64_t i = 0; i < n; i++) {
    ElfW(Dyn) entry;
    memcpy(&entry, entries + i * sizeof entry, sizeof entry);
    if (entry.d_tag == DT_NULL)
      break;
    if (entry.d_tag == DT_NEEDED) {
      const char *name = string(image, &strings, entry.d_un.d_val);
      if (name == NULL)
        return damaged(image, "list of libraries", error);
      g_ptr_array_add(elf->libraries, g_strdup(name));
    }
    elf->text_relocations = elf->text_relocations || entry.d_tag == DT_TEXTREL;
  }
  return true;
}

static bool read_sections(const Image *image, RecnnElf *elf, GError **error) {
  for (unsigned i = 0; i < image->header.e_shnum; i++) {
    ElfW(Shdr) s;
    if (!section(image, i, &s))
      return damaged(image, "section table", error);
    bool ok = true;
    if (s.sh_type == SHT_DYNSYM)
      ok = read_symbols(image, &s, elf, error);
    else if (s.sh_type == SHT_DYNAMIC)
      ok = read_dynamic(image, &s, elf, error);
    else if (s.sh_type == SHT_INIT_ARRAY) /* one is frame_dummy, of the compiler's start-up code */
      elf->constructors += (int64_t)(s.sh_size / sizeof(void *)) - 1;
    if (!ok)
      return false;
  }
  return true;
}

static bool read_segments(const Image *image, RecnnElf *elf, GError **error) {
  const char *table = at(image, image->header.e_phoff, image->header.e_phnum, sizeof(ElfW(Phdr)));
  if (table == NULL)
    return damaged(image, "segment table", error);
  for (unsigned i = 0; i < image->header.e_phnum; i++) {
    ElfW(Phdr) segment;
    memcpy(&segment, table + i * sizeof segment, sizeof segment);
    if (segment.p_type == PT_GNU_STACK)
      elf->executable_stack = (segment.p_flags & PF_X) != 0;
  }
  return true;
}

static int compare(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

RecnnElf *recnn__elf_read(const char *path, GError **error) {
  Image image = {.path = path};
  if (!recnn_file_open(&image.file, path, error))
    return NULL;
  RecnnElf *elf = g_new0(RecnnElf, 1);
  elf->exports = g_ptr_array_new_with_free_func(g_free);
  elf->needs = g_ptr_array_new_with_free_func(g_free);
  elf->libraries = g_ptr_array_new_with_free_func(g_free);
  bool ok = image.file.size >= sizeof image.header;
  if (ok)
    memcpy(&image.header, image.file.bytes, sizeof image.header);
  if (!ok || memcmp(image.header.e_ident, ELFMAG, SELFMAG) != 0 ||
      image.header.e_shentsize != sizeof(ElfW(Shdr)) ||
      image.header.e_phentsize != sizeof(ElfW(Phdr)))
    ok = recnn_error_set(error, RECNN_ERROR_FORMAT,
                         "%s: no ELF file of this machine with a table of sections", path);
  ok = ok && read_sections(&image, elf, error) && read_segments(&image, elf, error);
  recnn_file_close(&image.file);
  if (!ok) {
    recnn__elf_free(elf);
    return NULL;
  }
  g_ptr_array_sort(elf->exports, compare);
  g_ptr_array_sort(elf->needs, compare);
  return elf;
}

void recnn__elf_free(RecnnElf *elf) {
  if (elf == NULL)
    return;
  g_ptr_array_unref(elf->exports);
  g_ptr_array_unref(elf->needs);
  g_ptr_array_unref(elf->libraries);
  g_free(elf);
}

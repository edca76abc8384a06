/* A look at a file before it is opened as a library.  Opening runs whatever constructors a file
 * has, maps it by what its tables say, and answers mistakes with texts that only linker people
 * read; so what can be seen from outside is seen here: not ELF, another machine's, cut short. Knows
 * no plugin. */
#include "config.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "plugin/plugin-private.h"

/* The header of the library that this code is in: what a plugin must have been built for.  The
 * linker defines it. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((visibility("hidden")));

typedef struct File {
  const char *path;
  int fd;
  uint64_t size;
} File;

static bool refuse(const File *file, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
static bool refuse(const File *file, GError **error, const char *format, ...) {
  va_list args;
  va_start(args, format);
  char *reason = g_strdup_vprintf(format, args);
  va_end(args);
  recnn_error_set(error, RECNN_ERROR_PLUGIN_OPEN, "plugin %s: %s", file->path, reason);
  g_free(reason);
  return false;
}

static bool read_at(const File *file, void *buffer, size_t size, uint64_t offset, GError **error) {
  ssize_t n = pread(file->fd, buffer, size, (off_t)offset);
  if (n == (ssize_t)size)
    return true;
  return refuse(file, error, "cannot read %zu bytes at byte %" G_GUINT64_FORMAT ": %s", size,
                offset, n < 0 ? g_strerror(errno) : "the file ends there");
}

static const char *machine_name(char buffer[32], unsigned machine) {
  static const struct {
    unsigned machine;
    const char *name;
  } known[] = {
      {EM_386, "i386"},        {EM_ARM, "ARM"},   {EM_X86_64, "x86-64"}, {EM_PPC64, "PPC64"},
      {EM_AARCH64, "AArch64"}, {EM_S390, "s390"}, {EM_RISCV, "RISC-V"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
    if (known[i].machine == machine)
      return known[i].name;
  g_snprintf(buffer, 32, "machine %u", machine);
  return buffer;
}

static const char *class_name(unsigned char c) {
  return c == ELFCLASS64 ? "64-bit" : c == ELFCLASS32 ? "32-bit" : "no known word size";
}

static const char *order_name(unsigned char c) {
  return c == ELFDATA2LSB   ? "little-endian"
         : c == ELFDATA2MSB ? "big-endian"
                            : "no known byte order";
}

/* Whether n * entry bytes at `offset` lie inside the file. */
static bool inside(const File *file, uint64_t offset, uint64_t n, uint64_t entry) {
  return offset <= file->size && (n == 0 || entry <= (file->size - offset) / n);
}

static bool truncated(const File *file, GError **error, const char *what, uint64_t offset,
                      uint64_t bytes) {
  return refuse(file, error,
                "truncated: its %s (%" G_GUINT64_FORMAT " bytes at byte %" G_GUINT64_FORMAT
                ") lies beyond the end of the file, which has %" G_GUINT64_FORMAT
                " bytes; copy or build it again",
                what, bytes, offset, file->size);
}

static bool look_at_ident(const File *file, GError **error) {
  unsigned char ident[EI_NIDENT] = {0};
  size_t n = MIN(file->size, sizeof ident);
  if (n == 0)
    return refuse(file, error, "the file is empty, expected an ELF shared object");
  if (!read_at(file, ident, n, 0, error))
    return false;
  if (n < SELFMAG || memcmp(ident, ELFMAG, SELFMAG) != 0) {
    char begin[5] = {0};
    memcpy(begin, ident, MIN(n, sizeof begin - 1));
    char *shown = g_strescape(begin, NULL);
    refuse(file, error,
           "not an ELF shared object: it begins with \"%s\", expected \"\\177ELF\"; a plugin is "
           "built with `cc -shared -fPIC`",
           shown);
    g_free(shown);
    return false;
  }
  if (file->size < sizeof(ElfW(Ehdr)))
    return truncated(file, error, "ELF header", 0, sizeof(ElfW(Ehdr)));
  const unsigned char *own = __ehdr_start.e_ident;
  if (ident[EI_CLASS] != own[EI_CLASS])
    return refuse(
        file, error, "built for another machine: ELF class %u (%s), this recnn is %u (%s)",
        ident[EI_CLASS], class_name(ident[EI_CLASS]), own[EI_CLASS], class_name(own[EI_CLASS]));
  if (ident[EI_DATA] != own[EI_DATA])
    return refuse(
        file, error, "built for another machine: ELF byte order %u (%s), this recnn's is %u (%s)",
        ident[EI_DATA], order_name(ident[EI_DATA]), own[EI_DATA], order_name(own[EI_DATA]));
  return true;
}

static bool look_at_segments(const File *file, const ElfW(Ehdr) * header, GError **error) {
  if (header->e_phentsize != sizeof(ElfW(Phdr)))
    return refuse(file, error, "damaged: its segment table has entries of %u bytes, expected %zu",
                  header->e_phentsize, sizeof(ElfW(Phdr)));
  if (!inside(file, header->e_phoff, header->e_phnum, sizeof(ElfW(Phdr))))
    return truncated(file, error, "segment table", header->e_phoff,
                     (uint64_t)header->e_phnum * sizeof(ElfW(Phdr)));
  bool dynamic = false;
  for (unsigned i = 0; i < header->e_phnum; i++) {
    ElfW(Phdr) segment;
    if (!read_at(file, &segment, sizeof segment, header->e_phoff + i * sizeof segment, error))
      return false;
    if (segment.p_type != PT_LOAD && segment.p_type != PT_DYNAMIC)
      continue;
    if (!inside(file, segment.p_offset, 1, segment.p_filesz))
      return truncated(file, error, "content", segment.p_offset, segment.p_filesz);
    dynamic = dynamic || segment.p_type == PT_DYNAMIC;
  }
  if (!dynamic)
    return refuse(file, error,
                  "damaged: it has no dynamic segment; a plugin is built with `cc -shared -fPIC`");
  return true;
}

static bool look_at_sections(const File *file, const ElfW(Ehdr) * header, GError **error) {
  if (header->e_shoff == 0) /* stripped of them: nothing that a loader needs */
    return true;
  uint64_t bytes = (uint64_t)header->e_shnum * header->e_shentsize;
  if (!inside(file, header->e_shoff, 1, bytes))
    return truncated(file, error, "section table", header->e_shoff, bytes);
  return true;
}

static bool look(const File *file, GError **error) {
  ElfW(Ehdr) header;
  char theirs[32], ours[32];
  if (!look_at_ident(file, error) || !read_at(file, &header, sizeof header, 0, error))
    return false;
  if (header.e_machine != __ehdr_start.e_machine)
    return refuse(
        file, error,
        "built for another machine: ELF machine %u (%s), this recnn is for %u (%s); build "
        "it here",
        header.e_machine, machine_name(theirs, header.e_machine), __ehdr_start.e_machine,
        machine_name(ours, __ehdr_start.e_machine));
  if (header.e_type != ET_DYN)
    return refuse(file, error,
                  "not a shared object: ELF type %u, expected %u; a plugin is built with "
                  "`cc -shared -fPIC`",
                  header.e_type, ET_DYN);
  return look_at_segments(file, &header, error) && look_at_sections(file, &header, error);
}

/* With root's rights, only what nobody else can put there or change: a plugin is code. */
static bool look_at_owner(const File *file, const struct stat *info, GError **error) {
  struct stat folder;
  if (geteuid() != 0)
    return true;
  if ((info->st_mode & S_IWOTH) != 0)
    return refuse(file, error,
                  "everybody may write to it (mode %03o), and this process runs as root, expected "
                  "others not to; chmod o-w it",
                  info->st_mode & 0777);
  char *name = g_path_get_dirname(file->path);
  bool ok =
      stat(name, &folder) != 0 || (folder.st_mode & S_IWOTH) == 0 ||
      refuse(file, error,
             "everybody may write to its folder %s (mode %04o), and this process runs as root, "
             "expected others not to; chmod o-w it, or move the plugin",
             name, folder.st_mode & 07777);
  g_free(name);
  return ok;
}

bool recnn__plugin_look(const char *path, uint64_t *ret_device, uint64_t *ret_inode,
                        GError **error) {
  File file = {.path = path};
  struct stat info;
  /* Not blocking: what bears a plugin's name may be a pipe that nobody writes to. */
  file.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file.fd < 0 || fstat(file.fd, &info) != 0) {
    int reason = errno;
    if (file.fd >= 0)
      close(file.fd);
    return refuse(&file, error, "cannot be opened: %s", g_strerror(reason));
  }
  bool ok;
  if (!S_ISREG(info.st_mode)) {
    ok = refuse(&file, error, "not a regular file%s", S_ISDIR(info.st_mode) ? " but a folder" : "");
  } else {
    file.size = (uint64_t)info.st_size;
    ok = look_at_owner(&file, &info, error) && look(&file, error);
  }
  close(file.fd);
  if (ok) {
    *ret_device = (uint64_t)info.st_dev;
    *ret_inode = (uint64_t)info.st_ino;
  }
  return ok;
}

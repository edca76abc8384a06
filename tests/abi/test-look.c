/* Files that no compiler makes: not ELF, another machine's, cut short.  They are made here out of a
 * plugin whose constructor would leave a trace, so it shows that none of them was ever opened. */
#include "config.h" /* _GNU_SOURCE: memmem */

#include <elf.h>
#include <sys/stat.h>

#include <unistd.h>

#include "abi/abi-test.h"

static void assert_not_opened(const char *name, const void *bytes, size_t size,
                              const char *const *parts) {
  char *path = scratch_file(name, bytes, size);
  assert_refused(path, RECNN_ERROR_PLUGIN_OPEN, parts);
  g_assert_cmpint(traces("ZOO_CONSTRUCTED"), ==, 0);
  assert_good_works();
  g_remove(path);
  g_free(path);
}
#define NOT_OPENED(name, bytes, size, ...)                                                         \
  assert_not_opened(name, bytes, size, (const char *const[]){__VA_ARGS__, NULL})

static void test_not_elf(void) {
  static const char text[] = "#!/bin/sh\necho I am no library\n";
  NOT_OPENED("text.so", text, sizeof text - 1, "#!/b", "ELF", "cc -shared");
  NOT_OPENED("empty.so", "", 0, "empty", "ELF");
  NOT_OPENED("one.so", "\x7f", 1, "\\177");
  NOT_OPENED("three.so", "\x7f\x45\x4c", 3, "\\177EL");
  char *folder = g_build_filename(scratch, "folder.so", NULL);
  g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
  assert_refused(folder, RECNN_ERROR_PLUGIN_OPEN, (const char *const[]){"folder", NULL});
  g_rmdir(folder);
  g_free(folder);
  char *pipe = g_build_filename(scratch, "pipe.so", NULL);
  g_assert_cmpint(mkfifo(pipe, 0600), ==, 0); /* that nobody ever writes to */
  assert_refused(pipe, RECNN_ERROR_PLUGIN_OPEN, (const char *const[]){"not a regular file", NULL});
  g_remove(pipe);
  g_free(pipe);
  char *none = g_build_filename(scratch, "none.so", NULL);
  assert_refused(none, RECNN_ERROR_PLUGIN_OPEN, (const char *const[]){"No such file", NULL});
  g_free(none);
}

#if GLIB_SIZEOF_VOID_P == 8
static void test_truncated(void) {
  char *bytes;
  size_t size;
  read_animal("zoo_constructor", &bytes, &size);
  Elf64_Ehdr header;
  memcpy(&header, bytes, sizeof header);
  char has[64];
  g_snprintf(has, sizeof has, "which has %zu bytes", size - 1);
  NOT_OPENED("tail.so", bytes, size - 1, "truncated", "section table", has);
  NOT_OPENED("half.so", bytes, size / 2, "truncated");
  NOT_OPENED("segments.so", bytes, sizeof header + 10, "truncated", "segment table");
  NOT_OPENED("header.so", bytes, sizeof header - 1, "truncated", "ELF header", "64 bytes");
  /* Stripped of its section table, so that only the content can show it. */
  header.e_shoff = 0;
  header.e_shnum = 0;
  memcpy(bytes, &header, sizeof header);
  NOT_OPENED("content.so", bytes, sizeof header + header.e_phnum * sizeof(Elf64_Phdr), "truncated",
             "content");
  g_free(bytes);
}

/* Any cut at all is refused, and none of the cuts runs anything. */
static void test_every_cut(void) {
  char *bytes;
  size_t size;
  read_animal("zoo_constructor", &bytes, &size);
  for (size_t cut = 0; cut < size; cut += cut < 1024 ? 1 : 509) {
    char *path = scratch_file("cut.so", bytes, cut);
    GError *error = NULL;
    g_assert_null(recnn_plugin_load(path, &error));
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_PLUGIN_OPEN);
    g_error_free(error);
    g_free(path);
  }
  g_assert_cmpint(traces("ZOO_CONSTRUCTED"), ==, 0);
  g_free(bytes);
}

static void test_wrong_machine(void) {
  char *bytes;
  size_t size;
  read_animal("zoo_constructor", &bytes, &size);
  Elf64_Ehdr good, bad;
  memcpy(&good, bytes, sizeof good);
  char own[64];

  bad = good;
  bad.e_machine = good.e_machine == EM_S390 ? EM_RISCV : EM_S390;
  memcpy(bytes, &bad, sizeof bad);
  g_snprintf(own, sizeof own, "this recnn is for %u", good.e_machine);
  NOT_OPENED("machine.so", bytes, size, "another machine",
             bad.e_machine == EM_S390 ? "22 (s390)" : "243 (RISC-V)", own);
  bad.e_machine = 60000;
  memcpy(bytes, &bad, sizeof bad);
  NOT_OPENED("unheard.so", bytes, size, "machine 60000");

  bad = good;
  bad.e_ident[EI_CLASS] = ELFCLASS32;
  memcpy(bytes, &bad, sizeof bad);
  NOT_OPENED("class.so", bytes, size, "another machine", "ELF class 1 (32-bit)", "2 (64-bit)");

  bad = good;
  bad.e_ident[EI_DATA] = good.e_ident[EI_DATA] == ELFDATA2LSB ? ELFDATA2MSB : ELFDATA2LSB;
  memcpy(bytes, &bad, sizeof bad);
  NOT_OPENED("order.so", bytes, size, "byte order", "big-endian", "little-endian");

  bad = good;
  bad.e_type = ET_REL;
  memcpy(bytes, &bad, sizeof bad);
  NOT_OPENED("object.so", bytes, size, "ELF type 1", "expected 3", "cc -shared");

  bad = good;
  bad.e_phnum = 0;
  memcpy(bytes, &bad, sizeof bad);
  NOT_OPENED("static.so", bytes, size, "no dynamic segment");

  bad = good;
  bad.e_phentsize = 1;
  memcpy(bytes, &bad, sizeof bad);
  NOT_OPENED("entries.so", bytes, size, "entries of 1 bytes", "expected 56");

  bad = good;
  bad.e_phoff = UINT64_MAX - 8;
  memcpy(bytes, &bad, sizeof bad);
  NOT_OPENED("far.so", bytes, size, "truncated", "segment table");
  g_free(bytes);
}
#endif

/* Runs last: from here on the constructor has run. */
static void test_constructor(void) {
  recnn_plugin_add_folder(scratch);
  char *bytes;
  size_t size;
  read_animal("zoo_constructor", &bytes, &size);
  char *path = scratch_file("zoo_constructor.so", bytes, size);
  g_free(bytes);
  char **names = recnn_plugin_names();
  g_assert_true(g_strv_contains((const char *const *)names, "zoo_constructor"));
  g_strfreev(names);
  char *found = recnn_plugin_find_file("zoo_constructor");
  g_assert_cmpstr(found, ==, path);
  g_free(found);
  g_assert_cmpint(traces("ZOO_CONSTRUCTED"), ==, 0); /* searching ran nothing ... */
  const int entered = traces("ZOO_ENTERED");
  GError *error = NULL;
  g_assert_nonnull(recnn_plugin_require("zoo_constructor", &error));
  g_assert_no_error(error);
  g_assert_cmpint(traces("ZOO_CONSTRUCTED"), ==, 1); /* ... and loading did */
  g_assert_cmpint(traces("ZOO_ENTERED"), ==, entered + 1);
  g_free(path);
}

/* The library that it needs is nowhere: one whose name is as long takes its place in the file. */
static void test_needs(void) {
  char *bytes;
  size_t size;
  read_animal("zoo_good", &bytes, &size);
  char *at = memmem(bytes, size, "libc.so.6", sizeof "libc.so.6");
  if (at == NULL) {
    g_test_skip("zoo_good needs no libc.so.6");
  } else {
    memcpy(at, "libx.so.9", sizeof "libx.so.9");
    NOT_OPENED("needs.so", bytes, size, "cannot be opened", "libx.so.9", "ldd -r");
  }
  g_free(bytes);
}

/* As root: neither a file nor a folder that everybody may write to; nobody else is asked. */
static void test_writable(void) {
  char *bytes;
  size_t size;
  read_animal("zoo_good", &bytes, &size);
  char *path = scratch_file("zoo_good.so", bytes, size);
  if (geteuid() != 0) {
    g_test_skip("only root is refused");
  } else {
    g_assert_cmpint(g_chmod(path, 0666), ==, 0);
    assert_refused(
        path, RECNN_ERROR_PLUGIN_OPEN,
        (const char *const[]){"everybody may write to it (mode 666)", "chmod o-w", NULL});
    g_assert_cmpint(g_chmod(path, 0644), ==, 0);
    g_assert_cmpint(g_chmod(scratch, 0777), ==, 0);
    assert_refused(path, RECNN_ERROR_PLUGIN_OPEN,
                   (const char *const[]){"to its folder", scratch, "(mode 0777)", NULL});
    g_assert_cmpint(g_chmod(scratch, 0700), ==, 0);
    g_assert_false(is_mapped(path));
    assert_good_works();
  }
  g_remove(path);
  g_free(path);
  g_free(bytes);
}

int main(int argc, char **argv) {
  abi_test_init(&argc, &argv);
  g_test_add_func("/abi/look/not-elf", test_not_elf);
  g_test_add_func("/abi/look/needs", test_needs);
  g_test_add_func("/abi/look/writable", test_writable);
#if GLIB_SIZEOF_VOID_P == 8
  g_test_add_func("/abi/look/truncated", test_truncated);
  g_test_add_func("/abi/look/every-cut", test_every_cut);
  g_test_add_func("/abi/look/wrong-machine", test_wrong_machine);
#endif
  g_test_add_func("/abi/look/constructor", test_constructor);
  int result = g_test_run();
  abi_test_end();
  return result;
}

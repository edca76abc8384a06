/* Every way in which a plugin can be wrong: the exact code, a text that helps, nothing left behind,
 * and the good plugins go on working.  The animals are in zoo/; what no compiler would make
 * (another machine's file, half a file) is made here out of good ones. */
#include "config.h"

#include <dlfcn.h>
#include <elf.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "base/error.h"
#include "base/log.h"
#include "graph/graph.h"
#include "plugin/plugin.h"
#include "tensor/tensor.h"

static char *scratch; /* a folder of this test's own */

static char *zoo_file(const char *name) {
  char *file = g_strconcat(name, ".so", NULL);
  char *path = g_test_build_filename(G_TEST_BUILT, "abi", "zoo", ".libs", file, NULL);
  g_free(file);
  return path;
}

static bool is_mapped(const char *path) {
  void *handle = dlopen(path, RTLD_NOW | RTLD_NOLOAD);
  if (handle != NULL)
    dlclose(handle);
  return handle != NULL;
}

static int traces(const char *what) {
  const char *count = g_getenv(what);
  return count != NULL ? atoi(count) : 0;
}

static void assert_text(const char *text, const char *part) {
  if (strstr(text, part) == NULL)
    g_error("\"%s\" does not say \"%s\"", text, part);
}

static void assert_good_works(void) {
  char *path = zoo_file("zoo_good");
  GError *error = NULL;
  const RecnnPlugin *plugin = recnn_plugin_load(path, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(plugin->path, ==, path);
  const RecnnModelClass *model_class = recnn_model_class_find("zoo_good", &error);
  g_assert_no_error(error);
  g_assert_cmpstr(model_class->name, ==, "zoo_good");
  g_assert_true(recnn_plugin_of(model_class) == plugin);
  g_free(path);
}

/* Loads what is to be refused; every text has the file. */
static void assert_refused(const char *path, RecnnStatus code, const char *const *parts) {
  const int entered = traces("ZOO_ENTERED");
  GError *error = NULL;
  g_assert_null(recnn_plugin_load(path, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, code);
  assert_text(error->message, path);
  for (int i = 0; parts[i] != NULL; i++)
    assert_text(error->message, parts[i]);
  g_test_message("%s", error->message);
  g_error_free(error);
  if (code != RECNN_ERROR_PLUGIN_ENTER)
    g_assert_cmpint(traces("ZOO_ENTERED"), ==, entered);
}

typedef struct Animal {
  const char *name;
  RecnnStatus code;
  const char *parts[7];
} Animal;

/* What a manifest's size is shown as, where pointers have 8 bytes. */
#define MANIFEST_BYTES (sizeof(void *) == 8 ? "88 bytes" : "bytes")
#define ABI G_STRINGIFY(RECNN_ABI_MAJOR) "." G_STRINGIFY(RECNN_ABI_MINOR)

static const Animal animals[] = {
    {"zoo_unresolved", RECNN_ERROR_PLUGIN_OPEN, {"zoo_nobody_has_this", "ldd -r"}},
    {"zoo_symbol", RECNN_ERROR_PLUGIN_SYMBOL, {"recnn_plugin_query", "RECNN_PLUGIN is missing"}},
    {"zoo_null", RECNN_ERROR_PLUGIN_MAGIC, {"NULL", "RECNN_PLUGIN"}},
    {"zoo_magic", RECNN_ERROR_PLUGIN_MAGIC, {"field magic", "0x12345678", "0x4e434552", "rebuild"}},
    {"zoo_major",
     RECNN_ERROR_PLUGIN_VERSION,
     {"field abi_major is 1", "ABI 1.1", "ABI " ABI, "rebuild"}},
    {"zoo_minor_later",
     RECNN_ERROR_PLUGIN_VERSION,
     {"field abi_minor is 2", "ABI 0.2", "ABI " ABI, "update recnn"}},
    {"zoo_minor_earlier",
     RECNN_ERROR_PLUGIN_VERSION,
     {"field abi_minor is 0", "ABI 0.0", "ABI " ABI, "must be equal", "rebuild"}},
    {"zoo_short", RECNN_ERROR_PLUGIN_SIZE, {"field struct_size is 24", MANIFEST_BYTES, "rebuild"}},
    {"zoo_long", RECNN_ERROR_PLUGIN_SIZE, {"field struct_size is 4096", MANIFEST_BYTES, "rebuild"}},
    {"zoo_fingerprint",
     RECNN_ERROR_PLUGIN_FINGERPRINT,
     {"field fingerprint", "0x28814888", "0x18814888", "rebuild"}},
    {"zoo_reserved",
     RECNN_ERROR_PLUGIN_FINGERPRINT,
     {"field reserved is 0x00000007", "expected 0"}},
    {"zoo_service_unknown",
     RECNN_ERROR_PLUGIN_SERVICE,
     {"field requirements", "\"recnn.graph/2\"", "64 bytes", "did you mean recnn.graph/1",
      "recnn.log/1", "update recnn"}},
    {"zoo_service_large",
     RECNN_ERROR_PLUGIN_SERVICE,
     {"field requirements", "\"recnn.batch/1\"", "32 bytes", "has 24", "update recnn"}},
    {"zoo_name",
     RECNN_ERROR_PLUGIN_NAME,
     {"field name is \"zoo_other\"", "file is named \"zoo_name.so\"", "name it \"zoo_other.so\""}},
    {"zoo_name_null", RECNN_ERROR_PLUGIN_NAME, {"field name is NULL", "expected"}},
    {"zoo_name_bad",
     RECNN_ERROR_PLUGIN_NAME,
     {"field name is \"../Zoo-Bad\"", "small letter", "rename"}},
    {"zoo_version_null", RECNN_ERROR_PLUGIN_NAME, {"field version is NULL", "1.0.0"}},
    {"zoo_empty", RECNN_ERROR_PLUGIN_FEATURE, {"field features has 0", "at least 1"}},
    {"zoo_kind",
     RECNN_ERROR_PLUGIN_FEATURE,
     {"features[0].kind is \"recnn.modell/1\"", "did you mean recnn.model/1", "recnn.op/1"}},
    {"zoo_descriptor_null", RECNN_ERROR_PLUGIN_FEATURE, {"features[0].descriptor is NULL"}},
    {"zoo_class_unnamed", RECNN_ERROR_PLUGIN_FEATURE, {"features[0]", "recnn.model/1", "named"}},
    {"zoo_class_default",
     RECNN_ERROR_PLUGIN_FEATURE,
     {"features[0]", "zoo_class_default", "dropout", "1.5", "[0,1)"}},
    {"zoo_class_flags", RECNN_ERROR_PLUGIN_FEATURE, {"features[0]", "zoo_class_flags", "flags"}},
    {"zoo_class_taken",
     RECNN_ERROR_PLUGIN_FEATURE,
     {"features[0]", "\"zoo_good\"", "zoo_good.so", "rename"}},
    {"zoo_twice",
     RECNN_ERROR_PLUGIN_FEATURE,
     {"features[0] and features[1]", "\"zoo_twice\"", "rename"}},
    {"zoo_op_bad", RECNN_ERROR_PLUGIN_FEATURE, {"features[0]", "zoo_hollow"}},
    {"zoo_op_flags", RECNN_ERROR_PLUGIN_FEATURE, {"features[0]", "zoo_cube", "flags"}},
    {"zoo_op_taken", RECNN_ERROR_PLUGIN_FEATURE, {"features[1]", "zoo_square", "taken"}},
    {"zoo_enter", RECNN_ERROR_PLUGIN_ENTER, {"status 11", "needs 3 moons, there is one"}},
    {"zoo_enter_silent", RECNN_ERROR_PLUGIN_ENTER, {"status -5", "no reason given"}},
};

static void test_animal(gconstpointer data) {
  const Animal *animal = data;
  char *path = zoo_file(animal->name);
  assert_good_works();
  for (int again = 0; again < 2; again++)
    assert_refused(path, animal->code, animal->parts);

  /* Nothing of it is left: no code (but where it ran), no model, no op. */
  g_assert_cmpint(is_mapped(path), ==, animal->code == RECNN_ERROR_PLUGIN_ENTER);
  GError *error = NULL;
  g_assert_null(recnn_plugin_require(animal->name, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, animal->code);
  g_clear_error(&error);
  g_assert_null(recnn_model_class_find(animal->name, &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, animal->code);
  g_clear_error(&error);
  g_assert_null(recnn_op_find("zoo_hollow"));
  assert_good_works();
  g_free(path);
}

static void test_order(void) {
  char *path = zoo_file("zoo_order");
  for (RecnnStatus code = RECNN_ERROR_PLUGIN_MAGIC; code <= RECNN_ERROR_PLUGIN_ENTER; code++) {
    char from[16];
    g_snprintf(from, sizeof from, "%d", code);
    g_setenv("ZOO_FAULTS_FROM", from, TRUE);
    assert_refused(path, code, (const char *const[]){NULL});
  }
  g_unsetenv("ZOO_FAULTS_FROM");
  GError *error = NULL;
  g_assert_nonnull(recnn_plugin_load(path, &error));
  g_assert_no_error(error);
  g_free(path);
}

static void test_all_there(void) {
  char *folder = g_test_build_filename(G_TEST_BUILT, "abi", "zoo", ".libs", NULL);
  GDir *dir = g_dir_open(folder, 0, NULL);
  g_assert_nonnull(dir);
  static const char *const good[] = {
      "zoo_good", "zoo_op", "zoo_services", "zoo_order", "zoo_thread", "zoo_constructor", NULL};
  for (const char *file; (file = g_dir_read_name(dir)) != NULL;) {
    if (!g_str_has_suffix(file, ".so"))
      continue;
    char *name = g_strndup(file, strlen(file) - 3);
    bool known = g_strv_contains(good, name);
    for (size_t i = 0; i < G_N_ELEMENTS(animals); i++)
      known = known || strcmp(animals[i].name, name) == 0;
    if (!known)
      g_error("no test for %s", file);
    g_free(name);
  }
  g_dir_close(dir);
  g_free(folder);
}

/* Files that are made out of zoo_constructor.so: its constructor would leave a trace. */

static void read_constructor(char **ret_bytes, size_t *ret_size) {
  char *path = zoo_file("zoo_constructor");
  GError *error = NULL;
  g_file_get_contents(path, ret_bytes, ret_size, &error);
  g_assert_no_error(error);
  g_free(path);
}

static char *scratch_file(const char *name, const void *bytes, size_t size) {
  char *path = g_build_filename(scratch, name, NULL);
  GError *error = NULL;
  g_file_set_contents(path, bytes, (gssize)size, &error);
  g_assert_no_error(error);
  return path;
}

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
  read_constructor(&bytes, &size);
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
  read_constructor(&bytes, &size);
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
  read_constructor(&bytes, &size);
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
  read_constructor(&bytes, &size);
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

static void test_same_file(void) {
  GError *error = NULL;
  char *path = zoo_file("zoo_good");
  const RecnnPlugin *first = recnn_plugin_load(path, &error);
  const int entered = traces("ZOO_ENTERED");
  char *folder = g_path_get_dirname(path);
  char *detour = g_build_filename(folder, "..", ".libs", ".", "zoo_good.so", NULL);
  g_assert_true(recnn_plugin_load(detour, &error) == first);
  g_assert_true(recnn_plugin_load(path, &error) == first);
  g_assert_true(recnn_plugin_require("zoo_good", &error) == first);
  g_assert_no_error(error);
  g_assert_cmpint(traces("ZOO_ENTERED"), ==, entered);

  /* Another name for the same file, and another file of the same name. */
  char *link = g_build_filename(scratch, "zoo_alias.so", NULL);
  g_assert_cmpint(symlink(path, link), ==, 0);
  assert_refused(link, RECNN_ERROR_PLUGIN_NAME,
                 (const char *const[]){"\"zoo_good\"", "\"zoo_alias.so\"", NULL});
  char *bytes;
  size_t size;
  g_assert_true(g_file_get_contents(path, &bytes, &size, NULL));
  char *copy = scratch_file("zoo_good.so", bytes, size);
  assert_refused(copy, RECNN_ERROR_PLUGIN_NAME,
                 (const char *const[]){"taken", path, "1.0.0", NULL});
  g_assert_false(is_mapped(copy));
  assert_good_works();
  g_remove(link);
  g_remove(copy);
  g_free(bytes);
  g_free(link);
  g_free(copy);
  g_free(detour);
  g_free(folder);
  g_free(path);
}

static void note(void *data, int32_t level, const char *domain, const char *text) {
  if (strcmp(domain, "zoo_services") == 0)
    g_string_append_printf(data, "%d %s", level, text);
}

static void test_services(void) {
  GString *said = g_string_new(NULL);
  GError *error = NULL;
  char *path = zoo_file("zoo_services");
  recnn_log_set_sink(note, said);
  g_assert_nonnull(recnn_plugin_load(path, &error));
  recnn_log_set_sink(NULL, NULL);
  g_assert_no_error(error);
  g_assert_cmpstr(said->str, ==, "2 100%s of the services are there");
  g_string_free(said, TRUE);
  g_free(path);
}

static void test_op(void) {
  GError *error = NULL;
  char *path = zoo_file("zoo_op");
  g_assert_null(recnn_op_find("zoo_square"));
  g_assert_nonnull(recnn_plugin_load(path, &error));
  g_assert_no_error(error);
  g_assert_nonnull(recnn_op_find("zoo_square"));
  g_assert_null(recnn_model_class_find("zoo_op", &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
  assert_text(error->message, path);
  assert_text(error->message, "zoo_square (recnn.op/1)");
  g_clear_error(&error);

  /* The host runs it like one of its own, gradient included. */
  float values[3] = {1.0f, -2.0f, 3.0f};
  const int64_t shape[1] = {3};
  RecnnTensor x = recnn_tensor_view(values, RECNN_FLOAT32, 1, shape);
  RecnnGraph *graph = recnn_graph_new(1);
  recnn_graph_reset(graph, 0, true, true);
  RecnnVar *var = recnn_graph_variable(graph, &x);
  RecnnVar *square = recnn_graph_apply(graph, "zoo_square", &var, 1, NULL, 0);
  RecnnVar *fourth = recnn_graph_apply(graph, "zoo_square", &square, 1, NULL, 0);
  g_assert_true(recnn_graph_check(graph, &error));
  const float *y = recnn_graph_tensor(fourth)->data;
  for (int i = 0; i < 3; i++)
    g_assert_cmpfloat(y[i], ==, values[i] * values[i] * values[i] * values[i]);
  recnn_graph_free(graph);
  g_free(path);
}

static void test_not_found(void) {
  GError *error = NULL;
  g_assert_null(recnn_model_class_find("zoo_goof", &error));
  g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
  char *folder = g_test_build_filename(G_TEST_BUILT, "abi", "zoo", ".libs", NULL);
  char **folders = recnn_plugin_folders();
  assert_text(error->message, "no model \"zoo_goof\"");
  assert_text(error->message, "did you mean zoo_good?");
  assert_text(error->message, "zoo_magic"); /* found, though nobody has looked into it */
  for (int i = 0; folders[i] != NULL; i++)
    assert_text(error->message, folders[i]);
  assert_text(error->message, folder);
  g_clear_error(&error);
  static const char *const impossible[] = {"", "../zoo/zoo_good", "zoo_good.so", "Zoo", "zoo good"};
  for (size_t i = 0; i < G_N_ELEMENTS(impossible); i++) {
    g_assert_null(recnn_model_class_find(impossible[i], &error));
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
    g_clear_error(&error);
    g_assert_null(recnn_plugin_require(impossible[i], &error));
    g_assert_error(error, RECNN_ERROR_DOMAIN, RECNN_ERROR_NOT_FOUND);
    g_clear_error(&error);
  }
  g_strfreev(folders);
  g_free(folder);
}

static void *load_in_thread(void *path) {
  GError *error = NULL;
  const RecnnPlugin *plugin = recnn_plugin_load(path, &error);
  g_assert_no_error(error);
  const RecnnModelClass *model_class = recnn_model_class_find("zoo_thread", &error);
  g_assert_no_error(error);
  g_assert_true(recnn_plugin_of(model_class) == plugin);
  g_assert_null(recnn_model_class_find("zoo_magic", &error));
  g_clear_error(&error);
  return (void *)plugin;
}

static void test_threads(void) {
  char *path = zoo_file("zoo_thread");
  GThread *threads[8];
  for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
    threads[i] = g_thread_new("load", load_in_thread, path);
  void *first = g_thread_join(threads[0]);
  for (size_t i = 1; i < G_N_ELEMENTS(threads); i++)
    g_assert_true(g_thread_join(threads[i]) == first);
  g_free(path);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  char *folder = g_test_build_filename(G_TEST_BUILT, "abi", "zoo", ".libs", NULL);
  GError *error = NULL;
  scratch = g_dir_make_tmp("recnn-zoo-XXXXXX", &error);
  g_assert_no_error(error);
  g_setenv("RECNN_PLUGIN_PATH", folder, TRUE);
  g_unsetenv("ZOO_ENTERED");
  g_unsetenv("ZOO_CONSTRUCTED");

  g_test_add_func("/abi/zoo/all-there", test_all_there);
  g_test_add_func("/abi/zoo/op", test_op);
  for (size_t i = 0; i < G_N_ELEMENTS(animals); i++) {
    char *test = g_strdup_printf("/abi/zoo/%s", animals[i].name);
    g_test_add_data_func(test, &animals[i], test_animal);
    g_free(test);
  }
  g_test_add_func("/abi/zoo/order", test_order);
  g_test_add_func("/abi/zoo/not-elf", test_not_elf);
#if GLIB_SIZEOF_VOID_P == 8
  g_test_add_func("/abi/zoo/truncated", test_truncated);
  g_test_add_func("/abi/zoo/every-cut", test_every_cut);
  g_test_add_func("/abi/zoo/wrong-machine", test_wrong_machine);
#endif
  g_test_add_func("/abi/zoo/same-file", test_same_file);
  g_test_add_func("/abi/zoo/services", test_services);
  g_test_add_func("/abi/zoo/not-found", test_not_found);
  g_test_add_func("/abi/zoo/threads", test_threads);
  g_test_add_func("/abi/zoo/constructor", test_constructor);
  int result = g_test_run();

  char *left = g_build_filename(scratch, "zoo_constructor.so", NULL);
  g_remove(left);
  g_free(left);
  left = g_build_filename(scratch, "cut.so", NULL);
  g_remove(left);
  g_free(left);
  g_rmdir(scratch);
  g_free(scratch);
  g_free(folder);
  return result;
}

/* The checks of a manifest, in the order that include/recnn/abi.h gives their codes.  Each refusal
 * says the file, the field, what it is and what it should be, and what to do about it.  Until a
 * check has passed, nothing behind what it checks is read. */
#include <string.h>

#include "base/error.h"
#include "plugin/plugin-private.h"

#define REBUILD "rebuild the plugin with this recnn's headers"

static bool refuse(RecnnCandidate *candidate, RecnnStatus code, GError **error, const char *format,
                   ...) G_GNUC_PRINTF(4, 5);
static bool refuse(RecnnCandidate *candidate, RecnnStatus code, GError **error, const char *format,
                   ...) {
  va_list args;
  va_start(args, format);
  char *reason = g_strdup_vprintf(format, args);
  va_end(args);
  recnn_error_set(error, code, "plugin %s: %s", candidate->path, reason);
  g_free(reason);
  return false;
}

static bool check_magic(RecnnCandidate *candidate, GError **error) {
  const RecnnManifest *manifest = candidate->manifest;
  if (manifest == NULL)
    return refuse(candidate, RECNN_ERROR_PLUGIN_MAGIC, error,
                  RECNN_PLUGIN_QUERY_SYMBOL " returned NULL, expected a manifest; define it with "
                                            "RECNN_PLUGIN");
  if (manifest->magic != RECNN_ABI_MAGIC)
    return refuse(candidate, RECNN_ERROR_PLUGIN_MAGIC, error,
                  "manifest field magic is 0x%08x, expected 0x%08x; it is no recnn plugin, or its "
                  "manifest is damaged: " REBUILD,
                  manifest->magic, RECNN_ABI_MAGIC);
  return true;
}

/* While the major number is 0 any minor version may differ from any other. */
static bool check_version(RecnnCandidate *candidate, GError **error) {
  uint32_t major = candidate->manifest->abi_major, minor = candidate->manifest->abi_minor;
  if (major != RECNN_ABI_MAJOR)
    return refuse(
        candidate, RECNN_ERROR_PLUGIN_VERSION, error,
        "manifest field abi_major is %u (ABI %u.%u), this recnn has %d (ABI %d.%d); " REBUILD,
        major, major, minor, RECNN_ABI_MAJOR, RECNN_ABI_MAJOR, RECNN_ABI_MINOR);
  if (minor > RECNN_ABI_MINOR)
    return refuse(
        candidate, RECNN_ERROR_PLUGIN_VERSION, error,
        "manifest field abi_minor is %u (ABI %u.%u), this recnn has %d (ABI %d.%d); update "
        "recnn, or " REBUILD,
        minor, major, minor, RECNN_ABI_MINOR, RECNN_ABI_MAJOR, RECNN_ABI_MINOR);
  if (major == 0 && minor != RECNN_ABI_MINOR)
    return refuse(candidate, RECNN_ERROR_PLUGIN_VERSION, error,
                  "manifest field abi_minor is %u (ABI %u.%u), this recnn has %d (ABI %d.%d), and "
                  "before ABI 1.0 they must be equal; " REBUILD,
                  minor, major, minor, RECNN_ABI_MINOR, RECNN_ABI_MAJOR, RECNN_ABI_MINOR);
  return true;
}

static bool check_size(RecnnCandidate *candidate, GError **error) {
  uint32_t size = candidate->manifest->struct_size;
  if (size == sizeof(RecnnManifest))
    return true;
  return refuse(
      candidate, RECNN_ERROR_PLUGIN_SIZE, error,
      "manifest field struct_size is %u, but a manifest of ABI %d.%d has %zu bytes; " REBUILD, size,
      RECNN_ABI_MAJOR, RECNN_ABI_MINOR, sizeof(RecnnManifest));
}

static bool check_fingerprint(RecnnCandidate *candidate, GError **error) {
  const RecnnManifest *manifest = candidate->manifest;
  if (manifest->fingerprint != RECNN_ABI_FINGERPRINT)
    return refuse(candidate, RECNN_ERROR_PLUGIN_FINGERPRINT, error,
                  "manifest field fingerprint is 0x%08x, this recnn's is 0x%08x: its compiler lays "
                  "out basic types in another way; " REBUILD " and the compiler's usual flags",
                  manifest->fingerprint, RECNN_ABI_FINGERPRINT);
  if (manifest->reserved != 0)
    return refuse(candidate, RECNN_ERROR_PLUGIN_FINGERPRINT, error,
                  "manifest field reserved is 0x%08x, expected 0; define the manifest with "
                  "RECNN_PLUGIN",
                  manifest->reserved);
  return true;
}

static bool check_services(RecnnCandidate *candidate, GError **error) {
  const RecnnRequirement *need = candidate->manifest->requirements;
  for (; need != NULL && need->id != NULL; need++) {
    const RecnnService *service = recnn__service_find(need->id);
    if (service == NULL) {
      const char **ids = recnn_service_ids();
      char *suggestion = recnn_suggest(need->id, ids);
      refuse(
          candidate, RECNN_ERROR_PLUGIN_SERVICE, error,
          "manifest field requirements asks for service \"%s\" of %zu bytes, which this recnn does "
          "not offer%s; update recnn, or " REBUILD,
          need->id, need->min_size, suggestion);
      g_free(suggestion);
      g_free(ids);
      return false;
    }
    if (recnn__service_size(service) < need->min_size)
      return refuse(
          candidate, RECNN_ERROR_PLUGIN_SERVICE, error,
          "manifest field requirements asks for service \"%s\" of %zu bytes, this recnn's "
          "has %zu; update recnn, or " REBUILD,
          need->id, need->min_size, recnn__service_size(service));
  }
  return true;
}

static bool check_text(RecnnCandidate *candidate, const char *field, const char *text,
                       const char *example, GError **error) {
  if (text == NULL || text[0] == '\0')
    return refuse(candidate, RECNN_ERROR_PLUGIN_NAME, error,
                  "manifest field %s is %s, expected a text such as \"%s\"", field,
                  text == NULL ? "NULL" : "empty", example);
  if (!g_utf8_validate(text, -1, NULL))
    return refuse(candidate, RECNN_ERROR_PLUGIN_NAME, error, "manifest field %s is not UTF-8",
                  field);
  return true;
}

static bool check_name(RecnnCandidate *candidate, GError **error) {
  const RecnnManifest *manifest = candidate->manifest;
  if (!check_text(candidate, "name", manifest->name, "my_model", error))
    return false;
  if (!recnn__plugin_name_valid(manifest->name))
    return refuse(
        candidate, RECNN_ERROR_PLUGIN_NAME, error,
        "manifest field name is \"%s\", expected a small letter, then small letters, digits "
        "and underscores; rename the plugin",
        manifest->name);
  char *file = g_path_get_basename(candidate->path);
  char *expected = g_strconcat(manifest->name, ".so", NULL);
  bool ok = strcmp(file, expected) == 0;
  if (!ok)
    refuse(candidate, RECNN_ERROR_PLUGIN_NAME, error,
           "manifest field name is \"%s\", but the file is named \"%s\"; name it \"%s\"",
           manifest->name, file, expected);
  g_free(expected);
  g_free(file);
  if (!ok)
    return false;
  const RecnnPlugin *other = recnn__plugin_loaded(manifest->name);
  if (other != NULL)
    return refuse(candidate, RECNN_ERROR_PLUGIN_NAME, error,
                  "manifest field name is \"%s\", which is taken by plugin %s (version %s), loaded "
                  "before; rename one of them, or start again to load another build of it",
                  manifest->name, other->path, other->manifest->version);
  return check_text(candidate, "version", manifest->version, "1.0.0", error) &&
         check_text(candidate, "licence", manifest->licence, "Apache-2.0", error) &&
         check_text(candidate, "summary", manifest->summary, "What it is, in one line", error);
}

static bool clash(const RecnnKind *kind, const void *a, const void *b) {
  return kind->clash != NULL ? kind->clash(a, b) : strcmp(kind->name(a), kind->name(b)) == 0;
}

/* One feature, by itself and against those before it. */
static bool check_feature(RecnnCandidate *candidate, const RecnnFeature *feature, int index,
                          GError **error) {
  const RecnnFeature *features = candidate->features;
  const RecnnKind *kind = recnn__kind_find(feature->kind);
  if (kind == NULL) {
    const char **ids = recnn_kind_ids();
    char *suggestion = recnn_suggest(feature->kind, ids);
    refuse(candidate, RECNN_ERROR_PLUGIN_FEATURE, error,
           "manifest field features[%d].kind is \"%s\", which this recnn does not know%s; update "
           "recnn, or " REBUILD,
           index, feature->kind, suggestion);
    g_free(suggestion);
    g_free(ids);
    return false;
  }
  if (feature->descriptor == NULL)
    return refuse(candidate, RECNN_ERROR_PLUGIN_FEATURE, error,
                  "manifest field features[%d].descriptor is NULL, expected a descriptor of kind "
                  "\"%s\"",
                  index, feature->kind);
  GError *reason = NULL;
  if (!kind->check(feature->descriptor, candidate->manifest->name, &reason)) {
    refuse(candidate, RECNN_ERROR_PLUGIN_FEATURE, error, "manifest field features[%d] (%s): %s",
           index, feature->kind, reason->message);
    g_error_free(reason);
    return false;
  }
  for (int i = 0; i < index; i++)
    if (strcmp(features[i].kind, feature->kind) == 0 &&
        clash(kind, features[i].descriptor, feature->descriptor))
      return refuse(candidate, RECNN_ERROR_PLUGIN_FEATURE, error,
                    "manifest fields features[%d] and features[%d] are both \"%s\" of kind \"%s\"; "
                    "rename one of them",
                    i, index, kind->name(feature->descriptor), feature->kind);
  return true;
}

static bool check_features(RecnnCandidate *candidate, GError **error) {
  const RecnnFeature *features = candidate->manifest->features;
  if (features == NULL || features[0].kind == NULL)
    return refuse(candidate, RECNN_ERROR_PLUGIN_FEATURE, error,
                  "manifest field features has 0 entries, expected at least 1, such as a model");
  candidate->features = recnn__features_whole(features);
  for (int i = 0; features[i].kind != NULL; i++)
    if (!check_feature(candidate, &candidate->features[i], i, error))
      return false;
  return true;
}

bool recnn__manifest_check(RecnnCandidate *candidate, GError **error) {
  static bool (*const checks[])(RecnnCandidate *, GError **) = {
      check_magic,    check_version, check_size,     check_fingerprint,
      check_services, check_name,    check_features,
  };
  for (size_t i = 0; i < G_N_ELEMENTS(checks); i++)
    if (!checks[i](candidate, error))
      return false;
  return true;
}

/* Errors: making them, taking them across the border, and the "did you mean" of every error text
 * that is about a name.  Knows nothing of who fails. */
#include "base/error.h"

#include <string.h>

GQuark recnn_error_quark(void) { return g_quark_from_static_string("recnn-error"); }

bool(recnn_error_set)(GError **error, RecnnStatus code, const char *format, ...) {
  if (error != NULL) {
    va_list args;
    va_start(args, format);
    *error = g_error_new_valist(RECNN_ERROR_DOMAIN, code, format, args);
    va_end(args);
    if (!g_utf8_validate((*error)->message, -1,
                         NULL)) { /* a name in a damaged file has any bytes */
      char *message = (*error)->message;
      (*error)->message = g_utf8_make_valid(message, -1);
      g_free(message);
    }
  }
  return false;
}

/* Copies as much of `text` as fits, without cutting a UTF-8 character in two. */
static void copy_text(char *to, size_t room, const char *text) {
  size_t n = strlen(text);
  if (n >= room) {
    n = room - 1;
    while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80) {
      n--;
    }
  }
  memcpy(to, text, n);
  to[n] = '\0';
}

RecnnStatus recnn_error_take(RecnnError *to, GError *error) {
  if (error == NULL) {
    return RECNN_OK;
  }
  RecnnStatus code = error->domain == RECNN_ERROR_DOMAIN && error->code != RECNN_OK
                         ? (RecnnStatus)error->code
                         : RECNN_ERROR_FAILED;
  /* Whoever made `to` may know a shorter or a longer struct than we do. */
  const size_t head = offsetof(RecnnError, message);
  if (to != NULL && to->struct_size > head) {
    to->code = code;
    copy_text(to->message, MIN(to->struct_size - head, sizeof to->message), error->message);
  }
  g_error_free(error);
  return code;
}

bool recnn_error_from_plugin(GError **error, RecnnStatus status, const RecnnError *from,
                             const char *where) {
  /* A plugin may have written anything, or nothing, into its error. */
  size_t length = 0;
  while (from != NULL && length < sizeof from->message && from->message[length] != '\0') {
    length++;
  }
  if (length == 0) {
    return recnn_error_set(error, status == RECNN_OK ? RECNN_ERROR_FAILED : status,
                           "%s: failed without saying why (status %d)", where, (int)status);
  }
  return recnn_error_set(error, status == RECNN_OK ? RECNN_ERROR_FAILED : status, "%s: %.*s", where,
                         (int)length, from->message);
}

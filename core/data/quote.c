/* Values out of data files, as error texts show them: on one line, and short. */
#include "data/quote-private.h"

enum { SHOWN = 40 }; /* bytes */

char *recnn__quote(const char *text, size_t length) {
  size_t shown = length;
  if (shown > SHOWN) {
    shown = SHOWN;
    while (shown > 0 && ((unsigned char)text[shown] & 0xc0) == 0x80)
      shown--; /* not inside of a character */
  }
  GString *quoted = g_string_new("\"");
  for (size_t i = 0; i < shown; i++) {
    unsigned char c = (unsigned char)text[i];
    if (c < 0x20 || c == 0x7f)
      g_string_append_printf(quoted, "\\x%02x", c);
    else if (c == '"' || c == '\\')
      g_string_append_printf(quoted, "\\%c", c);
    else
      g_string_append_c(quoted, (char)c);
  }
  g_string_append_c(quoted, '"');
  if (shown < length)
    g_string_append_printf(quoted, "... (%zu bytes)", length);
  return g_string_free(quoted, FALSE);
}

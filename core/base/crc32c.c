/* Eight bytes at a time, by eight tables (Kounavis and Berry 2005). */
#include "base/crc32c.h"

#include <glib.h>

static uint32_t table[8][256];

static void make_tables(void) {
  for (uint32_t i = 0; i < 256; i++) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; bit++)
      crc = crc >> 1 ^ (0x82f63b78u & (0u - (crc & 1)));
    table[0][i] = crc;
  }
  for (uint32_t i = 0; i < 256; i++)
    for (int t = 1; t < 8; t++)
      table[t][i] = table[t - 1][i] >> 8 ^ table[0][table[t - 1][i] & 0xff];
}

uint32_t recnn_crc32c(uint32_t crc, const void *bytes, size_t size) {
  static gsize once;
  if (g_once_init_enter(&once)) {
    make_tables();
    g_once_init_leave(&once, 1);
  }
  const unsigned char *b = bytes;
  crc = ~crc;
  for (; size >= 8; size -= 8, b += 8) {
    uint32_t low =
        crc ^ ((uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24);
    crc = table[7][low & 0xff] ^ table[6][low >> 8 & 0xff] ^ table[5][low >> 16 & 0xff] ^
          table[4][low >> 24] ^ table[3][b[4]] ^ table[2][b[5]] ^ table[1][b[6]] ^ table[0][b[7]];
  }
  for (; size > 0; size--)
    crc = crc >> 8 ^ table[0][(crc ^ *b++) & 0xff];
  return ~crc;
}

/* CRC-32C (Castagnoli; RFC 3720, appendix B.4): finds every burst of up to 32 wrong bits. */
#ifndef RECNN_CORE_BASE_CRC32C_H
#define RECNN_CORE_BASE_CRC32C_H

#include <recnn/abi.h>

/* Of `size` bytes; `crc` is 0, or the result for the bytes before them. */
uint32_t recnn_crc32c(uint32_t crc, const void *bytes, size_t size);

#endif

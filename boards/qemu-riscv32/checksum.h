// SPDX-License-Identifier: MIT
// The Internet checksum (RFC 1071), in the place of lwIP's: LWIP_CHKSUM.
#ifndef CAMSOCK_CHECKSUM_H
#define CAMSOCK_CHECKSUM_H

#include <stdint.h>

/* The sum of 16-bit words in memory order, folded to 16 bits; the last byte of an odd number counts as a word with 0.
 */
uint16_t checksum(const void *data, int size);

#endif

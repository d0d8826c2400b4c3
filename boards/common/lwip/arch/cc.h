// SPDX-License-Identifier: MIT
// What lwIP asks of a compiler and a board (lwip/arch.h lists it). The emulated boards are built with gcc or clang.
#ifndef CAMSOCK_ARCH_CC_H
#define CAMSOCK_ARCH_CC_H

#include <stdint.h>
#include <sys/types.h> // ssize_t

#define LWIP_NO_UNISTD_H 1

// Some 40 times in a round trip: not as calls of functions, as which gcc takes __builtin_bswap32 on a small processor.
static inline uint32_t lwip_swap(uint32_t x) {
	return x << 24 | (x & 0xff00) << 8 | (x >> 8 & 0xff00) | x >> 24;
}
#define lwip_htons(x) ((uint16_t)__builtin_bswap16(x))
#define lwip_htonl(x) lwip_swap(x)

// An assertion of lwIP that does not hold is a bug of ours: the board says where and stops.
_Noreturn void board_panic(const char *message, const char *file, int line);
#define LWIP_PLATFORM_ASSERT(message) board_panic(message, __FILE__, __LINE__)
#define LWIP_PLATFORM_DIAG(arguments) ((void)0)

#endif

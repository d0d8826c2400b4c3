// SPDX-License-Identifier: MIT
// The Internet checksum, 32 bytes a turn. Half of what C spends on a message of 1 KB is for this: each byte is added up
// four times on its way there and back over the loopback. lwIP's own tests for a carry with a branch, two words a turn.
#include "checksum.h"

#include <stddef.h>

// Words may alias anything.
typedef uint32_t __attribute__((may_alias)) word;
typedef uint16_t __attribute__((may_alias)) half;

uint16_t checksum(const void *data, int size) {
	const uint8_t *p = data;
	uint32_t sum = 0, carries = 0, left = (uint32_t)size;
	const uint32_t odd = (uintptr_t)p & 1;
	// From an odd address all words lie the other way round, which is put right at the end.
	if (odd && left) {
		sum = (uint32_t)*p++ << 8;
		left--;
	}
	if ((uintptr_t)p & 2 && left >= 2) {
		sum += *(const half *)(const void *)p;
		p += 2;
		left -= 2;
	}
	const word *words = (const word *)(const void *)p;
#define ADD(number)                                                                                                    \
	do {                                                                                                               \
		uint32_t each = words[number];                                                                                 \
		sum += each;                                                                                                   \
		carries += sum < each;                                                                                         \
	} while (0)
	for (; left >= 32; left -= 32, words += 8) {
		ADD(0);
		ADD(1);
		ADD(2);
		ADD(3);
		ADD(4);
		ADD(5);
		ADD(6);
		ADD(7);
	}
	for (; left >= 4; left -= 4, words++)
		ADD(0);
#undef ADD
	p = (const uint8_t *)words;
	sum = (sum & 0xffff) + (sum >> 16) + carries;
	if (left >= 2) {
		sum += *(const half *)(const void *)p;
		p += 2;
		left -= 2;
	}
	if (left)
		sum += *p;
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)(odd ? (sum << 8 | sum >> 8) & 0xffff : sum);
}

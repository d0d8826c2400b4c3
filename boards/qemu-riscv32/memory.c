// SPDX-License-Identifier: MIT
// memcpy, memmove, memset and memcmp by words. Debian's picolibc is built for size and goes byte by byte: four to six
// instructions for each, on every path that data takes. The processor reads and writes words at their own alignment
// only.
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Below so many bytes, looking at the alignment costs more than it saves.
#define SHORT 12
// Else gcc makes calls of these very functions of the loops.
#define AS_WRITTEN __attribute__((optimize("no-tree-loop-distribute-patterns")))

// Words may alias anything.
typedef uint32_t __attribute__((may_alias)) word;

/* Where both are aligned: `size` bytes rounded down to words. */
static inline void copy_words(word *to, const word *from, size_t size) {
	for (; size >= 32; size -= 32, to += 8, from += 8) {
		word a = from[0], b = from[1], c = from[2], d = from[3], e = from[4], f = from[5], g = from[6], h = from[7];
		to[0] = a, to[1] = b, to[2] = c, to[3] = d, to[4] = e, to[5] = f, to[6] = g, to[7] = h;
	}
	for (; size >= 4; size -= 4)
		*to++ = *from++;
}

/* Where only `to` is: each word is put together of two. Nothing is read but words that hold bytes of the source. */
static inline void merge_words(word *to, const uint8_t *from, size_t size) {
	unsigned skew = (uintptr_t)from & 3, right = skew * 8, left = 32 - right;
	const word *next = (const word *)(const void *)(from - skew);
	word low = *next++;
	for (; size >= 4; size -= 4) {
		word high = *next++;
		*to++ = low >> right | high << left;
		low = high;
	}
}

/* From the front; so it is right for overlapping memory too, if `to` lies before `from`. */
AS_WRITTEN void *memcpy(void *restrict destination, const void *restrict source, size_t size) {
	uint8_t *to = destination;
	const uint8_t *from = source;
	if (size >= SHORT) {
		for (; (uintptr_t)to & 3; size--)
			*to++ = *from++;
		if ((uintptr_t)from & 3)
			merge_words((word *)(void *)to, from, size);
		else
			copy_words((word *)(void *)to, (const word *)(const void *)from, size);
		to += size & ~(size_t)3;
		from += size & ~(size_t)3;
		size &= 3;
	}
	while (size--)
		*to++ = *from++;
	return destination;
}

AS_WRITTEN void *memmove(void *destination, const void *source, size_t size) {
	uint8_t *to = destination;
	const uint8_t *from = source;
	if (to <= from || to >= from + size)
		return memcpy(destination, source, size);
	to += size;
	from += size;
	if (size >= SHORT && !(((uintptr_t)to ^ (uintptr_t)from) & 3)) {
		for (; (uintptr_t)to & 3; size--)
			*--to = *--from;
		for (; size >= 4; size -= 4) {
			to -= 4;
			from -= 4;
			*(word *)(void *)to = *(const word *)(const void *)from;
		}
	}
	while (size--)
		*--to = *--from;
	return destination;
}

AS_WRITTEN void *memset(void *destination, int value, size_t size) {
	uint8_t *to = destination;
	if (size >= SHORT) {
		for (; (uintptr_t)to & 3; size--)
			*to++ = (uint8_t)value;
		word *words = (word *)(void *)to, all = (uint8_t)value * 0x01010101u;
		for (; size >= 32; size -= 32, words += 8) {
			words[0] = words[1] = words[2] = words[3] = all;
			words[4] = words[5] = words[6] = words[7] = all;
		}
		for (; size >= 4; size -= 4)
			*words++ = all;
		to = (uint8_t *)words;
	}
	while (size--)
		*to++ = (uint8_t)value;
	return destination;
}

AS_WRITTEN int memcmp(const void *first, const void *second, size_t size) {
	const uint8_t *a = first, *b = second;
	if (size >= SHORT && !(((uintptr_t)a | (uintptr_t)b) & 3)) {
		for (; size >= 4 && *(const word *)(const void *)a == *(const word *)(const void *)b; size -= 4) {
			a += 4;
			b += 4;
		}
	}
	for (; size; size--, a++, b++)
		if (*a != *b)
			return *a - *b;
	return 0;
}

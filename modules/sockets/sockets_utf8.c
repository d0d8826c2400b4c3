// SPDX-License-Identifier: MIT
// XS's strings as standard UTF-8; see sockets_utf8.h.
#include "sockets_utf8.h"

#include <string.h>

/** Whether the text is standard UTF-8 for certain: neither C0 nor ED, the first byte of surrogates, is in it. */
bool sockets_utf8_is_standard(const char *text, size_t size) {
	return memchr(text, 0xC0, size) == NULL && memchr(text, 0xED, size) == NULL;
}

/** The surrogate that begins here, or 0. */
static uint32_t surrogate(const uint8_t *from, size_t left) {
	if (left < 3 || from[0] != 0xED || from[1] < 0xA0)
		return 0;
	return 0xD000u | (from[1] & 0x3Fu) << 6 | (from[2] & 0x3Fu);
}

/** Writes the text as standard UTF-8 and gives its size, which is not larger than that of the text. */
size_t sockets_utf8_standard(const char *text, size_t size, uint8_t *result) {
	const uint8_t *from = (const uint8_t *)text;
	size_t length = 0;
	for (size_t i = 0; i < size;) {
		const uint32_t first = surrogate(from + i, size - i);
		if (from[i] == 0xC0 && i + 1 < size && from[i + 1] == 0x80) {
			result[length++] = 0;
			i += 2;
		} else if (first == 0) {
			result[length++] = from[i++];
		} else {
			const uint32_t second = surrogate(from + i + 3, size - i - 3);
			if (first < 0xDC00 && second >= 0xDC00) { // a pair that was put together from two strings
				const uint32_t code = 0x10000u + ((first - 0xD800u) << 10) + (second - 0xDC00u);
				result[length++] = (uint8_t)(0xF0 | code >> 18);
				result[length++] = (uint8_t)(0x80 | (code >> 12 & 0x3F));
				result[length++] = (uint8_t)(0x80 | (code >> 6 & 0x3F));
				result[length++] = (uint8_t)(0x80 | (code & 0x3F));
				i += 6;
			} else {
				memcpy(result + length, "\xEF\xBF\xBD", 3);
				length += 3;
				i += 3;
			}
		}
	}
	return length;
}

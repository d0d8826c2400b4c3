// SPDX-License-Identifier: MIT
// What the fuzz targets share; see fuzz.h. An input that is at its end reads as zeros: so each input means something,
// and a longer one may go on where a shorter one ended.
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

uint8_t input_byte(struct input *input) {
	if (input->left == 0)
		return 0;
	input->left -= 1;
	return *input->at++;
}

uint16_t input_word(struct input *input) {
	const uint8_t high = input_byte(input);
	return (uint16_t)(high << 8 | input_byte(input));
}

uint32_t input_long(struct input *input) {
	const uint32_t high = input_word(input);
	return high << 16 | input_word(input);
}

/** A number from 0 to limit - 1; the limit is at most 256. */
unsigned input_below(struct input *input, unsigned limit) {
	return input_byte(input) % limit;
}

/** The next `*size` bytes, or as many as there are, which is then in `*size`. */
const uint8_t *input_bytes(struct input *input, size_t *size) {
	const uint8_t *bytes = input->at;
	if (*size > input->left)
		*size = input->left;
	input->at += *size;
	input->left -= *size;
	return bytes;
}

/** All that is left, as text of exactly its size, so that who reads beyond it is seen; to be freed. */
char *input_text(struct input *input) {
	size_t size = input->left;
	const uint8_t *bytes = input_bytes(input, &size);
	char *text = malloc(size + 1);
	if (text == NULL)
		abort();
	if (size > 0)
		memcpy(text, bytes, size);
	text[size] = '\0';
	return text;
}

void fuzz_expect(bool holds, const char *condition, const char *file, int line) {
	if (holds)
		return;
	fprintf(stderr, "fuzz: %s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

void fuzz_expect_result(long result, const int *errors, size_t count, const char *what, const char *file, int line) {
	if (result >= 0)
		return;
	for (size_t i = 0; i < count; i += 1)
		if (result == -errors[i])
			return;
	fprintf(stderr, "fuzz: %s:%d: %s is %ld, which is none of its errors\n", file, line, what, result);
	abort();
}

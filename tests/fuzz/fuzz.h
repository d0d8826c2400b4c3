// SPDX-License-Identifier: MIT
// What the fuzz targets share: an input's bytes read as numbers, and what is said when something does not hold. A
// target is a file here with LLVMFuzzerTestOneInput (https://llvm.org/docs/LibFuzzer.html); docs/fuzzing.md has the
// list.
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerInitialize(int *count, char ***words);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** What of an input is not read yet. */
struct input {
	const uint8_t *at;
	size_t left;
};

uint8_t input_byte(struct input *input);
uint16_t input_word(struct input *input);
uint32_t input_long(struct input *input);
unsigned input_below(struct input *input, unsigned limit);
const uint8_t *input_bytes(struct input *input, size_t *size);
char *input_text(struct input *input);

/** Ends the program with a line that says what does not hold. */
#define EXPECT(condition) fuzz_expect((condition), #condition, __FILE__, __LINE__)
void fuzz_expect(bool holds, const char *condition, const char *file, int line);

/** The same for a result of the core: not negative, or one of these errno numbers. */
#define EXPECT_RESULT(result, ...)                                                                                     \
	fuzz_expect_result((result), (const int[]){__VA_ARGS__}, sizeof(int[]){__VA_ARGS__} / sizeof(int), #result,        \
	                   __FILE__, __LINE__)
void fuzz_expect_result(long result, const int *errors, size_t count, const char *what, const char *file, int line);

#endif

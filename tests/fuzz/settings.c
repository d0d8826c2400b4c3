// SPDX-License-Identifier: MIT
// The target `settings`: the words that qemu-riscv32 is started with (boards/qemu-riscv32/settings.c), which QEMU's
// command line puts into memory. Read fuzz.h first. The build says where that is: settings_memory, instead of the
// board's address.
#include "settings.h"

#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "fuzz.h"

const void *settings_memory;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct input input = {data, size};
	const uint8_t magic = input_byte(&input);
	// Of exactly its size, with the text's end as the last byte.
	const size_t length = input.left;
	uint8_t *memory = malloc(sizeof(struct settings) + length + 1);
	if (memory == NULL)
		abort();
	struct settings *given = (struct settings *)memory;
	memset(memory, 0, sizeof *given);
	given->magic = magic == 0 ? 0 : SETTINGS_MAGIC;
	size_t rest = length;
	const uint8_t *bytes = input_bytes(&input, &rest);
	if (length > 0)
		memcpy(memory + sizeof *given, bytes, length);
	memory[sizeof *given + length] = '\0';
	settings_memory = memory;
	board_arguments = NULL;
	board_argument_count = 0;
	EXPECT(settings_arguments());
	size_t total = 0;
	for (size_t i = 0; i < board_argument_count; i += 1)
		total += strlen(board_arguments[i]) + 1;
	EXPECT(total <= length + 1);
	if (board_argument_count > 0) {
		EXPECT(board_arguments[board_argument_count] == NULL);
		// The first word is where their copy begins, one byte behind its '/'.
		free((char *)board_arguments[0] - 1);
		free((void *)board_arguments);
	}
	free(memory);
	return 0;
}

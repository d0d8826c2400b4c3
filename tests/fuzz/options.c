// SPDX-License-Identifier: MIT
// The target `options`: the command line of native-sim (boards/native-sim/options.c); the input is its words. Read
// fuzz.h first. Run with -close_fd_mask=3: what there is to say to a person is not looked at.
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "fuzz.h"

#define WORDS 48

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct input input = {data, size};
	char *text = input_text(&input), *words[WORDS + 1];
	char name[] = "native-sim";
	int count = 0;
	words[count++] = name;
	for (char *word = text; word <= text + size && count < WORDS; word += strlen(word) + 1)
		words[count++] = word;
	words[count] = NULL;
	bool remote = false, ended = false;
	for (int i = 1; i < count && !ended; i += 1) {
		remote = remote || strcmp(words[i], "--allow-remote") == 0;
		ended = strcmp(words[i], "--") == 0;
	}
	struct options options;
	const int status = options_parse(&options, count, words);
	EXPECT(status == -1 || status == 0 || status == BOARD_USAGE);
	if (status == -1) {
		EXPECT(options.forward_count <= FORWARD_LIMIT);
		for (size_t i = 0; i < options.forward_count; i += 1) {
			EXPECT(options.forwards[i].board_port > 0);
			EXPECT(remote || ntohl(options.forwards[i].host.s_addr) >> 24 == 127);
		}
		EXPECT(options.arguments + options.argument_count == (const char *const *)words + count);
	}
	free(text);
	return 0;
}

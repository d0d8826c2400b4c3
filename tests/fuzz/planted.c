// SPDX-License-Identifier: MIT
// A bug that is planted, to see that the fuzzer finds one and what it says then: an input that begins with "bug" writes
// beyond its copy. Not among the targets that are run when none is named.
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	char *copy = malloc(size + 1);
	if (copy == NULL)
		abort();
	if (size > 0)
		memcpy(copy, data, size);
	const bool bug = size >= 3 && copy[0] == 'b' && copy[1] == 'u' && copy[2] == 'g';
	copy[bug ? size + 1 : size] = '\0';
	free(copy);
	return 0;
}

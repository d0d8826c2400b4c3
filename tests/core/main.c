// SPDX-License-Identifier: MIT
// The program of the core's tests: runs those that its words name, and prints TAP. Read harness.h first.
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include "allocations.h"
#include "board.h"
#include "harness.h"
#include "lwip/init.h"
#include "lwip_faults.h"

static jmp_buf failed;
static char message[512];

void test_failed(const char *why) {
	snprintf(message, sizeof message, "%s", why);
	longjmp(failed, 1);
}

static const struct test *const tables[] = {life_tests,  stream_tests,  receive_tests,     memory_tests,
                                            name_tests,  network_tests, notify_tests,      text_tests,
                                            frame_tests, isn_tests,     memory_sweep_tests};

/** Takes back what a test may have made go wrong. */
static void nothing_is_wrong(void) {
	link_lost = false;
	interrupt = interrupt_in_step = false;
	(void)board_interrupted(); // one that nobody has seen
	no_memory = false;
	allocation_countdown = -1;
}

/** Runs one test; true if it passed. */
static bool run(const struct test *test) {
	nothing_is_wrong();
	if (setjmp(failed) != 0)
		return false;
	test->run();
	nothing_is_wrong();
	lwip_faults_remove_interface();
	const char *left = left_behind();
	if (left == NULL)
		return true;
	snprintf(message, sizeof message, "%s", left);
	return false;
}

int main(int count, char **words) {
	lwip_init();
	const bool list = count > 1 && strcmp(words[1], "--list") == 0;
	const char *only = count > 1 && !list ? words[1] : NULL;
	int number = 0, failures = 0;
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i += 1) {
		for (const struct test *test = tables[i]; test->name != NULL; test += 1) {
			if (only != NULL && strcmp(only, test->name) != 0)
				continue;
			number += 1;
			if (list) {
				puts(test->name);
				continue;
			}
			const bool passed = run(test);
			if (!passed) {
				printf("# %s\n", message);
				allocations_explain();
			}
			printf("%sok %d - %s\n", passed ? "" : "not ", number, test->name);
			fflush(stdout);
			failures += !passed;
			// What a failed test left behind would fail the next ones too, or worse.
			if (!passed)
				break;
		}
		if (failures > 0)
			break;
	}
	if (number == 0)
		printf("Bail out! no test is called %s\n", only);
	allocations_print();
	if (!list)
		printf("1..%d\n", number);
	return failures > 0 || number == 0;
}

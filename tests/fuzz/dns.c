// SPDX-License-Identifier: MIT
// The target `dns`: names that a program asks for, and what a name server, or who pretends to be one, answers. Read
// fuzz.h and network.h first. Several queries go on at once, in calls and awaited; answers are the input's.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness.h"
#include "lwip/init.h"
#include "network.h"
#include "snapshot.h"
#include "sockets_core.h"

#define QUERIES 6
#define LONGEST_PROGRAM 48

static struct input input;
static struct sockets_tcp *sockets[QUERIES];
static int queries[QUERIES];

_Noreturn void test_failed(const char *why) {
	fuzz_expect(false, why, "tests/core/harness.c", 0);
	abort();
}

/** A name: known ones, so that lwIP's table is reached, or the input's bytes. */
static const char *choose_name(void) {
	static const char *const known[] = {"board.test", "a.b", "a", "other.test.", "x.localhost", "INVALID"};
	static char name[300];
	const uint8_t how = input_byte(&input);
	if (how < 160)
		return known[how % 6];
	size_t size = how < 250 ? how - 160 : 260;
	const uint8_t *bytes = input_bytes(&input, &size);
	if (size > 0)
		memcpy(name, bytes, size);
	name[size] = '\0';
	return name;
}

/** What was asked for is a name that DNS can have: labels of 1 to 63 characters, none of them a blank or a control. */
static void check_name(const char *name) {
	const size_t size = strlen(name);
	EXPECT(size > 0 && size <= 254);
	size_t label = 0;
	for (size_t i = 0; i < size; i += 1) {
		EXPECT((unsigned char)name[i] > ' ' && name[i] != 0x7F);
		label = name[i] == '.' ? 0 : label + 1;
		EXPECT(label <= 63 && (label > 0 || i > 0));
	}
}

static void ask(void) {
	const unsigned index = input_below(&input, QUERIES);
	uint32_t host;
	if (queries[index] >= 0) {
		sockets_resolve_cancel(queries[index]);
		queries[index] = -1;
		return;
	}
	const char *name = choose_name();
	const int result = sockets_resolve_begin(sockets[index], name, &host, &queries[index]);
	EXPECT_RESULT(result, -SOCKETS_EAI_NONAME, -SOCKETS_EAI_AGAIN, EINPROGRESS);
	if (result == -EINPROGRESS)
		check_name(name);
	else
		queries[index] = -1;
}

static void ask_and_wait(void) {
	const uint32_t timeout = 1 + input_byte(&input) * 80u, start = clock_now();
	uint32_t host;
	network_events_later();
	const int result = sockets_resolve(test_port, choose_name(), timeout, &host);
	EXPECT_RESULT(result, -SOCKETS_EAI_NONAME, -SOCKETS_EAI_AGAIN, ETIMEDOUT, EINTR);
	EXPECT(clock_now() - start <= timeout);
}

static void look(void) {
	uint32_t host;
	for (unsigned i = 0; i < QUERIES; i += 1) {
		if (queries[i] < 0)
			continue;
		const int result = sockets_resolve_end(queries[i], &host);
		EXPECT_RESULT(result, -SOCKETS_EAI_NONAME, EINPROGRESS);
		if (result != -EINPROGRESS)
			queries[i] = -1;
	}
}

int LLVMFuzzerInitialize(int *count, char ***words) {
	(void)count;
	(void)words;
	lwip_init();
	snapshot_take();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	snapshot_restore();
	input = (struct input){data, size};
	network_begin(&input);
	int error;
	for (unsigned i = 0; i < QUERIES; i += 1) {
		sockets[i] = sockets_tcp_open(test_port, &error);
		EXPECT(sockets[i] != NULL);
		queries[i] = -1;
	}
	for (unsigned i = 0; i < LONGEST_PROGRAM && input.left > 0; i += 1) {
		switch (input_below(&input, 8)) {
		case 0:
		case 1:
			ask();
			break;
		case 2:
			ask_and_wait();
			break;
		case 3:
			look();
			break;
		case 4:
			pass_time(input_byte(&input) * 64u);
			break;
		case 5:
			network_event_now();
			break;
		default:
			network_forge_answer();
			break;
		}
	}
	for (unsigned i = 0; i < QUERIES; i += 1) {
		if (queries[i] >= 0)
			sockets_resolve_cancel(queries[i]);
		sockets_tcp_close(sockets[i]);
	}
	network_end();
	pass_time(20000);
	const char *left = left_behind();
	if (left != NULL)
		fuzz_expect(false, left, __FILE__, __LINE__);
	return 0;
}

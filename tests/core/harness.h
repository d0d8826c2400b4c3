// SPDX-License-Identifier: MIT
// A small harness for tests of the C core, and the board that they run on: lwIP's loopback under a virtual clock, which
// jumps to the next timer whenever the stack is idle. So a test of a ten-second limit takes no time, and takes the same
// steps each time it runs.
#ifndef CORE_HARNESS_H
#define CORE_HARNESS_H

#include <stdbool.h>
#include <stdint.h>

#include "sockets_tcp.h"

struct test {
	const char *name;
	void (*run)(void);
};

/** The tests of all files; each file has a table that ends with a NULL name. */
extern const struct test life_tests[], stream_tests[], receive_tests[], memory_tests[], name_tests[], network_tests[],
    notify_tests[], text_tests[], frame_tests[], isn_tests[], memory_sweep_tests[];

/** Ends the running test as failed if the condition does not hold. */
#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)
/** Ends the running test as failed if two whole numbers differ; tells both. */
#define CHECK_EQUAL(actual, expected) check_equal((actual), (expected), #actual, __FILE__, __LINE__)

/** Ends what runs as failed: a test (main.c), or an input of the fuzzer (tests/fuzz). */
_Noreturn void test_failed(const char *why);

void check(bool holds, const char *condition, const char *file, int line);
void check_equal(long long actual, long long expected, const char *what, const char *file, int line);

/** The port that all tests use. */
extern struct sockets_port *const test_port;

/** Milliseconds of the virtual clock. */
uint32_t clock_now(void);

/** How often the core has asked the main loop for a turn. */
extern unsigned notifications;

/** Lets the stack work until it is idle, without letting time pass. */
void run_network(void);

/** Lets that much virtual time pass. */
void pass_time(uint32_t milliseconds);

const char *left_behind(void);

/** Called before each round of the network if it is set: what happens beneath the sockets while a call waits. */
extern void (*network_event)(void);

/** From now on: whether packets over the loopback interface are lost. */
extern bool link_lost;

/** From now on: whether the next wait of a blocked call is interrupted. */
extern bool interrupt;

/** From now on: whether an interrupt comes while a blocked call steps the stack. The first who looks takes it. */
extern bool interrupt_in_step;

/** From now on: whether lwIP has no memory for timers of the core. */
extern bool timers_lost;

/** The number of allocations of the core from now on until one fails; -1: none does. */
extern int allocation_countdown;

/** From now on: whether every allocation of the core fails. */
extern bool no_memory;

/** How many there were in all. */
extern unsigned allocation_count;

/** The size of the largest malloc of the core, since a test set it to 0. */
extern size_t largest_allocation;

/** A socket; fails the test if there is none. */
struct sockets_tcp *open_socket(void);

/** A socket that listens on 127.0.0.1 at the port. */
struct sockets_tcp *open_listener(uint16_t port, int backlog);

/** Two ends of one connection over the loopback interface. */
struct pair {
	struct sockets_tcp *listener, *client, *server;
};
struct pair open_pair(void);
void close_pair(struct pair *pair);

/** Lets everything end that was closed, TIME_WAIT included; fails the test if anything is left behind then. */
void check_clean(void);

/** 127.0.0.1 at a port. */
struct sockets_address loopback(uint16_t port);

#endif

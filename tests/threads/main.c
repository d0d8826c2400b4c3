// SPDX-License-Identifier: MIT
// Tests of the socket core between threads. Read threads.h first. Each test runs in a process of its own; what it
// proves it proves with ThreadSanitizer watching, and with lwIP's and our own assertions on the core lock. `--list`
// prints the names, a name runs one.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/tcp.h"
#include "lwip/tcpip.h"
#include "lwip/timeouts.h"

#include "threads.h"

/** xorshift32, a state for each thread. */
unsigned int threads_random(void) {
	static _Atomic unsigned seeds = 1;
	static _Thread_local unsigned state;
	if (state == 0)
		state = seeds++ * 2654435761u;
	state ^= state << 13;
	state ^= state >> 17;
	state ^= state << 5;
	return state;
}

static struct sockets_address address(uint16_t port) {
	return (struct sockets_address){.host = 0x7f000001, .port = port};
}

static struct sockets_tcp *open_socket(struct machine *machine) {
	int error = 0;
	struct sockets_tcp *socket = sockets_tcp_open(machine->port, &error);
	CHECK_EQUAL(error, 0);
	CHECK(socket != NULL);
	return socket;
}

static struct sockets_tcp *open_listener(struct machine *machine, uint16_t port, int backlog) {
	struct sockets_tcp *socket = open_socket(machine);
	const struct sockets_address name = address(port);
	CHECK_EQUAL(sockets_tcp_set_option(socket, SOCKETS_REUSEADDR, 1), 0);
	CHECK_EQUAL(sockets_tcp_bind(socket, &name), 0);
	CHECK_EQUAL(sockets_tcp_listen(socket, backlog), 0);
	return socket;
}

static struct sockets_tcp *open_connection(struct machine *machine, uint16_t port) {
	struct sockets_tcp *socket = open_socket(machine);
	const struct sockets_address name = address(port);
	CHECK_EQUAL(sockets_tcp_connect(socket, &name), 0);
	return socket;
}

/** Reads until the buffer is full, or the stream ends; gives how much that is. */
static size_t read_all(struct sockets_tcp *socket, uint8_t *buffer, size_t size) {
	size_t count = 0;
	while (count < size) {
		const int32_t waited = sockets_tcp_wait_readable(socket, 1, 0);
		if (waited == 0)
			break;
		CHECK(waited > 0);
		const int32_t got = sockets_tcp_receive(socket, buffer + count, size - count, 0);
		CHECK(got > 0);
		count += (size_t)got;
	}
	return count;
}

/** A byte of the stream of a seed, at an offset. */
static uint8_t byte_of(unsigned seed, size_t offset) {
	return (uint8_t)(seed * 31 + offset * 7 + (offset >> 8));
}

// ---- Echo: a server machine, client machines, each in its thread.

#define CLIENTS 4
#define ROUNDS 20
#define LARGEST 9000

static struct flag listening;

static void serve_one(void *argument) {
	struct sockets_tcp *connection = argument;
	uint8_t *buffer = malloc(LARGEST);
	CHECK(buffer != NULL);
	for (;;) {
		const int32_t waited = sockets_tcp_wait_readable(connection, 1, 0);
		if (waited == 0)
			break;
		CHECK(waited > 0);
		const int32_t got = sockets_tcp_receive(connection, buffer, LARGEST, 0);
		CHECK(got > 0);
		CHECK_EQUAL(sockets_tcp_sendall(connection, buffer, (size_t)got, 0), 0);
	}
	free(buffer);
	sockets_tcp_close(connection);
}

/** Serves one client after the other. */
static void echo_server(void *argument) {
	struct machine machine;
	(void)argument;
	machine_begin(&machine);
	struct sockets_tcp *listener = open_listener(&machine, 9000, CLIENTS);
	flag_raise(&listening);
	for (unsigned i = 0; i < CLIENTS; i++) {
		struct sockets_tcp *connection = NULL;
		CHECK_EQUAL(sockets_tcp_accept(listener, &connection), 0);
		serve_one(connection);
	}
	sockets_tcp_close(listener);
	machine_end(&machine);
}

/** Sends messages of all sizes while another thread of nobody's reads: here one after the other, larger than windows.
 */
static void echo_client(void *argument) {
	const unsigned seed = (unsigned)(uintptr_t)argument;
	struct machine machine;
	machine_begin(&machine);
	flag_wait(&listening);
	struct sockets_tcp *socket = open_connection(&machine, 9000);
	uint8_t *sent = malloc(LARGEST), *received = malloc(LARGEST);
	CHECK(sent != NULL && received != NULL);
	for (unsigned round = 0; round < ROUNDS; round++) {
		const size_t size = 1 + threads_random() % LARGEST;
		for (size_t i = 0; i < size; i++)
			sent[i] = byte_of(seed + round, i);
		CHECK_EQUAL(sockets_tcp_sendall(socket, sent, size, 0), 0);
		CHECK_EQUAL(read_all(socket, received, size), size);
		CHECK_EQUAL(memcmp(sent, received, size), 0);
	}
	CHECK_EQUAL(sockets_tcp_shutdown(socket, false, true), 0);
	CHECK_EQUAL(read_all(socket, received, 1), 0);
	free(sent);
	free(received);
	sockets_tcp_close(socket);
	machine_end(&machine);
}

static void test_machines_echo(void) {
	struct job jobs[1 + CLIENTS] = {{.run = echo_server}};
	flag_init(&listening);
	for (unsigned i = 0; i < CLIENTS; i++)
		jobs[1 + i] = (struct job){.run = echo_client, .argument = (void *)(uintptr_t)(i + 1)};
	run_jobs(jobs, 1 + CLIENTS);
}

// ---- Each machine with both ends of its own connections, all at once: life, options, names, poll.

static void churn(void *argument) {
	const uint16_t port = (uint16_t)(9100 + (unsigned)(uintptr_t)argument);
	struct machine machine;
	machine_begin(&machine);
	struct sockets_tcp *listener = open_listener(&machine, port, 2);
	for (unsigned round = 0; round < 12; round++) {
		struct sockets_tcp *server = NULL, *client = open_connection(&machine, port);
		CHECK_EQUAL(sockets_tcp_accept(listener, &server), 0);
		uint8_t text[64] = "between two ends of one machine\n", read[64];
		CHECK_EQUAL(sockets_tcp_set_option(client, SOCKETS_NODELAY, 1), 0);
		CHECK_EQUAL(sockets_tcp_set_option(client, SOCKETS_KEEPALIVE, 1), 0);
		CHECK_EQUAL(sockets_tcp_set_option(server, SOCKETS_KEEPIDLE, 7), 0);
		CHECK_EQUAL(sockets_tcp_sendall(client, text, sizeof text, 0), 0);
		struct sockets_poll entries[2] = {{.socket = server, .events = SOCKETS_POLLIN},
		                                  {.socket = client, .events = SOCKETS_POLLIN}};
		CHECK_EQUAL(sockets_tcp_poll(machine.port, entries, 2, SOCKETS_FOREVER), 1);
		CHECK_EQUAL(entries[0].result, SOCKETS_POLLIN);
		CHECK(sockets_tcp_wait_readable(server, SOCKETS_LINE, 0) > 0);
		CHECK_EQUAL(read_all(server, read, sizeof read), sizeof read);
		CHECK_EQUAL(memcmp(text, read, sizeof read), 0);
		struct sockets_address name;
		CHECK_EQUAL(sockets_tcp_local(client, &name), 0);
		CHECK_EQUAL(name.host, 0x7f000001);
		sockets_tcp_set_timeout(server, 20);
		CHECK_EQUAL(sockets_tcp_wait_readable(server, 1, 0), -ETIMEDOUT);
		sockets_tcp_set_timeout(server, 0);
		CHECK_EQUAL(sockets_tcp_wait_readable(server, 1, 0), -EAGAIN);
		uint32_t host = 0;
		CHECK_EQUAL(sockets_resolve(machine.port, "localhost", 1000, &host), 0);
		CHECK_EQUAL(host, 0x7f000001);
		CHECK(sockets_resolve(machine.port, "nobody.invalid", 1000, &host) < 0);
		// One end resets, the other sees it.
		CHECK_EQUAL(sockets_tcp_set_linger(client, true, 0), 0);
		sockets_tcp_close(client);
		sockets_tcp_set_timeout(server, SOCKETS_FOREVER);
		CHECK_EQUAL(sockets_tcp_wait_readable(server, 1, 0), -ECONNRESET);
		sockets_tcp_close(server);
		struct sockets_tcp *refused = open_socket(&machine);
		const struct sockets_address nobody = address(1);
		CHECK_EQUAL(sockets_tcp_connect(refused, &nobody), -ECONNREFUSED);
		sockets_tcp_close(refused);
	}
	sockets_tcp_close(listener);
	machine_end(&machine);
}

static void test_machines_side_by_side(void) {
	struct job jobs[3];
	for (unsigned i = 0; i < 3; i++)
		jobs[i] = (struct job){.run = churn, .argument = (void *)(uintptr_t)i};
	run_jobs(jobs, 3);
}

// ---- A pair of machines with a connection between them.

struct ends {
	struct flag listening, ready, done;
	struct machine a, b;
	struct sockets_tcp *a_socket, *b_socket;
};
static struct ends ends;

/** Machine a listens and accepts. */
static void begin_a(void) {
	machine_begin(&ends.a);
	struct sockets_tcp *listener = open_listener(&ends.a, 9200, 1);
	flag_raise(&ends.listening);
	CHECK_EQUAL(sockets_tcp_accept(listener, &ends.a_socket), 0);
	sockets_tcp_close(listener);
}

/** Machine b connects. */
static void begin_b(void) {
	machine_begin(&ends.b);
	flag_wait(&ends.listening);
	ends.b_socket = open_connection(&ends.b, 9200);
}

static void begin_flags(void) {
	flag_init(&ends.listening);
	flag_init(&ends.ready);
	flag_init(&ends.done);
}

static void run_pair(void (*a)(void *argument), void (*b)(void *argument)) {
	struct job jobs[2] = {{.run = a}, {.run = b}};
	begin_flags();
	run_jobs(jobs, 2);
}

/** Waits for long enough that the watchdog has to be fed, then for data. */
static void blocked_reader(void *argument) {
	uint8_t byte;
	(void)argument;
	begin_a();
	const unsigned feeds = watchdog_feeds();
	sockets_tcp_set_timeout(ends.a_socket, 1200);
	CHECK_EQUAL(sockets_tcp_wait_readable(ends.a_socket, 1, 0), -ETIMEDOUT);
	CHECK(watchdog_feeds() - feeds >= 4); // two slices of half a second, before and after each
	flag_raise(&ends.ready);
	sockets_tcp_set_timeout(ends.a_socket, SOCKETS_FOREVER);
	CHECK_EQUAL(read_all(ends.a_socket, &byte, 1), 1);
	sockets_tcp_close(ends.a_socket);
	machine_end(&ends.a);
}

static void late_writer(void *argument) {
	(void)argument;
	begin_b();
	flag_wait(&ends.ready);
	CHECK_EQUAL(sockets_tcp_sendall(ends.b_socket, "x", 1, 0), 0);
	sockets_tcp_close(ends.b_socket);
	machine_end(&ends.b);
}

static void test_a_blocked_call_feeds_the_watchdog(void) {
	slices_end = true;
	run_pair(blocked_reader, late_writer);
}

// ---- Ctrl-C.

static _Atomic bool broken;

static pthread_t interrupted_thread;

/** Asked in the task of the machine alone. */
static bool look(void) {
	CHECK(pthread_equal(pthread_self(), interrupted_thread));
	return broken;
}

static void interrupted_reader(void *argument) {
	uint8_t byte;
	(void)argument;
	interrupted_thread = pthread_self();
	begin_a();
	flag_raise(&ends.ready);
	CHECK_EQUAL(sockets_tcp_wait_readable(ends.a_socket, 1, 0), -EINTR);
	broken = false;
	flag_raise(&ends.done); // the socket stays usable
	CHECK_EQUAL(read_all(ends.a_socket, &byte, 1), 1);
	sockets_tcp_close(ends.a_socket);
	machine_end(&ends.a);
}

static void interrupter(void *argument) {
	(void)argument;
	begin_b();
	flag_wait(&ends.ready);
	broken = true;
	sockets_port_interrupt();
	flag_wait(&ends.done);
	sockets_tcp_set_timeout(ends.b_socket, 10); // a call of another machine's: nobody asks
	CHECK_EQUAL(sockets_tcp_wait_readable(ends.b_socket, 1, 0), -ETIMEDOUT);
	CHECK_EQUAL(sockets_tcp_sendall(ends.b_socket, "x", 1, 0), 0);
	sockets_tcp_close(ends.b_socket);
	machine_end(&ends.b);
}

static void test_an_interrupt_ends_a_blocked_call(void) {
	sockets_port_on_interrupt(&ends.a, look);
	run_pair(interrupted_reader, interrupter);
}

// ---- The awaited side: messages to the main loop.

#define PIECES 200

static void awaiting_reader(void *argument) {
	uint8_t buffer[LARGEST];
	size_t count = 0;
	(void)argument;
	begin_a();
	sockets_tcp_watch(ends.a_socket, SOCKETS_POLLIN, NULL);
	sockets_tcp_make_ready(ends.a_socket); // what came before
	for (bool end = false; !end;) {
		if (!machine_take_message(&ends.a))
			continue;
		struct sockets_tcp *ready;
		while ((ready = sockets_tcp_next_ready(ends.a.port)) != NULL) {
			CHECK(ready == ends.a_socket);
			size_t scanned = 0;
			int32_t there;
			while ((there = sockets_tcp_try_readable(ready, 1, 0, &scanned)) > 0) {
				const int32_t got = sockets_tcp_receive(ready, buffer, sizeof buffer, 0);
				CHECK(got > 0);
				for (int32_t i = 0; i < got; i++)
					CHECK_EQUAL(buffer[i], byte_of(1, count + (size_t)i));
				count += (size_t)got;
				scanned = 0;
			}
			CHECK(there == 0 || there == -EAGAIN);
			end = there == 0;
		}
	}
	CHECK_EQUAL(count, PIECES * 100);
	sockets_tcp_close(ends.a_socket);
	machine_end(&ends.a);
}

static void piecewise_writer(void *argument) {
	uint8_t piece[100];
	(void)argument;
	begin_b();
	for (size_t i = 0; i < PIECES; i++) {
		for (size_t k = 0; k < sizeof piece; k++)
			piece[k] = byte_of(1, i * sizeof piece + k);
		CHECK_EQUAL(sockets_tcp_sendall(ends.b_socket, piece, sizeof piece, 0), 0);
	}
	sockets_tcp_close(ends.b_socket);
	machine_end(&ends.b);
}

static void test_a_main_loop_is_told_of_all_data(void) {
	run_pair(awaiting_reader, piecewise_writer);
}

/** Two sockets become ready before the main loop takes a message: sockets_port_post sees to it that there is but one.
 */
static void test_two_sockets_are_one_message(void) {
	struct machine machine, other;
	machine_begin(&machine);
	machine_begin(&other);
	struct sockets_tcp *listeners[2], *clients[2];
	for (unsigned i = 0; i < 2; i++) {
		listeners[i] = open_listener(&machine, (uint16_t)(9250 + i), 1);
		sockets_tcp_watch(listeners[i], SOCKETS_POLLIN, NULL);
	}
	for (unsigned i = 0; i < 2; i++)
		clients[i] = open_connection(&other, (uint16_t)(9250 + i));
	// A client is connected a moment before its listener has it.
	struct sockets_poll entries[2] = {{.socket = listeners[0], .events = SOCKETS_POLLIN},
	                                  {.socket = listeners[1], .events = SOCKETS_POLLIN}};
	while (sockets_tcp_poll(machine.port, entries, 2, SOCKETS_FOREVER) < 2)
		;
	CHECK(machine_take_message(&machine));
	CHECK(sockets_tcp_next_ready(machine.port) == listeners[0]);
	CHECK(sockets_tcp_next_ready(machine.port) == listeners[1]);
	CHECK(sockets_tcp_next_ready(machine.port) == NULL);
	for (unsigned i = 0; i < 2; i++) {
		sockets_tcp_close(clients[i]);
		sockets_tcp_close(listeners[i]);
	}
	machine_end(&other);
	machine_end(&machine);
}

/** The queue is full while the machine is in a blocked call, and its other socket becomes ready. */
static void full_queue_reader(void *argument) {
	uint8_t byte;
	(void)argument;
	begin_a();
	struct sockets_tcp *listener = open_listener(&ends.a, 9201, 1);
	sockets_tcp_watch(listener, SOCKETS_POLLIN, NULL);
	machine_fill_queue(&ends.a);
	flag_raise(&ends.ready);
	// lwIP's thread has to get through: first it finds the queue full, then it brings this byte.
	CHECK_EQUAL(read_all(ends.a_socket, &byte, 1), 1);
	for (unsigned i = 0; i < QUEUE_LENGTH; i++)
		CHECK(!machine_take_message(&ends.a));
	// The port's message comes now that there is room.
	CHECK(machine_take_message(&ends.a));
	CHECK(ends.a.refused > 0);
	CHECK(sockets_tcp_next_ready(ends.a.port) == listener);
	flag_raise(&ends.done);
	sockets_tcp_close(listener);
	sockets_tcp_close(ends.a_socket);
	machine_end(&ends.a);
}

static void full_queue_writer(void *argument) {
	(void)argument;
	begin_b();
	flag_wait(&ends.ready);
	struct sockets_tcp *other = open_connection(&ends.b, 9201);
	CHECK_EQUAL(sockets_tcp_sendall(ends.b_socket, "x", 1, 0), 0);
	flag_wait(&ends.done);
	sockets_tcp_close(other);
	sockets_tcp_close(ends.b_socket);
	machine_end(&ends.b);
}

static void test_a_full_queue_holds_nobody_up(void) {
	run_pair(full_queue_reader, full_queue_writer);
}

/** In lwIP's thread: no timer is left but those that the core sets. */
static void stop_timers(void *argument) {
	for (int i = 0; i < lwip_num_cyclic_timers; i++)
		sys_untimeout(lwip_cyclic_timer, LWIP_CONST_CAST(void *, &lwip_cyclic_timers[i]));
	flag_raise(argument);
}

/** lwIP's thread sleeps without a limit; the timer of an operation has to wake it. */
static void test_a_timer_wakes_the_stack(void) {
	struct machine machine;
	struct flag stopped;
	flag_init(&stopped);
	CHECK_EQUAL(tcpip_callback(stop_timers, &stopped), ERR_OK);
	flag_wait(&stopped);
	machine_begin(&machine);
	struct sockets_tcp *socket = open_socket(&machine);
	const uint32_t limit = 30;
	sockets_tcp_watch(socket, SOCKETS_POLLIN, &limit);
	CHECK(machine_take_message(&machine));
	CHECK(sockets_tcp_next_ready(machine.port) == socket);
	sockets_tcp_close(socket);
	machine_end(&machine);
}

// ---- Machines that end while others work.

/** Begins and ends machines, each with sockets in all states, which close after their machine has ended. */
static void begin_and_end(void *argument) {
	const uint16_t port = (uint16_t)(9300 + (unsigned)(uintptr_t)argument);
	for (unsigned round = 0; round < 15; round++) {
		struct machine machine;
		machine_begin(&machine);
		struct sockets_tcp *listener = open_listener(&machine, port, 2), *server = NULL;
		struct sockets_tcp *client = open_connection(&machine, port);
		CHECK_EQUAL(sockets_tcp_accept(listener, &server), 0);
		sockets_tcp_watch(server, SOCKETS_POLLIN, NULL);
		sockets_tcp_watch(listener, SOCKETS_POLLIN, NULL);
		CHECK_EQUAL(sockets_tcp_sendall(client, "bye", 3, 0), 0);
		if (round % 3 == 0)
			CHECK(sockets_tcp_detach(client) >= 0);
		machine_end(&machine);
		if (round % 3 != 0)
			sockets_tcp_close(client);
		sockets_tcp_close(listener);
		sockets_tcp_close(server);
	}
}

/** How many ports there are, machines and those that were left. */
static unsigned count_ports(void) {
	unsigned count = 0;
	struct machine machines[64];
	// Each reuse claims one that was left.
	while (count < 64 && (machines[count].port = sockets_port_reuse(&machines[count])) != NULL)
		count++;
	for (unsigned i = 0; i < count; i++)
		sockets_port_end(machines[i].port);
	return count;
}

static void test_machines_end_while_others_work(void) {
	struct job jobs[4];
	for (unsigned i = 0; i < 3; i++)
		jobs[i] = (struct job){.run = begin_and_end, .argument = (void *)(uintptr_t)i};
	jobs[3] = (struct job){.run = churn, .argument = (void *)(uintptr_t)50};
	run_jobs(jobs, 4);
	// 46 machines, four at a time; a port is left alone until the last of its sockets has closed.
	CHECK(count_ports() <= 8);
	struct sockets_tcp_stats stats;
	sockets_tcp_stats(&stats);
	CHECK_EQUAL(stats.sockets, 0);
}

/** A machine's sockets may close after its end: until then nobody else gets its port, nor what is ready there. */
static void test_a_port_waits_for_its_last_socket(void) {
	struct machine first, second, third;
	machine_begin(&first);
	struct sockets_port *const port = first.port;
	struct sockets_tcp *socket = open_socket(&first);
	sockets_tcp_make_ready(socket);
	machine_end(&first);
	machine_begin(&second);
	CHECK(second.port != port);
	CHECK(sockets_tcp_next_ready(second.port) == NULL);
	sockets_tcp_close(socket);
	machine_begin(&third);
	CHECK(third.port == port);
	machine_end(&third);
	machine_end(&second);
}

// ---- The checks that the tests rely on can fail.

static void test_fails_without_the_lock(void) {
	(void)tcp_new();
}

static void test_fails_with_the_lock_taken_twice(void) {
	sockets_port_lock();
	sockets_port_lock();
}

static unsigned raced;

static void race(void *argument) {
	(void)argument;
	for (unsigned i = 0; i < 1000; i++)
		raced++;
}

static void test_fails_with_a_race(void) {
	struct job jobs[2] = {{.run = race}, {.run = race}};
	run_jobs(jobs, 2);
}

#define TEST(name)                                                                                                     \
	{ #name, test_##name }
static const struct {
	const char *name;
	void (*run)(void);
} tests[] = {
    TEST(machines_echo),
    TEST(machines_side_by_side),
    TEST(a_blocked_call_feeds_the_watchdog),
    TEST(an_interrupt_ends_a_blocked_call),
    TEST(a_main_loop_is_told_of_all_data),
    TEST(two_sockets_are_one_message),
    TEST(a_full_queue_holds_nobody_up),
    TEST(a_timer_wakes_the_stack),
    TEST(machines_end_while_others_work),
    TEST(a_port_waits_for_its_last_socket),
    TEST(fails_without_the_lock),
    TEST(fails_with_the_lock_taken_twice),
    TEST(fails_with_a_race),
};
#define COUNT (sizeof tests / sizeof *tests)

static void start(void *argument) {
	flag_raise(argument);
}

int main(int argc, char **argv) {
	struct flag started;
	if (argc == 2 && strcmp(argv[1], "--list") == 0) {
		for (unsigned i = 0; i < COUNT; i++)
			printf("%s\n", tests[i].name);
		return 0;
	}
	flag_init(&started);
	tcpip_init(start, &started);
	flag_wait(&started);
	for (unsigned i = 0; i < COUNT; i++) {
		if (argc == 2 && strcmp(argv[1], tests[i].name) == 0) {
			tests[i].run();
			return 0;
		}
	}
	fprintf(stderr, "usage: %s --list | NAME\n", argv[0]);
	return 2;
}

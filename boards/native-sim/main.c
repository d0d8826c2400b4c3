// SPDX-License-Identifier: MIT
// native-sim: the firmware as a Linux process. This file is the process: signals, the console, the clock. The network
// is in network.c, the serial line in serial.c, everything about JavaScript in boards/common. Read
// boards/common/board.h first.
#include "board.h"
#include "network.h"
#include "options.h"
#include "serial.h"

#include "machine.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

const char board_name[] = "native-sim";
const char *const *board_arguments;
size_t board_argument_count;
bool board_collect_always;

// Left of C's stack when XS stops: for the functions that do not check, and those that report.
#define STACK_MARGIN (128 * 1024)
// Of a stack without a limit, this much is used.
#define STACK_SIZE (8 * 1024 * 1024)

static char *stack_limit;
static volatile sig_atomic_t ending; // a signal has told us to end

uint32_t board_real_milliseconds(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint32_t)((uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000);
}

unsigned int board_real_random(void) {
	unsigned int number;
	// Cannot fail for so few bytes once the kernel's pool is initialized; till then it waits.
	while (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number)
		;
	return number;
}

/* Writes all of it. False if nobody reads any more, or if it is time to end and the reader is slow. */
static bool write_all(int fd, const char *data, size_t size) {
	while (size) {
		ssize_t written = write(fd, data, size);
		if (written >= 0) {
			data += written;
			size -= (size_t)written;
		} else if (errno == EAGAIN) {
			struct pollfd room = {.fd = fd, .events = POLLOUT};
			poll(&room, 1, -1);
		} else if (errno != EINTR) {
			return false;
		}
		if (size && ending)
			return false;
	}
	return true;
}

/* A console that nobody reads any more ends the process, as it would any program at the head of a pipe. */
void board_write(const void *data, size_t size) {
	if (serial_is_elsewhere())
		serial_write_all(data, size);
	else if (!write_all(STDOUT_FILENO, data, size))
		board_interrupt();
}

void board_write_error(const void *data, size_t size) {
	write_all(STDERR_FILENO, data, size);
}

/*
 * Linux has the memory. malloc's is that of the whole process: what is in use of its arena, of what it has mapped
 * (large blocks), and how many connections libslirp remembers, which has 256 KB and more for each.
 */
void board_report_memory(void) {
	struct mallinfo2 info = mallinfo2();
	report_line("malloc: used=%zu mapped=%zu connections=%u", info.uordblks, info.hblkhd, network_connections());
}

_Noreturn void board_panic(const char *message, const char *file, int line) {
	serial_restore();
	fprintf(stderr, "native-sim: %s (%s:%d)\n", message, file, line);
	_exit(BOARD_PANIC);
}

char *board_stack_limit(void) {
	return stack_limit;
}

const struct image_prepared *board_prepared(void) {
	return NULL;
}

uint8_t *board_bytecode(const uint8_t *address) {
	return (uint8_t *)address;
}

void *board_memory(size_t size) {
	return malloc(size);
}

/* SIGINT, SIGTERM: end. The second one ends at once, should a native function not give way. */
static void on_end(int number) {
	if (ending) {
		serial_restore();
		signal(number, SIG_DFL);
		raise(number);
	}
	ending = 1;
	board_interrupt();
}

/* SIGUSR1: say how much memory is in use. */
static void on_report(int number) {
	(void)number;
	board_request_report();
}

/* Calls that wait end with EINTR, so that a signal gets through. */
static void handle(int number, void (*handler)(int)) {
	struct sigaction action = {.sa_handler = handler};
	sigemptyset(&action.sa_mask);
	sigaction(number, &action, NULL);
}

int main(int argc, char **argv) {
	struct options options;
	int status = options_parse(&options, argc, argv);
	if (status >= 0)
		return status;
	board_arguments = options.arguments;
	board_argument_count = options.argument_count;
	board_collect_always = options.collect_always;

	char here;
	struct rlimit limit;
	size_t size = STACK_SIZE;
	if (getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur < size)
		size = limit.rlim_cur;
	stack_limit = &here - size + (size > 2 * STACK_MARGIN ? STACK_MARGIN : size / 2);

	handle(SIGPIPE, SIG_IGN); // a peer that has gone is an error of its socket
	// What comes from here on waits for its handler: who has read where the line is may end the process at once, and
	// would leave the line's socket behind.
	sigset_t signals;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGUSR1);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	status = serial_start(options.serial) && network_start(options.forwards, options.forward_count) ? -1 : 1;
	if (status < 0) {
		handle(SIGINT, on_end);
		handle(SIGTERM, on_end);
		handle(SIGUSR1, on_report);
	}
	sigprocmask(SIG_UNBLOCK, &signals, NULL);
	if (status < 0)
		status = board_run();
	network_stop();
	serial_stop();
	return status;
}

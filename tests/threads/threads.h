// SPDX-License-Identifier: MIT
// The tests of the socket core between threads: the very files of modules/sockets and its port for ESP-IDF, on lwIP
// with a thread of its own, under ThreadSanitizer. POSIX threads stand in for FreeRTOS (esp-idf/, rtos.c, sys_arch.c).
// machine.c is what a program's machine has: a thread, a message queue, a main loop. Tests are in main.c.
#ifndef THREADS_H
#define THREADS_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "sockets_port_esp32.h"
#include "sockets_tcp.h"

/** Ends the program: what does not hold, and where. */
_Noreturn void threads_fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
#define CHECK(condition) ((condition) ? (void)0 : threads_fail(__FILE__, __LINE__, "does not hold: %s", #condition))
#define CHECK_EQUAL(actual, expected) check_equal((actual), (expected), #actual, __FILE__, __LINE__)
void check_equal(long long actual, long long expected, const char *what, const char *file, int line);

// What threads wait with.

struct threads_event {
	pthread_mutex_t lock;
	pthread_cond_t condition;
};
void threads_event_init(struct threads_event *event);
bool threads_event_wait(struct threads_event *event, const unsigned *flag, uint32_t milliseconds);

/** Whether this thread has the core lock. */
bool threads_has_core(void);

/** How often tasks have fed the watchdog. */
unsigned watchdog_feeds(void);

/** Whether a wait of a whole slice (half a second) ends by itself. Else only who gives the semaphore ends it, so that a
 * wake-up that is missing hangs the test rather than costing it half a second. */
extern _Atomic bool slices_end;

// Machines.

/** As many messages as the SDK's queue holds (MODDEF_TASK_QUEUELENGTH). */
#define QUEUE_LENGTH 10

struct machine {
	struct sockets_port *port;
	struct threads_event event;
	/** Messages that wait, the oldest first: whether each is the port's. */
	bool queue[QUEUE_LENGTH];
	unsigned messages;
	/** How often the port's message found no room. */
	unsigned refused;
};

void machine_begin(struct machine *machine);
void machine_end(struct machine *machine);
void machine_fill_queue(struct machine *machine);
bool machine_take_message(struct machine *machine);

/** A flag that one thread raises and others wait for. */
struct flag {
	struct threads_event event;
	unsigned raised;
};
void flag_init(struct flag *flag);
void flag_raise(struct flag *flag);
void flag_wait(struct flag *flag);

/** Runs functions with an argument each in threads of their own, and waits for all of them. */
struct job {
	void (*run)(void *argument);
	void *argument;
	pthread_t thread;
};
void run_jobs(struct job *jobs, unsigned count);

#endif

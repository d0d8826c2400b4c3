// SPDX-License-Identifier: MIT
// Machines for the tests between threads: what the SDK's queue and main loop do (xsHost.c there), and what
// sockets_port_xs.c does at a machine's begin and end.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "threads.h"

void threads_fail(const char *file, int line, const char *format, ...) {
	va_list arguments;
	fprintf(stderr, "%s:%d: ", file, line);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	_Exit(1);
}

void check_equal(long long actual, long long expected, const char *what, const char *file, int line) {
	if (actual != expected)
		threads_fail(file, line, "%s is %lld, not %lld", what, actual, expected);
}

/** In the thread that is to be the machine's. */
void machine_begin(struct machine *machine) {
	*machine = (struct machine){0};
	threads_event_init(&machine->event);
	machine->port = sockets_port_reuse(machine);
	if (machine->port == NULL) {
		machine->port = calloc(1, sizeof *machine->port);
		CHECK(machine->port != NULL && sockets_port_begin(machine->port, machine));
	}
	CHECK(sockets_port_find(machine) == machine->port);
}

/** The machine ends, with whatever sockets it still has; they may close after this. */
void machine_end(struct machine *machine) {
	sockets_tcp_close_detached(machine->port);
	sockets_port_end(machine->port);
	machine->port = NULL;
}

/** As modMessagePostToMachineFromISR: never waits. */
bool sockets_port_post(struct sockets_port *port) {
	struct machine *machine = port->machine;
	CHECK(threads_has_core());
	pthread_mutex_lock(&machine->event.lock);
	const bool room = machine->messages < QUEUE_LENGTH;
	if (room) {
		for (unsigned i = 0; i < machine->messages; i++)
			CHECK(!machine->queue[i]); // never a second one
		machine->queue[machine->messages++] = true;
		pthread_cond_broadcast(&machine->event.condition);
	} else {
		machine->refused++;
	}
	pthread_mutex_unlock(&machine->event.lock);
	return room;
}

/** Others fill the queue: messages that are not the port's. */
void machine_fill_queue(struct machine *machine) {
	pthread_mutex_lock(&machine->event.lock);
	while (machine->messages < QUEUE_LENGTH)
		machine->queue[machine->messages++] = false;
	pthread_mutex_unlock(&machine->event.lock);
}

/** The main loop: waits for a message; true if it is the port's, which has been taken notice of. */
bool machine_take_message(struct machine *machine) {
	pthread_mutex_lock(&machine->event.lock);
	(void)threads_event_wait(&machine->event, &machine->messages, 0);
	const bool ours = machine->queue[0];
	machine->messages--;
	for (unsigned i = 0; i < machine->messages; i++)
		machine->queue[i] = machine->queue[i + 1];
	pthread_mutex_unlock(&machine->event.lock);
	return ours && sockets_port_take_notification(machine->port);
}

void flag_init(struct flag *flag) {
	threads_event_init(&flag->event);
	flag->raised = 0;
}

void flag_raise(struct flag *flag) {
	pthread_mutex_lock(&flag->event.lock);
	flag->raised = 1;
	pthread_cond_broadcast(&flag->event.condition);
	pthread_mutex_unlock(&flag->event.lock);
}

void flag_wait(struct flag *flag) {
	pthread_mutex_lock(&flag->event.lock);
	(void)threads_event_wait(&flag->event, &flag->raised, 0);
	pthread_mutex_unlock(&flag->event.lock);
}

static void *run_job(void *argument) {
	struct job *job = argument;
	job->run(job->argument);
	return NULL;
}

void run_jobs(struct job *jobs, unsigned count) {
	for (unsigned i = 0; i < count; i++)
		CHECK_EQUAL(pthread_create(&jobs[i].thread, NULL, run_job, &jobs[i]), 0);
	for (unsigned i = 0; i < count; i++)
		CHECK_EQUAL(pthread_join(jobs[i].thread, NULL), 0);
}

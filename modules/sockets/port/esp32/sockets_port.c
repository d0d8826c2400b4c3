// SPDX-License-Identifier: MIT
// The port for ESP-IDF, without XS: the core lock, waiting, telling. Read sockets_port_esp32.h first.
//
// Who runs here: lwIP's tcpip thread, in callbacks of the core, with the lock; and the tasks of programs. The rules:
//  - A callback never waits for a task. It gives a semaphore or leaves a message, and goes on if there is no room.
//  - A task that waits has given the lock back, and waits on a semaphore of its own: neither the message queue nor
//    task notifications, which others use too.
//  - A semaphore that is given before it is taken stays given, so nothing is lost between the look and the wait.
#include "sockets_port_esp32.h"

#include <stddef.h>

#include "lwip/opt.h"
#include "lwip/tcpip.h"
#include "lwip/timeouts.h"

#include "freertos/task.h"
#include "sdkconfig.h"
#include "sockets_tcp.h"
#if CONFIG_ESP_TASK_WDT_EN
#include "esp_task_wdt.h"
#endif

#if !LWIP_TCPIP_CORE_LOCKING
#error "modules/sockets needs CONFIG_LWIP_TCPIP_CORE_LOCKING=y in sdkconfig.defaults (docs/module.md)"
#endif

/** Milliseconds that a task waits at most before it feeds the task watchdog, whose shortest limit is a second. */
#define SLICE 500

/** Milliseconds until a message that found no room is tried again. */
#define RETRY 20

/** All ports, of machines that have ended too. NULL until the first: then the stack, and its lock, may not be there. */
static struct sockets_port *_Atomic first_port;

/** Whether a blocked call of the machine that has a person at it has to end. */
static bool (*interrupted)(void);
static void *interrupted_machine;

/** The alarm of `retry` is set. */
static bool retry_set;

void sockets_port_lock(void) {
	LOCK_TCPIP_CORE();
}

void sockets_port_unlock(void) {
	UNLOCK_TCPIP_CORE();
}

/** Keeps the task watchdog from taking a task that waits for one that hangs. */
static void feed_watchdog(void) {
#if CONFIG_ESP_TASK_WDT_EN
	(void)esp_task_wdt_reset(); // no error to a task that is not watched
#endif
}

/** A time in ticks, at least as long. */
static TickType_t ticks(uint32_t milliseconds) {
	return (TickType_t)(((uint64_t)milliseconds * configTICK_RATE_HZ + 999) / 1000);
}

/**
 * Sleeps on the machine's semaphore, a slice at a time; a return after a slice is a "look again" like any other. The
 * lock is not held meanwhile, and taken again before anything else is looked at.
 */
enum sockets_wake sockets_port_wait(struct sockets_port *port, uint32_t limit) {
	bool (*const look)(void) = port->machine == interrupted_machine ? interrupted : NULL;
	if (look != NULL && look())
		return SOCKETS_INTERRUPTED;
	port->waiting = true;
	sockets_port_unlock();
	feed_watchdog();
	(void)xSemaphoreTake(port->woken, ticks(limit < SLICE ? limit : SLICE));
	feed_watchdog();
	sockets_port_lock();
	port->waiting = false;
	return SOCKETS_WOKEN;
}

/** Nothing where nobody waits: most callbacks come while the program works. */
void sockets_port_wake(struct sockets_port *port) {
	if (port->waiting)
		(void)xSemaphoreGive(port->woken); // if it is given already, that is enough
}

/** In lwIP's thread, before it computes how long it may sleep. */
static void nothing(void *argument) {
	(void)argument;
}

/**
 * lwIP's thread sleeps until the timer that was the first when it fell asleep. If there is no room for this message it
 * has others to take, so that it is awake.
 */
void sockets_port_timer_set(void) {
	(void)tcpip_try_callback(nothing, NULL);
}

static void retry(void *argument);

/** Leaves the message, or has that tried again later. */
static void post(struct sockets_port *port) {
	port->notified = sockets_port_post(port);
	port->owed = !port->notified;
	if (port->owed && !retry_set) {
		retry_set = true;
		sys_timeout(RETRY, retry, NULL);
		sockets_port_timer_set();
	}
}

/** lwIP's timer, in its thread: there may be room by now. */
static void retry(void *argument) {
	(void)argument;
	retry_set = false;
	for (struct sockets_port *port = first_port; port != NULL; port = port->next)
		if (port->owed && port->machine != NULL)
			post(port);
}

/** One message at most, however many sockets are ready: the main loop asks for all of them when it has it. */
void sockets_port_notify(struct sockets_port *port) {
	if (port->machine != NULL && !port->notified && !port->owed)
		post(port);
}

/** The main loop has taken the message: from now on there may be another. False if the machine has ended. */
bool sockets_port_take_notification(struct sockets_port *port) {
	sockets_port_lock();
	const bool alive = port->machine != NULL;
	port->notified = false;
	sockets_port_unlock();
	return alive;
}

/** Makes `port`, new memory full of zeros that is never freed, the port of a machine. False if that cannot be. */
bool sockets_port_begin(struct sockets_port *port, void *machine) {
	port->woken = xSemaphoreCreateBinaryStatic(&port->woken_memory);
	if (port->woken == NULL)
		return false;
	port->machine = machine;
	sockets_port_lock();
	port->next = first_port;
	first_port = port;
	sockets_port_unlock();
	return true;
}

/** The port of a machine; NULL if it has none. */
struct sockets_port *sockets_port_find(const void *machine) {
	if (first_port == NULL)
		return NULL;
	sockets_port_lock();
	struct sockets_port *port = first_port;
	while (port != NULL && port->machine != machine)
		port = port->next;
	sockets_port_unlock();
	return port;
}

/** Gives a machine the port that another one has left, with nothing in it any more; NULL if there is none. */
struct sockets_port *sockets_port_reuse(void *machine) {
	if (first_port == NULL)
		return NULL;
	sockets_port_lock();
	struct sockets_port *port = first_port;
	while (port != NULL && (port->machine != NULL || port->awaited != NULL || sockets_tcp_has_sockets(port)))
		port = port->next;
	if (port != NULL)
		port->machine = machine;
	sockets_port_unlock();
	return port;
}

/**
 * The machine ends, in whatever task: from now on it is told of nothing, since its queue is about to go. Its sockets
 * close in any order, some after this; they still have their port, which is why it stays.
 */
void sockets_port_end(struct sockets_port *port) {
	sockets_port_lock();
	port->machine = NULL;
	port->notified = port->owed = port->waiting = false;
	sockets_port_unlock();
}

void sockets_port_on_interrupt(void *machine, bool (*look)(void)) {
	interrupted_machine = machine;
	interrupted = look;
}

void sockets_port_interrupt(void) {
	if (first_port == NULL)
		return;
	sockets_port_lock();
	for (struct sockets_port *port = first_port; port != NULL; port = port->next)
		if (port->machine == interrupted_machine)
			sockets_port_wake(port);
	sockets_port_unlock();
}

// SPDX-License-Identifier: MIT
// lwIP's operating system for tests/threads, on POSIX threads: semaphores, mailboxes, threads, and the core lock, which
// knows its holder. lwIP's doc/sys_arch.txt says what each has to do.
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "lwip/sys.h"
#include "lwip/tcpip.h"

#include "threads.h"

/** Slots of a mailbox; lwIP's sizes are smaller. */
#define MAILBOX_SIZE 64

struct threads_semaphore {
	struct threads_event event;
	unsigned count;
};

struct threads_mutex {
	pthread_mutex_t lock;
};

struct threads_mailbox {
	struct threads_event event;
	void *messages[MAILBOX_SIZE];
	unsigned first, count, size;
};

// The core lock. Not recursive: taking it twice is an error, not a deadlock.
static pthread_mutex_t core = PTHREAD_MUTEX_INITIALIZER;
static pthread_t holder;
static bool held;
static bool running;
static pthread_mutex_t holder_lock = PTHREAD_MUTEX_INITIALIZER;

/** Whether this thread has the core lock. */
bool threads_has_core(void) {
	pthread_mutex_lock(&holder_lock);
	const bool mine = held && pthread_equal(holder, pthread_self());
	pthread_mutex_unlock(&holder_lock);
	return mine;
}

void threads_lock_core(void) {
	if (threads_has_core())
		threads_fail(__FILE__, __LINE__, "the core lock is taken twice");
	pthread_mutex_lock(&core);
	pthread_mutex_lock(&holder_lock);
	held = true;
	holder = pthread_self();
	pthread_mutex_unlock(&holder_lock);
}

void threads_unlock_core(void) {
	if (!threads_has_core())
		threads_fail(__FILE__, __LINE__, "who gives the core lock back does not have it");
	pthread_mutex_lock(&holder_lock);
	held = false;
	pthread_mutex_unlock(&holder_lock);
	pthread_mutex_unlock(&core);
}

/** lwIP, at each entry of its raw API. Before its thread is there it needs no lock. */
void threads_check_core(const char *file, int line) {
	if (running && !threads_has_core())
		threads_fail(file, line, "lwIP is called without the core lock");
}

// Events: something that a thread waits for, for a limited time.

void threads_event_init(struct threads_event *event) {
	pthread_condattr_t attributes;
	pthread_mutex_init(&event->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&event->condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

/** The moment that is so many milliseconds away. */
static struct timespec moment(uint32_t milliseconds) {
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	time.tv_sec += milliseconds / 1000;
	time.tv_nsec += (long)(milliseconds % 1000) * 1000000;
	if (time.tv_nsec >= 1000000000) {
		time.tv_sec++;
		time.tv_nsec -= 1000000000;
	}
	return time;
}

/** With event->lock held: waits until *flag is not 0; false if the milliseconds have passed (0: no limit). */
bool threads_event_wait(struct threads_event *event, const unsigned *flag, uint32_t milliseconds) {
	const struct timespec end = moment(milliseconds);
	while (*flag == 0) {
		if (milliseconds == 0)
			pthread_cond_wait(&event->condition, &event->lock);
		else if (pthread_cond_timedwait(&event->condition, &event->lock, &end) == ETIMEDOUT)
			return *flag != 0;
	}
	return true;
}

// lwIP's functions.

void sys_init(void) {
}

u32_t sys_now(void) {
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (u32_t)((uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000);
}

static pthread_mutex_t protection = PTHREAD_MUTEX_INITIALIZER;
static _Thread_local unsigned protection_depth;

sys_prot_t sys_arch_protect(void) {
	if (protection_depth++ == 0)
		pthread_mutex_lock(&protection);
	return 0;
}

void sys_arch_unprotect(sys_prot_t old) {
	(void)old;
	if (--protection_depth == 0)
		pthread_mutex_unlock(&protection);
}

err_t sys_sem_new(sys_sem_t *result, u8_t count) {
	struct threads_semaphore *semaphore = calloc(1, sizeof *semaphore);
	if (semaphore == NULL)
		return ERR_MEM;
	threads_event_init(&semaphore->event);
	semaphore->count = count;
	*result = semaphore;
	return ERR_OK;
}

void sys_sem_signal(sys_sem_t *semaphore) {
	pthread_mutex_lock(&(*semaphore)->event.lock);
	(*semaphore)->count++;
	pthread_cond_signal(&(*semaphore)->event.condition);
	pthread_mutex_unlock(&(*semaphore)->event.lock);
}

u32_t sys_arch_sem_wait(sys_sem_t *semaphore, u32_t milliseconds) {
	pthread_mutex_lock(&(*semaphore)->event.lock);
	const bool got = threads_event_wait(&(*semaphore)->event, &(*semaphore)->count, milliseconds);
	if (got)
		(*semaphore)->count--;
	pthread_mutex_unlock(&(*semaphore)->event.lock);
	return got ? 0 : SYS_ARCH_TIMEOUT;
}

void sys_sem_free(sys_sem_t *semaphore) {
	free(*semaphore);
}

err_t sys_mutex_new(sys_mutex_t *result) {
	struct threads_mutex *mutex = calloc(1, sizeof *mutex);
	if (mutex == NULL)
		return ERR_MEM;
	pthread_mutex_init(&mutex->lock, NULL);
	*result = mutex;
	return ERR_OK;
}

void sys_mutex_lock(sys_mutex_t *mutex) {
	pthread_mutex_lock(&(*mutex)->lock);
}

void sys_mutex_unlock(sys_mutex_t *mutex) {
	pthread_mutex_unlock(&(*mutex)->lock);
}

void sys_mutex_free(sys_mutex_t *mutex) {
	free(*mutex);
}

err_t sys_mbox_new(sys_mbox_t *result, int size) {
	struct threads_mailbox *mailbox = calloc(1, sizeof *mailbox);
	if (mailbox == NULL)
		return ERR_MEM;
	threads_event_init(&mailbox->event);
	mailbox->size = (unsigned)size;
	if (mailbox->size > MAILBOX_SIZE)
		threads_fail(__FILE__, __LINE__, "MAILBOX_SIZE is too small");
	*result = mailbox;
	return ERR_OK;
}

err_t sys_mbox_trypost(sys_mbox_t *result, void *message) {
	struct threads_mailbox *mailbox = *result;
	err_t error = ERR_MEM;
	pthread_mutex_lock(&mailbox->event.lock);
	if (mailbox->count < mailbox->size) {
		mailbox->messages[(mailbox->first + mailbox->count++) % MAILBOX_SIZE] = message;
		pthread_cond_broadcast(&mailbox->event.condition);
		error = ERR_OK;
	}
	pthread_mutex_unlock(&mailbox->event.lock);
	return error;
}

/** Waiting for room would be waiting for lwIP's thread, which the core must never do. */
void sys_mbox_post(sys_mbox_t *mailbox, void *message) {
	if (threads_has_core())
		threads_fail(__FILE__, __LINE__, "a blocking post to lwIP's thread, under the core lock");
	while (sys_mbox_trypost(mailbox, message) != ERR_OK) {
		const struct timespec pause = {.tv_nsec = 1000000};
		nanosleep(&pause, NULL);
	}
}

err_t sys_mbox_trypost_fromisr(sys_mbox_t *mailbox, void *message) {
	return sys_mbox_trypost(mailbox, message);
}

u32_t sys_arch_mbox_fetch(sys_mbox_t *result, void **message, u32_t milliseconds) {
	struct threads_mailbox *mailbox = *result;
	pthread_mutex_lock(&mailbox->event.lock);
	const bool got = threads_event_wait(&mailbox->event, &mailbox->count, milliseconds);
	if (got) {
		*message = mailbox->messages[mailbox->first];
		mailbox->first = (mailbox->first + 1) % MAILBOX_SIZE;
		mailbox->count--;
	}
	pthread_mutex_unlock(&mailbox->event.lock);
	return got ? 0 : SYS_ARCH_TIMEOUT;
}

u32_t sys_arch_mbox_tryfetch(sys_mbox_t *mailbox, void **message) {
	if ((*mailbox)->count == 0)
		return SYS_MBOX_EMPTY;
	return sys_arch_mbox_fetch(mailbox, message, 1) == 0 ? 0 : SYS_MBOX_EMPTY;
}

void sys_mbox_free(sys_mbox_t *mailbox) {
	free(*mailbox);
}

struct start {
	lwip_thread_fn run;
	void *argument;
};

static void *begin(void *argument) {
	struct start start = *(struct start *)argument;
	free(argument);
	start.run(start.argument);
	return NULL;
}

sys_thread_t sys_thread_new(const char *name, lwip_thread_fn run, void *argument, int stack, int priority) {
	(void)name;
	(void)stack;
	(void)priority;
	pthread_t thread;
	struct start *start = malloc(sizeof *start);
	if (start == NULL)
		threads_fail(__FILE__, __LINE__, "no memory");
	*start = (struct start){.run = run, .argument = argument};
	running = true;
	if (pthread_create(&thread, NULL, begin, start) != 0)
		threads_fail(__FILE__, __LINE__, "no thread");
	pthread_detach(thread);
	return (sys_thread_t)thread;
}

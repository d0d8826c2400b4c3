// SPDX-License-Identifier: MIT
// What esp-idf/ declares of FreeRTOS and the watchdog, on POSIX threads.
#include <errno.h>
#include <time.h>

#include "esp_task_wdt.h"
#include "threads.h"

_Atomic bool slices_end;

SemaphoreHandle_t xSemaphoreCreateBinaryStatic(StaticSemaphore_t *memory) {
	pthread_condattr_t attributes;
	pthread_mutex_init(&memory->lock, NULL);
	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(&memory->condition, &attributes);
	pthread_condattr_destroy(&attributes);
	memory->given = 0;
	return memory;
}

/** A task that waits must not have the core lock: lwIP's thread would wait for it. */
BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t ticks) {
	struct timespec end;
	if (threads_has_core())
		threads_fail(__FILE__, __LINE__, "a task waits with the core lock");
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += ticks / 1000;
	end.tv_nsec += (long)(ticks % 1000) * 1000000;
	if (end.tv_nsec >= 1000000000) {
		end.tv_sec++;
		end.tv_nsec -= 1000000000;
	}
	pthread_mutex_lock(&semaphore->lock);
	int error = 0;
	while (semaphore->given == 0 && error != ETIMEDOUT) {
		if (ticks >= 500 && !slices_end)
			error = pthread_cond_wait(&semaphore->condition, &semaphore->lock);
		else
			error = pthread_cond_timedwait(&semaphore->condition, &semaphore->lock, &end);
	}
	const BaseType_t taken = semaphore->given != 0 ? pdTRUE : pdFALSE;
	semaphore->given = 0;
	pthread_mutex_unlock(&semaphore->lock);
	return taken;
}

BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore) {
	pthread_mutex_lock(&semaphore->lock);
	const BaseType_t changed = semaphore->given == 0 ? pdTRUE : pdFALSE;
	semaphore->given = 1;
	pthread_cond_signal(&semaphore->condition);
	pthread_mutex_unlock(&semaphore->lock);
	return changed;
}

static _Atomic unsigned feeds;

int esp_task_wdt_reset(void) {
	feeds++;
	return 0;
}

unsigned watchdog_feeds(void) {
	return feeds;
}

// SPDX-License-Identifier: MIT
// FreeRTOS's binary semaphores, as far as the port uses them: rtos.c.
#ifndef THREADS_SEMPHR_H
#define THREADS_SEMPHR_H

#include <pthread.h>

#include "freertos/FreeRTOS.h"

typedef struct {
	pthread_mutex_t lock;
	pthread_cond_t condition;
	unsigned given;
} StaticSemaphore_t;
typedef StaticSemaphore_t *SemaphoreHandle_t;

SemaphoreHandle_t xSemaphoreCreateBinaryStatic(StaticSemaphore_t *memory);
BaseType_t xSemaphoreTake(SemaphoreHandle_t semaphore, TickType_t ticks);
BaseType_t xSemaphoreGive(SemaphoreHandle_t semaphore);

#endif

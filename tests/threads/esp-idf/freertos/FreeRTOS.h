// SPDX-License-Identifier: MIT
// FreeRTOS's names, as far as the port uses them, on POSIX threads: rtos.c. A tick is a millisecond, as the SDK sets
// it.
#ifndef THREADS_FREERTOS_H
#define THREADS_FREERTOS_H

#include <stdbool.h>
#include <stdint.h>

typedef uint32_t TickType_t;
typedef int BaseType_t;
#define pdTRUE 1
#define pdFALSE 0
#define configTICK_RATE_HZ 1000

#endif

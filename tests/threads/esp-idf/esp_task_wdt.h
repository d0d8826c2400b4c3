// SPDX-License-Identifier: MIT
// ESP-IDF's task watchdog, as far as the port uses it: rtos.c counts.
#ifndef THREADS_ESP_TASK_WDT_H
#define THREADS_ESP_TASK_WDT_H

int esp_task_wdt_reset(void);

#endif

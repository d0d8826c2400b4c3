// SPDX-License-Identifier: MIT
// What boards/common and the boards themselves need of virtual_time.c. What others may call is in board.h.
#ifndef CAMSOCK_VIRTUAL_TIME_H
#define CAMSOCK_VIRTUAL_TIME_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/time.h>

bool virtual_time_jumps(uint32_t sleep);
void virtual_time_jump(uint32_t milliseconds);
int virtual_time_of_day(struct timeval *time, void *zone);
int virtual_time_rand(void);

#endif

// SPDX-License-Identifier: MIT
// What is done to single frames between libslirp (QEMU's user network is the same) and lwIP, so that the two behave as
// a host and a board on a wire.
#ifndef CAMSOCK_FRAMES_H
#define CAMSOCK_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

void frames_note_to_board(const uint8_t *frame, size_t size);
void frames_note_from_board(const uint8_t *frame, size_t size);
uint32_t frames_sleep(void);
bool frames_repeat(void (*deliver)(const uint8_t *frame, size_t size));

#endif

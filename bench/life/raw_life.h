// SPDX-License-Identifier: MIT
// What bench/life/main.ts is compared with: the same in C on lwIP's raw API.
#ifndef RAW_LIFE_H
#define RAW_LIFE_H

#include <stdbool.h>
#include <stdint.h>

/** The most connections at a time: each has two ends, and lwIP 16 of them. */
#define RAW_LIFE_CONNECTIONS 7

/** Opens connections, makes round trips on each in turn, and closes them; false if lwIP refuses or a byte is wrong. */
bool raw_life_rotate(uint32_t connections, uint32_t rounds);

/** Connects and closes, with a round trip between if `echo`; false as above. */
bool raw_life_connect(uint32_t rounds, bool echo);

/** How often this was called since the board's start: a soft reset does not count anew. */
uint32_t raw_life_turn(void);

#endif

// SPDX-License-Identifier: MIT
// The seed of board_real_random() and rand().
#ifndef CAMSOCK_RANDOM_H
#define CAMSOCK_RANDOM_H

#include <stdint.h>

void random_start(const uint32_t seed[8]);

#endif

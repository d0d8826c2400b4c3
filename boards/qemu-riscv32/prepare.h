// SPDX-License-Identifier: MIT
// Making the root machine when the image is built; see prepare.c.
#ifndef CAMSOCK_PREPARE_H
#define CAMSOCK_PREPARE_H

#include <stdint.h>

/* Makes the root machine in memory from `base` on, and writes that memory to the console. The result is a status. */
int prepare(uint32_t base);

#endif

// SPDX-License-Identifier: MIT
// What lwIP asks of a compiler; an assertion of lwIP's that does not hold ends the test.
#ifndef THREADS_CC_H
#define THREADS_CC_H

#include <stdint.h>
#include <sys/types.h> // ssize_t

#define LWIP_NO_UNISTD_H 1

_Noreturn void threads_fail(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
#define LWIP_PLATFORM_ASSERT(message) threads_fail(__FILE__, __LINE__, "%s", message)
#define LWIP_PLATFORM_DIAG(arguments) ((void)0)

#endif

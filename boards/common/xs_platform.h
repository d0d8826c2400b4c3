// SPDX-License-Identifier: MIT
// What XS asks of a platform (XSPLATFORM): C's headers, and the fields that the machine carries for us. One thread, no
// operating system assumed. The functions that XS calls are in xs_hooks.c (memory, keys, ends) and modules.c.
#ifndef CAMSOCK_XS_PLATFORM_H
#define CAMSOCK_XS_PLATFORM_H

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// Under AddressSanitizer each chunk is a block of malloc's, and a collection copies those that live to new ones and
// frees the old: who kept a pointer into one is caught. (The heap's limit does not count chunks then.) XS can collect
// at every allocation: board_collect_always. Free slots are poisoned, and fxUnicodeLength, which reads whole words past
// the end of a string by intent, is left alone. XS asks for the latter in clang's way only.
#ifdef __SANITIZE_ADDRESS__
#define mxNoChunks 1
#define mxPoisonSlots 1
#define mxStress 1
#ifndef __has_feature
#define __has_feature(FEATURE) CAMSOCK_HAS_##FEATURE
#define CAMSOCK_HAS_address_sanitizer 1
#endif
#endif

// Without atomic instructions for 8 bytes, gcc would want a library for Atomics on BigInt64Array. There is one thread.
#if __SIZEOF_POINTER__ == 8
#define mxUseGCCAtomics 1
#endif
// A microcontroller reads and writes at aligned addresses only.
#ifndef __x86_64__
#define mxMisalignedSettersCrash 1
#define mxUnalignedAccess 0
#endif
#define mxUseDefaultParseScript 1
#define mxUseDefaultSharedChunks 1
#define mxUseDefaultCStackLimit 0

// Date and Math.random() go with the board's clock and random numbers: virtual_time.c.
#include "virtual_time.h"
typedef struct timeval c_timeval;
#define c_gettimeofday virtual_time_of_day
#define c_rand virtual_time_rand
#define C_RAND_MAX 0x7fffffff

// heap: of the application's machine, see xs_hooks.c; NULL in the root machine, which takes what it needs.
// promise_jobs: there are some to run.
// The waiter fields are XS's own, for Atomics.wait.
#define mxMachinePlatform                                                                                              \
	struct heap *heap;                                                                                                 \
	bool promise_jobs;                                                                                                 \
	void *waiterCondition;                                                                                             \
	void *waiterData;                                                                                                  \
	void *waiterLink;

#endif

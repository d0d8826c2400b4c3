// SPDX-License-Identifier: MIT
// Memory that ends, at any one allocation of the core's or of lwIP's: what memory_sweep.c runs its scenarios with.
// Every allocation goes through a wrapper (tools/build/core-tests.ts has them put in by the linker), which knows from
// where it was called: its site.
#ifndef CORE_ALLOCATIONS_H
#define CORE_ALLOCATIONS_H

#include <stdbool.h>

/** How long memory stays away once it is. */
enum allocations_away {
	/** For this one allocation. */
	ALLOCATIONS_ONCE,
	/** For this and the next one: whoever tries again with less fails again. */
	ALLOCATIONS_TWICE,
	/** For longer than any call waits for memory, or until a call has failed for it (allocations_come_back). */
	ALLOCATIONS_LONG,
	ALLOCATIONS_AWAYS,
};

/** Milliseconds of the virtual clock that ALLOCATIONS_LONG is, if nobody says that memory is back. */
#define ALLOCATIONS_LONG_TIME 8000

/** Counts from now on, and has the allocation with this number (from 1 on) fail; 0: none does. */
void allocations_begin(unsigned number, enum allocations_away away);

/** No allocation fails any more. */
void allocations_come_back(void);

/** Whether one has failed since allocations_begin. */
bool allocations_failed(void);

/** Ends the counting: how many allocations there were since allocations_begin. */
unsigned allocations_end(void);

/** How many failures there were in all. */
unsigned allocations_failures(void);

/** For the wrappers: counts an allocation; true if it shall fail. `site` is where it was called from. */
bool allocations_fails(const void *site);

/** If a test has failed while allocations were counted: prints which of them was made to fail. */
void allocations_explain(void);

/** Prints a line "# site ADDRESS calls failures" for each site that was there while counting; the address is that in
 * the program's file which the call returns to. */
void allocations_print(void);

#endif

// SPDX-License-Identifier: MIT
// Static memory kept and put back; see snapshot.h. snapshot.ld has which.
#include "snapshot.h"

#include <stdint.h>
#include <stdlib.h>

extern uint64_t snapshot_data_start[], snapshot_data_end[], snapshot_bss_start[], snapshot_bss_end[];

static uint64_t *kept;

/** memcpy that AddressSanitizer does not see: between the variables are places that nobody may touch. */
__attribute__((no_sanitize("address"), no_sanitize("undefined"), no_sanitize("coverage"))) static uint64_t *
copy(volatile uint64_t *to, const uint64_t *from, const uint64_t *end) {
	while (from < end)
		*to++ = *from++;
	return (uint64_t *)to;
}

/** Words from one address to another, which are not of one array for C. */
static size_t words(const uint64_t *start, const uint64_t *end) {
	return ((uintptr_t)end - (uintptr_t)start) / sizeof(uint64_t);
}

void snapshot_take(void) {
	const size_t size = words(snapshot_data_start, snapshot_data_end) + words(snapshot_bss_start, snapshot_bss_end);
	kept = malloc(size * sizeof *kept);
	if (kept == NULL)
		abort();
	uint64_t *to = copy(kept, snapshot_data_start, snapshot_data_end);
	(void)copy(to, snapshot_bss_start, snapshot_bss_end);
}

void snapshot_restore(void) {
	const size_t data = words(snapshot_data_start, snapshot_data_end);
	(void)copy(snapshot_data_start, kept, kept + data);
	(void)copy(snapshot_bss_start, kept + data, kept + data + words(snapshot_bss_start, snapshot_bss_end));
}

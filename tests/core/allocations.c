// SPDX-License-Identifier: MIT
// Memory that ends; read allocations.h first.
#include "allocations.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness.h"
#include "lwip/mem.h"
#include "lwip/memp.h"
#include "lwip/pbuf.h"

#define LONGEST_TABLE 256

/** Where the program begins: addresses in its file count from there. */
extern const char __executable_start[];

/** A site, by the address that its call returns to. */
static struct site {
	const void *address;
	unsigned calls, failures;
} sites[LONGEST_TABLE];
static size_t site_count;

static bool counting;
static unsigned counted, number, failing, failures_in_all;
static enum allocations_away away;
static const struct site *failed_at;
static uint32_t failed_since;

void allocations_begin(unsigned first, enum allocations_away how) {
	counting = true;
	counted = 0;
	number = failing = first;
	away = how;
	failed_at = NULL;
}

void allocations_come_back(void) {
	failing = 0;
}

bool allocations_failed(void) {
	return failed_at != NULL;
}

unsigned allocations_end(void) {
	counting = false;
	failing = 0;
	return counted;
}

unsigned allocations_failures(void) {
	return failures_in_all;
}

/** The site with this address. */
static struct site *find(const void *address) {
	struct site *site = sites;
	while (site < sites + site_count && site->address != address)
		site += 1;
	if (site == sites + LONGEST_TABLE)
		abort();
	if (site == sites + site_count) {
		site_count += 1;
		site->address = address;
	}
	return site;
}

/** Whether memory is away for the allocation that was counted last. */
static bool is_away(void) {
	if (failing == 0 || counted < failing)
		return false;
	if (failed_at == NULL || away != ALLOCATIONS_LONG)
		return counted - failing <= (away == ALLOCATIONS_ONCE ? 0 : 1);
	return clock_now() - failed_since < ALLOCATIONS_LONG_TIME;
}

bool allocations_fails(const void *address) {
	if (!counting)
		return false;
	struct site *site = find(address);
	site->calls += 1;
	counted += 1;
	if (!is_away())
		return false;
	site->failures += 1;
	failures_in_all += 1;
	if (failed_at == NULL) {
		failed_at = site;
		failed_since = clock_now();
	}
	return true;
}

/** An address as objdump shows it. */
static unsigned long in_file(const void *address) {
	return (unsigned long)((const char *)address - __executable_start);
}

void allocations_explain(void) {
	static const char *const words[] = {"once", "twice", "for long"};
	if (counting && failed_at != NULL)
		printf("# after allocation %u has failed %s, called from %lx (addr2line -fe core-tests); again with "
		       "ALLOCATION=%u:%u\n",
		       number, words[away], in_file(failed_at->address), number, (unsigned)away);
}

void allocations_print(void) {
	for (const struct site *site = sites; site < sites + site_count; site += 1)
		printf("# site %lx %u %u\n", in_file(site->address), site->calls, site->failures);
}

// lwIP's allocators. (The core's own, malloc and calloc, are in harness.c.) The linker sends calls from one file of
// lwIP's to another here, so what pbuf_alloc asks of the pools and the heap are sites of their own.

void *__real_mem_malloc(mem_size_t size);
void *__wrap_mem_malloc(mem_size_t size);
void *__wrap_mem_malloc(mem_size_t size) {
	return allocations_fails(__builtin_return_address(0)) ? NULL : __real_mem_malloc(size);
}

void *__real_mem_calloc(mem_size_t count, mem_size_t size);
void *__wrap_mem_calloc(mem_size_t count, mem_size_t size);
void *__wrap_mem_calloc(mem_size_t count, mem_size_t size) {
	return allocations_fails(__builtin_return_address(0)) ? NULL : __real_mem_calloc(count, size);
}

void *__real_memp_malloc(memp_t pool);
void *__wrap_memp_malloc(memp_t pool);
void *__wrap_memp_malloc(memp_t pool) {
	// There are as many timers as there can be (lwipopts.h); lwIP itself ends the board if there is none.
	if (pool == MEMP_SYS_TIMEOUT)
		return __real_memp_malloc(pool);
	return allocations_fails(__builtin_return_address(0)) ? NULL : __real_memp_malloc(pool);
}

struct pbuf *__real_pbuf_alloc(pbuf_layer layer, u16_t size, pbuf_type type);
struct pbuf *__wrap_pbuf_alloc(pbuf_layer layer, u16_t size, pbuf_type type);
struct pbuf *__wrap_pbuf_alloc(pbuf_layer layer, u16_t size, pbuf_type type) {
	return allocations_fails(__builtin_return_address(0)) ? NULL : __real_pbuf_alloc(layer, size, type);
}

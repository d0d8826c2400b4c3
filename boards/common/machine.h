// SPDX-License-Identifier: MIT
// What the files of boards/common share among themselves. machine.c is the one to read first.
#ifndef CAMSOCK_MACHINE_H
#define CAMSOCK_MACHINE_H

#include "xsAll.h"

#include "board.h"
#include "image.h"

// The application's machine while it exists, else the root machine while that is being built, else NULL.
extern txMachine *machine;

// machine.c
void machine_stop(int status);
int machine_status(void);
bool machine_stopping(void);
void machine_call(void (*run)(txMachine *the, void *argument), void *argument);
void machine_uncaught(txMachine *the, const char *what);
void machine_reset(const char *main);
void machine_set_deadline(uint32_t milliseconds);
bool machine_clear_deadline(void);

// xs_hooks.c: the fixed heap of the application's machine.
struct heap {
	uint8_t *base, *limit;   // the memory
	uint8_t *chunks, *slots; // chunks grow up to here, slots (and the stack) down to here
	uint32_t size;           // as creation.static says, with slots of 16 bytes
	uint32_t used;           // of it
};
extern struct heap application_heap;
bool heap_initialize(struct heap *heap, const struct image_creation *creation);
void heap_collect_always(void);

// modules.c
void modules_import(txMachine *the, const char *specifier, txFlag how);
void modules_make_ids(txMachine *the);
void modules_share_names(txMachine *the);
const char *modules_specifier(size_t index);

// root.c
txMachine *root_create(const struct image *image, bool whole);
txMachine *root_get(void);
void root_delete(txMachine *root);

// report.c
void report_text(const char *text);
void report_line(const char *format, ...) __attribute__((format(printf, 1, 2)));
void report_exception(txMachine *the, const char *what);
void report_frames(txMachine *the);
void report_memory(txMachine *the);

// error_stack.c
uint32_t error_stack_line(txSlot *function, const txByte *code, txID *path);
txString error_stack_name(txMachine *the, txSlot *function, bool *constant);

// board_xs.c
bool board_xs_handle_uncaught(txMachine *the);
bool board_xs_recovers(void);
_Noreturn void board_xs_throw_interrupt(txMachine *the);
void board_xs_recover(txMachine *the, int status);
void board_xs_terminate(void);
void board_xs_paint(txMachine *the);

// source_xs.c
bool source_known(const char *specifier);
txScript *source_take(const char *specifier);
bool source_load(txMachine *the, txSlot *module, txID id);

// timers_xs.c
void timers_initialize(txMachine *the);
void timers_terminate(txMachine *the);
uint32_t timers_sleep(void);
void timers_run(void);

#endif

// SPDX-License-Identifier: MIT
// The contract of an emulated board. The first half is what a board provides (boards/<name>/), the second what
// boards/common gives to modules. Nothing here needs an operating system, and nothing of XS is in the types.
// Read next: boards/native-sim/main.c for a board, machine.c for the main loop.
#ifndef CAMSOCK_BOARD_H
#define CAMSOCK_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct netif;

// ---- What a board provides ----

/* The board's name, as the module "board" gives it. */
extern const char board_name[];

/* The words that the person who started the board has given to the application. */
extern const char *const *board_arguments;
extern size_t board_argument_count;

/* Whether XS shall collect garbage at every allocation. Builds with AddressSanitizer can. */
extern bool board_collect_always;

/*
 * Milliseconds since some moment before the start; never goes back; wraps. For what waits for something real, or guards
 * a program against itself; all else takes board_milliseconds().
 */
uint32_t board_real_milliseconds(void);

/* An unpredictable number. All take it from board_random(). */
unsigned int board_real_random(void);

/* Writes to the console, all of it. */
void board_write(const void *data, size_t size);

/* Writes what the firmware itself has to say when something is wrong: stderr, or the console again. */
void board_write_error(const void *data, size_t size);

/* Writes what only the board knows of its memory, on board_write_error(): `malloc: used=` with bytes, then more if
 * there is. */
void board_report_memory(void);

/* Ends at once: a broken invariant of ours or of lwIP. */
_Noreturn void board_panic(const char *message, const char *file, int line);

/* The lowest address that the C stack may grow to; XS checks it where it recurses. */
char *board_stack_limit(void);

struct image_prepared;

/* The root machine if it was made when the image was built; NULL: it is to be made at the start. */
const struct image_prepared *board_prepared(void);

/*
 * Where something of the image's bytecode is to be written and read: `address` itself, unless it is in flash and the
 * root machine is just being prepared.
 */
uint8_t *board_bytecode(const uint8_t *address);

/* Memory for the machine's heap, taken once at the start and kept; NULL if there is not so much. */
void *board_memory(size_t size);

/*
 * Runs the network for a moment: due lwIP timers, frames that have come, packets of the loopback interface. If there
 * was nothing to do, sleeps until there may be, or until board_wake(), at most `limit` milliseconds (UINT32_MAX: no
 * limit). NEVER runs JavaScript: that is what makes it safe to call from a native function. While the clock is virtual
 * it jumps over the time that this would sleep.
 */
void board_network_step(uint32_t limit);

/* Makes the current or the next board_network_step return without sleeping. May be called from a signal handler. */
void board_wake(void);

/* The network interface, or NULL; the board has added it to lwIP, and its link is up or will be. */
struct netif *board_netif(void);

// The serial line, for modules/console (docs/console.md): a board without one need not have these.

/* Takes the line for the console, in such a way that every byte comes through, Ctrl-C too. False if there is none. */
bool board_serial_open(void);

/*
 * Gives bytes that have come, at most `size`, in their order; 0 if there are none. Never waits. Bytes that nobody has
 * taken yet must wait (in the hardware, the driver, or at the sender). While there are some board_network_step() does
 * not sleep, unless the latest call was with size 0: the caller has no room.
 */
size_t board_serial_read(void *data, size_t size);

/*
 * Sends as much of `data` as the line takes now, and gives how much that is; 0 if there is no room. Never waits. After
 * a short count board_network_step() does not sleep once there is room, until a call with size 0 says that nothing
 * waits for it any more. A line that nobody is connected to takes all.
 */
size_t board_serial_write(const void *data, size_t size);

/* The width of the terminal in columns, 0 if the board cannot know. */
unsigned board_serial_columns(void);

/* Whether whoever reads the line wants colours; false if the board cannot know. */
bool board_serial_colours(void);

// ---- What boards/common provides ----

/* The board's clock, in milliseconds; never goes back; wraps. lwIP's sys_now(), and the timers'. May be virtual. */
uint32_t board_milliseconds(void);

/* A random number: lwIP's ports and sequence numbers, and Math.random(), come from it. Unpredictable while the clock is
 * real. */
unsigned int board_random(void);

/*
 * Makes the clock virtual (virtual_time.c): it goes on from where it is, but only when the board has nothing to do, and
 * then at once. Until it is real again board_random() gives the numbers of this seed. May be called while it is
 * virtual, to start with a seed anew.
 */
void board_time_virtual(uint32_t seed);

/* Makes it real again: it goes on from where the virtual one is. */
void board_time_real(void);

bool board_time_is_virtual(void);

/*
 * Someone wants to get through: Ctrl-C, a signal, or the deadline of board_set_deadline() has passed. A native function
 * that waits must end and throw KeyboardInterrupt: for Ctrl-C this gives true once.
 */
bool board_interrupted(void);

/*
 * Ctrl-C has come on the serial line. A native function that waits ends (board_interrupted), JavaScript that goes on
 * for more than a moment gets a KeyboardInterrupt, if board.recover() has been called. If nothing of that is the case
 * it stays until board_take_break(). May be called from a signal handler.
 */
void board_break(void);

/* True if there was a board_break() that nobody has seen yet; it has been seen then. */
bool board_take_break(void);

/* From now, `poll` is called in every turn of the main loop, about every millisecond while JavaScript runs, and while a
 * native function waits. It must not run JavaScript. NULL ends that. */
void board_set_poll(void (*poll)(void));

/* Something that has to be done before the application's machine goes, at the end or at a soft reset: `run` is called
 * once. Registering what is registered changes nothing. */
struct board_end {
	struct board_end *next;
	void (*run)(void);
	bool registered;
};
void board_at_end(struct board_end *end);

/* Ends the application as soon as its JavaScript gives way, which it is made to do at its next loop or call back to the
 * main loop; the process or board then ends with status 0. May be called from a signal handler. */
void board_interrupt(void);

/* Asks for a few lines about the memory in use on board_write_error(). May be called from a signal handler. */
void board_request_report(void);

/* Asks the main loop to end with this status. The first one counts. */
void board_exit(int status);

/*
 * Work for the main loop, where JavaScript may run. The poster owns the memory and coalesces: posting a task that is
 * queued already changes nothing. run(machine, argument) is called inside a host frame of XS; what it throws is an
 * uncaught error.
 */
struct board_task {
	struct board_task *next;
	void (*run)(void *machine, void *argument);
	void *argument;
	bool queued;
	/* If there is one: called with the error, an XS slot, that run has thrown, instead of that being an uncaught error.
	 * Throws nothing, and allocates nothing in XS's heap. */
	void (*failed)(void *machine, const void *error);
};
void board_post(struct board_task *task);

/*
 * Errors that are made from now on are for who awaits this promise, an XS slot: their stacks say who that is. NULL: no
 * more. The slot must stay where it is until then.
 */
void board_error_for(const void *promise);

/* Takes a task back; for who frees the memory that holds it. */
void board_unpost(struct board_task *task);

// Exit statuses of a board that can have one. 1 is an uncaught error, 2 a wrong command line.
enum {
	BOARD_UNCAUGHT = 1,
	BOARD_USAGE = 2,
	BOARD_PANIC = 70,          // an invariant of the firmware does not hold
	BOARD_OUT_OF_MEMORY = 71,  // the heap of creation.static is full
	BOARD_STACK_OVERFLOW = 72, // JavaScript's stack (creation.stack) or C's
	BOARD_OUT_OF_KEYS = 73,    // creation.keys.available is used up
};

/* The whole life of the firmware: machine, preloaded modules, main module, main loop. The result is the exit status. */
int board_run(void);

#endif

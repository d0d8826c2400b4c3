// SPDX-License-Identifier: MIT
// setTimeout, setInterval, setImmediate and their clear (timers.js binds them, globals.ts makes them global).
//
// All pending timers are in one chunk of the application's heap, so that a timer costs no allocation but now and then a
// larger chunk. Due timers run in the order of their time and then of their setting. The timers that a callback sets
// wait for the next turn of the main loop, so that a chain of setTimeout(f, 0) leaves the network its turn.
#include "machine.h"

struct timer {
	txSlot callback;
	txSlot arguments; // an array, or undefined
	uint32_t id;
	uint32_t order; // counts settings, for those that are due at the same time
	uint32_t due;   // milliseconds
	uint32_t interval;
	bool repeats, real;
};

// Timers that there is room for at first.
#define FIRST_CAPACITY 4
// The longest delay that can be told from a time in the past: 24.8 days. Longer ones are cut to this.
#define LONGEST 0x7fffffff

static struct {
	txSlot object; // the host object whose chunk holds the timers
	uint32_t count, capacity;
	uint32_t next_id, next_order;
} state;

/* The pending timers; not valid after anything that may allocate. */
static struct timer *timers(void) {
	return state.object.value.reference->next->value.host.data;
}

/* XS: marks what the timers refer to. */
static void mark(txMachine *the, void *data, txMarkRoot mark_root) {
	struct timer *timer = data;
	for (uint32_t i = 0; i < state.count; i++, timer++) {
		(*mark_root)(the, &timer->callback);
		(*mark_root)(the, &timer->arguments);
	}
}

// The slots are references, so there are no chunks behind them to follow when those move.
static const txHostHooks hooks = {.marker = mark};

/* Makes the (empty) list, in a new machine. */
static void initialize(txMachine *the, void *argument) {
	(void)argument;
	fxNewHostObject(the, NULL);
	fxSetHostHooks(the, the->stack, &hooks);
	mxPullSlot(&state.object);
}

void timers_initialize(txMachine *the) {
	state.object.kind = XS_UNDEFINED_KIND;
	fxRemember(the, &state.object);
	machine_call(initialize, NULL);
}

void timers_terminate(txMachine *the) {
	state.count = state.capacity = 0;
	fxForget(the, &state.object);
}

/* The clock of a timer. */
static uint32_t clock_of(bool real) {
	return real ? board_real_milliseconds() : board_milliseconds();
}

/* True if time `a` is before time `b`; both wrap. */
static bool before(uint32_t a, uint32_t b) {
	return (int32_t)(a - b) < 0;
}

/* How many milliseconds the main loop may sleep; UINT32_MAX if no timer is set. */
uint32_t timers_sleep(void) {
	uint32_t sleep = UINT32_MAX;
	if (!state.count)
		return sleep;
	bool is_virtual = board_time_is_virtual();
	uint32_t board_now = board_milliseconds();
	struct timer *list = timers();
	for (uint32_t i = 0; i < state.count; i++) {
		if (is_virtual && list[i].real)
			continue; // no time that a jump would skip
		uint32_t now = list[i].real ? board_real_milliseconds() : board_now;
		uint32_t rest = before(list[i].due, now) ? 0 : list[i].due - now;
		if (rest < sleep)
			sleep = rest;
	}
	return sleep;
}

/* Takes a timer out. */
static void drop(uint32_t index) {
	struct timer *list = timers();
	memmove(list + index, list + index + 1, (--state.count - index) * sizeof *list);
}

/* Runs the timer whose index is at `argument`. */
static void fire(txMachine *the, void *argument) {
	uint32_t index = *(uint32_t *)argument;
	struct timer *timer = timers() + index;
	mxPushUndefined();
	mxPushSlot(&timer->callback);
	mxCall();
	txInteger count = 0;
	if (timer->arguments.kind == XS_REFERENCE_KIND) {
		txSlot *array = timer->arguments.value.reference->next;
		count = (txInteger)array->value.array.length;
		for (txInteger i = 0; i < count; i++)
			mxPushSlot(array->value.array.address + i);
	}
	if (timer->repeats) {
		timer->due = board_milliseconds() + timer->interval;
		timer->order = state.next_order++;
	} else {
		drop(index);
	}
	mxRunCount(count);
	mxPop();
}

/* Runs the timers that are due now. */
void timers_run(void) {
	uint32_t board_now = board_milliseconds(), turn = state.next_order;
	while (!machine_stopping()) {
		struct timer *list = state.count ? timers() : NULL;
		uint32_t first = state.count;
		for (uint32_t i = 0; i < state.count; i++) {
			uint32_t now = list[i].real ? board_real_milliseconds() : board_now;
			if (before(now, list[i].due) || !before(list[i].order, turn))
				continue;
			if (list[i].real) { // late already, and of another clock
				first = i;
				break;
			}
			if (first == state.count || before(list[i].due, list[first].due) ||
			    (list[i].due == list[first].due && before(list[i].order, list[first].order)))
				first = i;
		}
		if (first == state.count)
			break;
		machine_call(fire, &first);
	}
}

/* Makes room for one more timer. */
static void reserve(txMachine *the) {
	if (state.count < state.capacity)
		return;
	uint32_t capacity = state.capacity ? state.capacity * 2 : FIRST_CAPACITY;
	struct timer *list = fxNewChunk(the, (txSize)(capacity * sizeof *list)); // moves the old list, perhaps
	if (state.count)
		memcpy(list, timers(), state.count * sizeof *list);
	txSlot *host = state.object.value.reference->next;
	host->value.host.data = list;
	host->flag |= XS_HOST_CHUNK_FLAG;
	state.capacity = capacity;
}

/* Sets a timer: argument 0 is the callback, those from `first` on are passed to it. The result is its number. */
static void set(txMachine *the, uint32_t delay, txInteger first, bool repeats, bool real) {
	if (mxArgc < 1 || mxArgv(0)->kind != XS_REFERENCE_KIND || !mxIsCallable(mxArgv(0)->value.reference))
		mxTypeError("callback is no function");
	if (mxArgc > first) {
		mxPush(mxArrayPrototype);
		fxNewArrayInstance(the);
		fxArrayCacheBegin(the, the->stack);
		for (txInteger i = first; i < mxArgc; i++)
			fxArrayCacheItem(the, the->stack, mxArgv(i));
		fxArrayCacheEnd(the, the->stack);
	} else {
		mxPushUndefined();
	}
	reserve(the);
	if (!++state.next_id)
		state.next_id = 1;
	struct timer *timer = timers() + state.count++;
	*timer = (struct timer){
	    .callback = {.kind = mxArgv(0)->kind, .value = mxArgv(0)->value},
	    .arguments = {.kind = the->stack->kind, .value = the->stack->value},
	    .id = state.next_id,
	    .order = state.next_order++,
	    .due = clock_of(real) + delay,
	    .interval = delay,
	    .repeats = repeats,
	    .real = real,
	};
	mxPop();
	fxUnsigned(the, mxResult, state.next_id);
}

/* The delay in argument 1: whole milliseconds; what is no number, or negative, counts as 0. */
static uint32_t delay(txMachine *the) {
	txNumber number = mxArgc > 1 ? fxToNumber(the, mxArgv(1)) : 0;
	if (!(number > 0))
		return 0;
	return number < LONGEST ? (uint32_t)number : LONGEST;
}

void xs_timers_set_timeout(txMachine *the) {
	set(the, delay(the), 2, false, false);
}

/* setTimeout by the real clock, also while the board's is virtual. */
void xs_timers_set_real_timeout(txMachine *the) {
	set(the, delay(the), 2, false, true);
}

void xs_timers_set_interval(txMachine *the) {
	set(the, delay(the), 2, true, false);
}

void xs_timers_set_immediate(txMachine *the) {
	set(the, 0, 1, false, false);
}

/* Clears a timer of any kind; what is no timer's number (it has run already) is ignored. */
void xs_timers_clear(txMachine *the) {
	if (mxArgc < 1 || (mxArgv(0)->kind != XS_INTEGER_KIND && mxArgv(0)->kind != XS_NUMBER_KIND))
		return;
	txNumber id = fxToNumber(the, mxArgv(0));
	struct timer *list = state.count ? timers() : NULL;
	for (uint32_t i = 0; i < state.count; i++) {
		if (list[i].id == id) {
			drop(i);
			break;
		}
	}
}

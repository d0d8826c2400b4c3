// SPDX-License-Identifier: MIT
// The life of the firmware: the root machine with the built-ins and the preloaded modules (root.c), the application's
// machine on top of it, the main loop, and every way in which it ends.
//
// JavaScript runs in three places only, all through machine_call(): the import of the main module, tasks that C has
// posted (board_post), and timers. Each is followed by the promise jobs that it made.
//
// Ends: board.exit(), an uncaught error, a fatal condition of XS (xs_hooks.c), board_interrupt(). All set `stop` and
// jump out to machine_call(), if they are inside JavaScript; the main loop then falls through to the clean-up. After
// board.reset() another application's machine is made on the same root machine: a soft reset.
#include "machine.h"

#include "lwip/priv/tcp_priv.h"

// How many bytecodes run between two looks at the deadline and the serial line, while there is one of them (about a
// millisecond).
#define SHORT_STEP 50000
// And if there is none: board_interrupt() makes the callback due at once.
#define LONG_STEP 0x7fffffff
// Milliseconds that JavaScript may go on after Ctrl-C before it is interrupted: what gives way by itself in this time,
// such as a server's turn, is not what the person at the prompt wants to stop.
#define BREAK_GRACE 20
// So many Ctrl-C within one turn of the main loop, each caught by the program, are a soft reset.
#define BREAK_LIMIT 3
// Milliseconds that connections get after the end to bring out what they hold, for peers that read.
#define DRAIN_LIMIT 1000

txMachine *machine;

static struct {
	bool stop;
	int status;
	volatile bool interrupted; // by board_interrupt()
	volatile bool report;      // wanted by board_request_report()
	bool deadline_set;
	uint32_t deadline;
	bool stepping; // the main loop steps the network
	bool broken;   // by board_break(), and nobody has taken it yet
	uint32_t broken_at;
	unsigned breaks; // that interrupted something in this turn of the main loop
	void (*poll)(void);
	struct board_task *first_task, **last_task;
	struct board_end *ends;
	bool reset;       // a new machine follows
	const char *main; // its main module; NULL for that of the manifest
} state = {.last_task = &state.first_task};

/* Ends the main loop, with this status unless an earlier end has given one. */
void machine_stop(int status) {
	if (!state.stop)
		state.status = status;
	state.stop = true;
}

/* The status that the main loop has ended, or will end, with. */
int machine_status(void) {
	return state.interrupted && !state.stop ? 0 : state.status;
}

/* True once the end has been decided. */
bool machine_stopping(void) {
	return state.stop || state.interrupted;
}

void board_exit(int status) {
	machine_stop(status);
	board_wake();
}

/* Makes the metering callback due at the next backward branch. Signal-safe: the interpreter only ever adds to
 * meterIndex. */
static void trap(void) {
	if (machine)
		machine->meterCount = 0;
}

void board_interrupt(void) {
	state.interrupted = true;
	trap();
	board_wake();
}

void board_request_report(void) {
	state.report = true;
	trap();
	board_wake();
}

void board_break(void) {
	state.broken = true;
	state.broken_at = board_real_milliseconds();
	trap();
	board_wake();
}

bool board_take_break(void) {
	bool broken = state.broken;
	state.broken = false;
	return broken;
}

void board_at_end(struct board_end *end) {
	if (end->registered)
		return;
	end->registered = true;
	end->next = state.ends;
	state.ends = end;
}

/* The application's machine is about to go: tells those who keep something of it. */
static void tell_ends(void) {
	while (state.ends) {
		struct board_end *end = state.ends;
		state.ends = end->next;
		end->registered = false;
		end->run();
	}
}

/* Ends the application's machine; a new one follows, whose main module is `main` (NULL: the manifest's). */
void machine_reset(const char *main) {
	if (!state.stop) {
		state.reset = true;
		state.main = main;
	}
	machine_stop(0);
}

/* True once the deadline, if there is one, has passed. */
static bool deadline_passed(void) {
	return state.deadline_set && (int32_t)(board_real_milliseconds() - state.deadline) >= 0;
}

/* Ctrl-C is about to interrupt something. One that a program catches and goes on must have an end: true if this is it.
 */
static bool too_many_breaks(void) {
	if (++state.breaks < BREAK_LIMIT)
		return false;
	report_line("Ctrl-C %d times without effect: soft reset", BREAK_LIMIT);
	machine_reset(state.main);
	trap();
	return true;
}

bool board_interrupted(void) {
	if (state.poll)
		state.poll();
	if (board_take_break()) {
		if (board_xs_recovers())
			too_many_breaks();
		return true;
	}
	return machine_stopping() || deadline_passed();
}

/* How many bytecodes may run until the next look. */
static txU4 step(void) {
	return state.deadline_set || state.poll ? SHORT_STEP : LONG_STEP;
}

/* Makes the next look due after one step. */
static void meter(txMachine *the) {
	the->meterInterval = step();
	the->meterCount = the->meterIndex + the->meterInterval;
}

void board_set_poll(void (*poll)(void)) {
	state.poll = poll;
	if (machine)
		meter(machine);
}

/* From now, JavaScript that still runs or waits when so many milliseconds have passed is interrupted by an error. */
void machine_set_deadline(uint32_t milliseconds) {
	state.deadline_set = true;
	state.deadline = board_real_milliseconds() + milliseconds;
	meter(machine);
}

/* Takes the deadline back; true if it had passed. */
bool machine_clear_deadline(void) {
	bool passed = deadline_passed();
	state.deadline_set = false;
	machine->meterInterval = step();
	return passed;
}

/* XS calls this at a backward branch when it is due. 0 ends JavaScript for good; throwing is a catchable error. */
static txBoolean metering(txMachine *the, txU4 index) {
	(void)index;
	if (state.poll)
		state.poll();
	if (machine_stopping())
		return 0;
	if (state.report) {
		state.report = false;
		report_memory(the);
	}
	if (state.broken && board_real_milliseconds() - state.broken_at >= BREAK_GRACE && board_xs_recovers()) {
		state.broken = false;
		if (too_many_breaks())
			return 0;
		meter(the); // XS has set the interval to 0 while it calls us
		board_xs_throw_interrupt(the);
	}
	if (deadline_passed()) {
		meter(the);
		mxUnknownError("the deadline has passed");
	}
	return 1;
}

/* What happens with an error that nobody has caught, which is mxException: said, and the end. */
void machine_uncaught(txMachine *the, const char *what) {
	// A native that was waiting when we were told to end throws too; that is no error of the application's.
	if (!machine_stopping() && !board_xs_handle_uncaught(the) && !machine_stopping()) {
		report_exception(the, what);
		// Who lets a person run code takes what nobody has caught. If even that fails, only a new machine helps.
		if (board_xs_recovers())
			machine_reset(state.main);
		else
			machine_stop(BOARD_UNCAUGHT);
	}
	mxException = mxUndefined;
}

/*
 * A FinalizationRegistry's callback has thrown. XS then leaves the registry marked as having callbacks to run even if
 * there are none left, and would look for them for ever (fxCleanupFinalizationRegistries in XS 13.3).
 */
static void unmark_registries(txMachine *the) {
	for (txSlot *closure = mxFinalizationRegistries.value.reference->next; closure; closure = closure->next) {
		txSlot *registry = closure->value.closure;
		// The callback, then for each object what is held for it, and a cell whose target is gone if it is to be
		// called.
		txSlot *held = registry->value.finalizationRegistry.callback->next;
		while (held && held->next->value.finalizationCell.target)
			held = held->next->next;
		if (!held)
			registry->value.finalizationRegistry.flags &= ~(txUnsigned)XS_FINALIZATION_REGISTRY_CHANGED;
	}
}

/*
 * What follows every call into JavaScript: promise jobs until there are none, the callbacks of FinalizationRegistry
 * (which may make more), and then promises that were rejected and that nobody handles are uncaught errors.
 */
static void run_jobs(txMachine *the) {
	do {
		while (the->promise_jobs && !machine_stopping()) {
			the->promise_jobs = false;
			fxRunPromiseJobs(the);
		}
		mxTry(the) {
			fxEndJob(the);
		}
		mxCatch(the) {
			unmark_registries(the);
			machine_uncaught(the, "uncaught");
		}
		fxCheckUnhandledRejections(the, 1);
	} while (the->promise_jobs && !machine_stopping());
}

/* Runs one task inside machine_call. */
static void run_task(txMachine *the, void *argument) {
	struct board_task *task = argument;
	task->run(the, task->argument);
}

/* Something has thrown mxException: if it is a task that takes care of that itself, tells it, and gives true. */
static bool task_failed(txMachine *the, void (*run)(txMachine *the, void *argument), void *argument) {
	const struct board_task *task = argument;
	if (run != run_task || !task->failed || machine_stopping())
		return false;
	task->failed(the, &mxException);
	mxException = mxUndefined;
	return true;
}

/*
 * The one way into JavaScript: calls run(machine, argument) in a host frame, then the promise jobs. Comes back whatever
 * happens in there. The outermost jump is made by hand: xsBeginHost would run again after fxExitToHost.
 */
void machine_call(void (*run)(txMachine *the, void *argument), void *argument) {
	txMachine *the = machine;
	txJump jump = {
	    .nextJump = the->firstJump,
	    .stack = the->stack,
	    .scope = the->scope,
	    .frame = the->frame,
	    .code = the->code,
	};
	the->firstJump = &jump;
	if (c_setjmp(jump.buffer) == 0) {
		fxBeginHost(the);
		{
			mxTry(the) {
				(*run)(the, argument);
			}
			mxCatch(the) {
				if (!task_failed(the, run, argument))
					machine_uncaught(the, "uncaught");
			}
		}
		run_jobs(the);
		fxEndHost(the);
	}
	the->stack = jump.stack;
	the->scope = jump.scope;
	the->frame = jump.frame;
	the->code = jump.code;
	the->firstJump = jump.nextJump;
}

void board_post(struct board_task *task) {
	if (task->queued)
		return;
	task->queued = true;
	task->next = NULL;
	*state.last_task = task;
	state.last_task = &task->next;
	// A timer of lwIP's has posted it, say: the main loop is not to sleep now.
	if (state.stepping)
		board_wake();
}

void board_unpost(struct board_task *task) {
	if (!task->queued)
		return;
	struct board_task **link = &state.first_task;
	while (*link != task)
		link = &(*link)->next;
	*link = task->next;
	if (!*link)
		state.last_task = link;
	task->queued = false;
}

/* Runs the tasks that are queued now; those that they post wait for the next turn, so that the network gets its turn.
 */
static void run_tasks(void) {
	// A mark in the queue rather than a second list: a task may take any other back.
	struct board_task mark = {.queued = false};
	if (!state.first_task)
		return;
	board_post(&mark);
	while (state.first_task != &mark && !machine_stopping()) {
		struct board_task *task = state.first_task;
		board_unpost(task);
		machine_call(run_task, task);
	}
	board_unpost(&mark);
}

/* The main module, or one that it imports, has failed: argument 0 is the error. */
static void main_failed(txMachine *the) {
	mxException.kind = mxArgv(0)->kind;
	mxException.value = mxArgv(0)->value;
	machine_uncaught(the, "uncaught");
}

/* Tells the module "board", which is preloaded and thus older than this start, what is new. */
static void begin_board(txMachine *the, void *argument) {
	(void)argument;
	modules_import(the, "board", XS_IMPORT_NAMESPACE);
	mxDub();
	mxGetID(fxNewNameX(the, (txString) "begin"));
	mxCall();
	mxRunCount(0);
	mxPop();
}

/* Starts the main module. It may await, so its end, good or bad, is that of a promise. */
static void import_main(txMachine *the, void *argument) {
	(void)argument;
	modules_import(the, state.main ? state.main : image.main, XS_IMPORT_ASYNC);
	txSlot *promise = the->stack;
	mxPushUndefined();
	txSlot *fulfilled = the->stack;
	fxNewHostFunction(the, main_failed, 1, XS_NO_ID, XS_NO_ID);
	fxPromiseThen(the, promise->value.reference, fulfilled, the->stack, NULL, NULL);
}

/* Reports memory from the main loop. */
static void report_now(txMachine *the, void *argument) {
	(void)argument;
	report_memory(the);
}

/* The main loop. */
static void run(void) {
	if (!machine_stopping())
		machine_call(begin_board, NULL);
	if (!machine_stopping())
		machine_call(import_main, NULL);
	while (!machine_stopping()) {
		state.breaks = 0;
		state.stepping = true;
		board_network_step(state.first_task ? 0 : timers_sleep());
		state.stepping = false;
		if (state.poll)
			state.poll();
		if (state.report) {
			state.report = false;
			machine_call(report_now, NULL);
		}
		run_tasks();
		if (!machine_stopping())
			timers_run();
	}
}

/* True while a connection has something to send, or its end to tell. */
static bool unsent(void) {
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next)
		if (pcb->unsent || pcb->unacked)
			return true;
	return false;
}

/* Brings out what the sockets have been given to send, within DRAIN_LIMIT. */
static void drain(void) {
	uint32_t start = board_milliseconds();
	while (unsent() && board_milliseconds() - start < DRAIN_LIMIT)
		board_network_step(DRAIN_LIMIT / 10);
}

/* The application's machine, with the heap that the manifest asks for; NULL, and a message, if that is too small. */
static txMachine *create_application(txMachine *root, struct heap *heap) {
	const struct image_creation *from = &image.creation;
	txCreation creation = {
	    .initialChunkSize = (txSize)from->chunk_initial,
	    .incrementalChunkSize = (txSize)from->chunk_incremental,
	    .initialHeapCount = (txSize)from->heap_initial,
	    .incrementalHeapCount = (txSize)from->heap_incremental,
	    .stackCount = (txSize)from->stack,
	    .initialKeyCount = (txSize)from->keys_initial,
	    .incrementalKeyCount = (txSize)from->keys_incremental,
	    .nameModulo = (txSize)from->keys_name,
	    .symbolModulo = (txSize)from->keys_symbol,
	    .parserBufferSize = (txSize)from->parser_buffer,
	    .parserTableModulo = (txSize)from->parser_table,
	};
	// After a reset the memory is there.
	if (from->static_size && !heap_initialize(heap, from)) {
		report_line("out of memory: there are no %u bytes for the heap (creation.static in manifest.json)",
		            (unsigned)from->static_size);
		return NULL;
	}
	return fxCloneMachine(&creation, root, "application", from->static_size ? heap : NULL);
}

/*
 * Takes away what the stack keeps of connections that are over: nothing of an application is left after it. What could
 * not be sent in time is reset, everything else goes silently.
 */
static void purge(void) {
	while (tcp_tw_pcbs)
		tcp_abort(tcp_tw_pcbs);
	while (tcp_active_pcbs)
		tcp_abandon(tcp_active_pcbs, tcp_active_pcbs->unsent || tcp_active_pcbs->unacked);
}

/* The life of one application's machine, until its main loop ends. */
static void run_application(txMachine *root, struct heap *heap) {
	machine = create_application(root, heap);
	if (!machine) {
		if (!state.stop)
			machine_stop(BOARD_OUT_OF_MEMORY);
		return;
	}
	heap_collect_always();
	board_xs_paint(machine);
	fxBeginMetering(machine, metering, LONG_STEP);
	timers_initialize(machine);
	run();
	if (state.report)
		machine_call(report_now, NULL);
	fxEndMetering(machine);
	tell_ends();
	board_time_real();
	timers_terminate(machine);
	board_xs_terminate();
	txMachine *application = machine;
	machine = NULL;
	fxDeleteMachine(application);
	while (state.first_task)
		board_unpost(state.first_task);
	drain();
}

int board_run(void) {
	txMachine *root = root_get();
	bool again = root && !machine_stopping();
	while (again) {
		run_application(root, &application_heap);
		again = state.reset && !state.interrupted;
		if (again) {
			purge();
			state.stop = state.reset = state.broken = state.deadline_set = false;
		}
	}
	machine = NULL;
	root_delete(root);
	return machine_status();
}

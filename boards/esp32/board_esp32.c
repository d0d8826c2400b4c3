// SPDX-License-Identifier: MIT
// What a camera board gives to modules/console and others, over FreeRTOS: time, tasks for the main loop, Ctrl-C. Read
// board.h, then ../common/board.h for what each function has to do. All of it runs in the task of the application's
// machine, except board_signal() and board_wake(), which the reader of the serial line calls.
#include "board.h"

#include <stdatomic.h>
#include <stdio.h>

#include "esp_random.h"
#include "freertos/FreeRTOS.h"
#include "freertos/semphr.h"
#include "freertos/task.h"
#include "freertos/timers.h"
#include "sdkconfig.h"
#if CONFIG_ESP_TASK_WDT_EN
#include "esp_task_wdt.h"
#endif

/* Milliseconds that a wait takes at most before the watchdog is fed. */
#define SLICE 500
/* Milliseconds until a message that found no room is tried again. */
#define RETRY 20
/* Milliseconds that JavaScript may go on after Ctrl-C before it is interrupted, as on the emulated boards. */
#define BREAK_GRACE 20

/* Milliseconds that the console waits for a line that takes nothing; then what is left is lost. */
#define STALL_LIMIT 500

/* modules/sockets may be missing. */
extern void sockets_port_on_interrupt(void *machine, bool (*look)(void)) __attribute__((weak));
extern void sockets_port_interrupt(void) __attribute__((weak));

static struct {
	void *machine;
	SemaphoreHandle_t wake;
	StaticSemaphore_t wake_memory;
	atomic_bool signalled; // a message is on its way
	TimerHandle_t retry;   // of a message that found no room
	StaticTimer_t retry_memory;
	void (*poll)(void);
	bool broken;
	uint32_t broken_at;
	bool deadline_set;
	uint32_t deadline;
	struct board_task *first_task, **last_task;
	struct board_end *ends;
} state = {.last_task = &state.first_task};

static void retry(TimerHandle_t timer);

void board_begin(void *machine) {
	if (state.wake == NULL) {
		state.wake = xSemaphoreCreateBinaryStatic(&state.wake_memory);
		state.retry = xTimerCreateStatic("board", pdMS_TO_TICKS(RETRY), pdFALSE, NULL, retry, &state.retry_memory);
	}
	if (sockets_port_on_interrupt != NULL)
		sockets_port_on_interrupt(machine, board_interrupted);
	state.machine = machine;
}

uint32_t board_real_milliseconds(void) {
	return (uint32_t)pdTICKS_TO_MS(xTaskGetTickCount());
}

unsigned int board_real_random(void) {
	return esp_random();
}

/* By ESP-IDF's own console until somebody has opened the line, then by its driver. */
void board_write(const void *data, size_t size) {
	if (!board_serial_is_open()) {
		fwrite(data, 1, size, stdout);
		fflush(stdout);
		return;
	}
	const uint8_t *bytes = data;
	for (uint32_t start = board_real_milliseconds(); size > 0 && board_real_milliseconds() - start < STALL_LIMIT;) {
		const size_t sent = board_serial_write(bytes, size);
		bytes += sent;
		size -= sent;
		if (sent == 0)
			vTaskDelay(1);
	}
}

void board_write_error(const void *data, size_t size) {
	board_write(data, size);
}

static void feed_watchdog(void) {
#if CONFIG_ESP_TASK_WDT_EN
	(void)esp_task_wdt_reset();
#endif
}

/* The network has a thread of its own: this only waits. */
void board_network_step(uint32_t limit) {
	feed_watchdog();
	(void)xSemaphoreTake(state.wake, pdMS_TO_TICKS(limit < SLICE ? limit : SLICE));
	feed_watchdog();
}

void board_wake(void) {
	(void)xSemaphoreGive(state.wake);
}

/* FreeRTOS's timer: there may be room by now. */
static void retry(TimerHandle_t timer) {
	(void)timer;
	board_signal();
}

void board_signal(void) {
	board_wake();
	if (sockets_port_interrupt != NULL)
		sockets_port_interrupt(); // a call that is blocked looks at the line
	if (state.machine == NULL || atomic_exchange(&state.signalled, true))
		return;
	if (board_xs_post(state.machine))
		return;
	atomic_store(&state.signalled, false);
	(void)xTimerStart(state.retry, 0);
}

/* Whether the deadline has passed. */
static bool deadline_passed(void) {
	return state.deadline_set && (int32_t)(board_real_milliseconds() - state.deadline) >= 0;
}

bool board_interrupted(void) {
	if (state.poll != NULL)
		state.poll();
	if (board_take_break())
		return true;
	return deadline_passed();
}

void board_set_deadline(uint32_t milliseconds) {
	state.deadline_set = true;
	state.deadline = board_real_milliseconds() + milliseconds;
}

bool board_clear_deadline(void) {
	const bool passed = deadline_passed();
	state.deadline_set = false;
	return passed;
}

void board_break(void) {
	state.broken = true;
	state.broken_at = board_real_milliseconds();
}

bool board_take_break(void) {
	const bool broken = state.broken;
	state.broken = false;
	return broken;
}

void board_set_poll(void (*poll)(void)) {
	state.poll = poll;
}

enum board_interruption board_look(void) {
	feed_watchdog(); // a program that computes is none that hangs: a person can interrupt it
	if (state.poll != NULL)
		state.poll();
	if (state.broken && board_real_milliseconds() - state.broken_at >= BREAK_GRACE) {
		state.broken = false;
		return BOARD_BREAK;
	}
	return deadline_passed() ? BOARD_DEADLINE : BOARD_NOTHING;
}

void board_at_end(struct board_end *end) {
	if (end->registered)
		return;
	end->registered = true;
	end->next = state.ends;
	state.ends = end;
}

void board_post(struct board_task *task) {
	if (task->queued)
		return;
	task->queued = true;
	task->next = NULL;
	*state.last_task = task;
	state.last_task = &task->next;
	board_signal();
}

void board_unpost(struct board_task *task) {
	if (!task->queued)
		return;
	struct board_task **link = &state.first_task;
	while (*link != task)
		link = &(*link)->next;
	*link = task->next;
	if (*link == NULL)
		state.last_task = link;
	task->queued = false;
}

void board_turn(void *machine) {
	atomic_store(&state.signalled, false);
	if (state.poll != NULL)
		state.poll();
	if (state.first_task == NULL)
		return;
	// What tasks post waits for the next turn: a mark in the queue, since a task may take any other back.
	struct board_task mark = {.queued = false};
	board_post(&mark);
	while (state.first_task != &mark) {
		struct board_task *task = state.first_task;
		board_unpost(task);
		board_xs_run(machine, task);
	}
	board_unpost(&mark);
}

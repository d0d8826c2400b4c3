// SPDX-License-Identifier: MIT
// The serial line of a camera board: UART0, or the USB port that the chip has by itself (USB-Serial-JTAG), by ESP-IDF's
// drivers. A task reads it, so that bytes are taken and Ctrl-C is seen while the program works or waits: what it has
// read is in a stream buffer, and the program's task is told (board_signal). Read ../common/board.h first.
//
// In a debug or instrumented build the line is the debugger's: there is none for us.
#include "board.h"

#include "freertos/FreeRTOS.h"
#include "freertos/stream_buffer.h"
#include "freertos/task.h"
#include "mc.defines.h"

/* Bytes between the reader and the program; and in the driver, each way. */
#define STREAM_SIZE 1024
#define DRIVER_SIZE 1024
#define READER_STACK 2560
/* Above the program's task (4), below lwIP's (18). */
#define READER_PRIORITY 6

static StreamBufferHandle_t stream;

#if defined(mxDebug) || defined(mxInstrument)

static bool open_driver(void) {
	return false;
}

static size_t read_driver(uint8_t *data, size_t size) {
	(void)data;
	(void)size;
	return 0;
}

static size_t write_driver(const void *data, size_t size) {
	(void)data;
	return size;
}

#elif MODDEF_BOARD_USB

#include "esp_driver_usb_serial_jtag/include/driver/usb_serial_jtag.h"

static bool open_driver(void) {
	usb_serial_jtag_driver_config_t config = {.tx_buffer_size = DRIVER_SIZE, .rx_buffer_size = DRIVER_SIZE};
	return usb_serial_jtag_is_driver_installed() || usb_serial_jtag_driver_install(&config) == ESP_OK;
}

/* Waits for at least a byte. */
static size_t read_driver(uint8_t *data, size_t size) {
	const int got = usb_serial_jtag_read_bytes(data, size, portMAX_DELAY);
	return got > 0 ? (size_t)got : 0;
}

/* The driver takes all of a piece or nothing. Where no computer listens it would be full for ever. */
static size_t write_driver(const void *data, size_t size) {
	if (!usb_serial_jtag_is_connected())
		return size;
	for (size_t piece = size < 64 ? size : 64; piece > 0; piece /= 2) {
		const int sent = usb_serial_jtag_write_bytes(data, piece, 0);
		if (sent > 0)
			return (size_t)sent;
	}
	return 0;
}

#else

#include "driver/uart.h"

static bool open_driver(void) {
	return uart_is_driver_installed(UART_NUM_0) ||
	       uart_driver_install(UART_NUM_0, DRIVER_SIZE, DRIVER_SIZE, 0, NULL, 0) == ESP_OK;
}

/* Waits for a byte, then takes what else is there. */
static size_t read_driver(uint8_t *data, size_t size) {
	const int first = uart_read_bytes(UART_NUM_0, data, 1, portMAX_DELAY);
	if (first <= 0)
		return 0;
	const int more = uart_read_bytes(UART_NUM_0, data + 1, size - 1, 0);
	return 1 + (more > 0 ? (size_t)more : 0);
}

static size_t write_driver(const void *data, size_t size) {
	size_t room = 0;
	if (uart_get_tx_buffer_free_size(UART_NUM_0, &room) != ESP_OK || room == 0)
		return 0;
	const int sent = uart_write_bytes(UART_NUM_0, data, size < room ? size : room);
	return sent > 0 ? (size_t)sent : 0;
}

#endif

/* The reader. While the program takes nothing it waits here, and the driver keeps what comes. */
static void reader(void *argument) {
	uint8_t bytes[64];
	(void)argument;
	for (;;) {
		const size_t size = read_driver(bytes, sizeof bytes);
		for (size_t sent = 0; sent < size;) {
			sent += xStreamBufferSend(stream, bytes + sent, size - sent, pdMS_TO_TICKS(100));
			board_signal();
		}
	}
}

bool board_serial_is_open(void) {
	return stream != NULL;
}

bool board_serial_open(void) {
	if (stream != NULL)
		return true;
	if (!open_driver())
		return false;
	stream = xStreamBufferCreate(STREAM_SIZE, 1);
	if (stream == NULL)
		return false;
	if (xTaskCreate(reader, "console", READER_STACK, NULL, READER_PRIORITY, NULL) == pdPASS)
		return true;
	vStreamBufferDelete(stream);
	stream = NULL;
	return false;
}

size_t board_serial_read(void *data, size_t size) {
	return stream != NULL && size > 0 ? xStreamBufferReceive(stream, data, size, 0) : 0;
}

size_t board_serial_write(const void *data, size_t size) {
	return write_driver(data, size);
}

/* A board cannot know what is at the other end. */
unsigned board_serial_columns(void) {
	return 0;
}

bool board_serial_colours(void) {
	return false;
}

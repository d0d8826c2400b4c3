// SPDX-License-Identifier: MIT
// The port for ESP-IDF, its XS part: which port a machine has, and the message to its main loop. Read
// sockets_port_esp32.h first.
#include <errno.h>
#include <stdlib.h>

#include "xsmc.h"
#include "xsHost.h"

#include "esp_netif.h"
#include "esp_random.h"
#include "sdkconfig.h"
#if CONFIG_LWIP_HOOK_TCP_ISN_DEFAULT
#include "lwip_default_hooks.h"
#endif

#include "sockets_errors.h"
#include "sockets_port_esp32.h"
#include "sockets_port_xs.h"
#include "sockets_tcp.h"

/** A machine's port, and the object that tells of the machine's end. */
struct machine_port {
	struct sockets_port port;
	xsSlot witness;
};

/** The machine ends: XS destroys all host objects, from whichever task deletes it. */
static void end(void *data) {
	struct sockets_port *port = data;
	if (port == NULL)
		return;
	sockets_tcp_close_detached(port);
	sockets_port_end(port);
}

/**
 * Gives ESP-IDF's hook for initial sequence numbers (RFC 6528) its secret, once. Nobody in ESP-IDF does that, and the
 * secret that it has else is known to everybody.
 */
static void make_secret(void) {
#if CONFIG_LWIP_HOOK_TCP_ISN_DEFAULT
	static bool made;
	uint8_t secret[16];
	esp_fill_random(secret, sizeof secret);
	sockets_port_lock();
	if (!made)
		lwip_init_tcp_isn(0, secret);
	made = true;
	sockets_port_unlock();
#endif
}

/** A port for a machine that has none: one that another machine has left, or a new one. */
static struct sockets_port *make(xsMachine *the) {
	// Until the network has been started there is no core lock. This does nothing if it has.
	if (esp_netif_init() != ESP_OK)
		sockets_throw(the, -ENOMEM, "socket");
	make_secret();
	struct sockets_port *port = sockets_port_reuse(the);
	if (port == NULL) {
		port = calloc(1, sizeof(struct machine_port));
		if (port == NULL || !sockets_port_begin(port, the)) {
			free(port);
			sockets_throw(the, -ENOMEM, "socket");
		}
	}
	xsTry {
		xsSlot *witness = &((struct machine_port *)port)->witness;
		*witness = xsNewHostObject(end);
		xsmcSetHostData(*witness, port);
		xsRemember(*witness);
	}
	xsCatch {
		sockets_port_end(port);
		xsThrow(xsException);
	}
	return port;
}

struct sockets_port *sockets_port_of(xsMachine *the) {
	struct sockets_port *port = sockets_port_find(the);
	return port != NULL ? port : make(the);
}

void **sockets_port_awaited(struct sockets_port *port) {
	return &port->awaited;
}

/** Error stacks are the debugger's business here. */
void sockets_port_errors_for(const xsSlot *promise) {
	(void)promise;
}

/** The main loop has the message: what is ready is tried again. */
static void deliver(void *machine, void *argument, uint8_t *message, uint16_t size) {
	xsMachine *the = machine;
	(void)message;
	(void)size;
	if (!sockets_port_take_notification(argument))
		return;
	xsBeginHost(the);
	{ sockets_operations_run(the); }
	xsEndHost(the);
}

/**
 * The SDK's other way to post, modMessagePostToMachine, waits for ever in a release build where there is no room:
 * lwIP's thread would hang, and with it the network that the program may be waiting for. This one does not wait; that
 * its name speaks of interrupts is no matter to FreeRTOS, which only saves itself the change of tasks: lwIP's thread
 * has a higher priority than any machine's, and is about to sleep.
 */
bool sockets_port_post(struct sockets_port *port) {
	return modMessagePostToMachineFromISR(port->machine, deliver, port) == 0;
}

// SPDX-License-Identifier: MIT
// The binding of dns_responder.c to JavaScript; read dns.d.ts first.
#include <stddef.h>

#include "xsmc.h"

#include "dns_responder.h"

/** start() */
void xs_dns_responder_start(xsMachine *the) {
	if (!dns_responder_start())
		xsUnknownError("no memory for the name server");
}

/** stop() */
void xs_dns_responder_stop(xsMachine *the) {
	(void)the;
	dns_responder_stop();
}

/** queries(): number */
void xs_dns_responder_queries(xsMachine *the) {
	xsmcSetInteger(xsResult, (xsIntegerValue)dns_responder_queries());
}

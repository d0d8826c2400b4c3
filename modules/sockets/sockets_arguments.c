// SPDX-License-Identifier: MIT
// Arguments of the native functions; see sockets_arguments.h.
#include "sockets_arguments.h"

#include <errno.h>
#include <string.h>

#include "xsmc.h"
#include "mc.xs.h"
#include "sockets_errors.h"
#include "sockets_port_xs.h"
#include "sockets_utf8.h"

/** The longest timeout, in milliseconds: one less than the word for "for ever". */
#define LONGEST_TIMEOUT (SOCKETS_FOREVER - 1)

/** A number; -0 and NaN are the caller's to judge. */
double sockets_number_argument(xsMachine *the, int index, const char *name) {
	if (xsmcArgc > index) {
		const xsType type = xsmcTypeOf(xsArg(index));
		if (type == xsIntegerType || type == xsNumberType)
			return xsmcToNumber(xsArg(index));
	}
	xsTypeError("%s: not a number", name);
	return 0; // not reached
}

/** A whole number within the bounds. */
int sockets_integer_argument(xsMachine *the, int index, const char *name, int smallest, int largest) {
	if (xsmcArgc > index && xsmcTypeOf(xsArg(index)) == xsIntegerType) {
		const int value = xsmcToInteger(xsArg(index));
		if (smallest <= value && value <= largest)
			return value;
	} else {
		const double value = sockets_number_argument(the, index, name);
		if (value >= smallest && value <= largest && value == (double)(int)value)
			return (int)value;
	}
	xsRangeError("%s: not a whole number from %d to %d", name, smallest, largest);
	return 0; // not reached
}

/** A whole number, or what is given instead if the argument is missing or undefined. */
int sockets_optional_argument(xsMachine *the, int index, const char *name, int smallest, int largest, int missing) {
	if (xsmcArgc <= index || xsmcTypeOf(xsArg(index)) == xsUndefinedType)
		return missing;
	return sockets_integer_argument(the, index, name, smallest, largest);
}

/** Flags of a call, 0 if there are none; throws EOPNOTSUPP for one that is not allowed. */
unsigned sockets_flags_argument(xsMachine *the, int index, unsigned allowed, const char *operation) {
	const unsigned flags = (unsigned)sockets_optional_argument(the, index, "flags", 0, INT32_MAX, 0);
	if (flags & ~allowed)
		sockets_throw(the, -EOPNOTSUPP, operation);
	return flags;
}

/** A timeout: seconds, or null for as long as it takes; in milliseconds. */
uint32_t sockets_timeout(xsMachine *the, xsSlot *slot) {
	const xsType type = fxTypeOf(the, slot);
	if (type == xsNullType)
		return SOCKETS_FOREVER;
	if (type != xsIntegerType && type != xsNumberType)
		xsTypeError("timeout: not a number");
	const double seconds = fxToNumber(the, slot);
	if (!(seconds >= 0 && seconds <= LONGEST_TIMEOUT / 1000))
		xsRangeError("timeout: a number of seconds from 0 to %u, or null", LONGEST_TIMEOUT / 1000);
	// Rounded up, so that a timeout that is not 0 waits.
	const double milliseconds = seconds * 1000;
	uint32_t rounded = (uint32_t)milliseconds;
	if (rounded < milliseconds)
		rounded += 1;
	return rounded;
}

/** Throws if what should be a host is not text. */
static void check_host(xsMachine *the, xsSlot *slot) {
	const xsType type = fxTypeOf(the, slot);
	if (type != xsStringType && type != xsStringXType)
		xsTypeError("host: not a string");
}

/** A host, resolved if it is a name, which may take as long as the timeout (see sockets_resolve). */
static uint32_t resolve(xsMachine *the, const char *name, uint32_t timeout, const char *operation) {
	uint32_t host = 0;
	// CPython resolves names of non-blocking sockets too, since nothing else would get the address.
	const int result = sockets_resolve(sockets_port_of(the), name, timeout == 0 ? SOCKETS_FOREVER : timeout, &host);
	if (result < 0)
		sockets_throw_detail(the, result, operation, name);
	return host;
}

/** The same; `slot` has the text. */
uint32_t sockets_host(xsMachine *the, xsSlot *slot, uint32_t timeout, const char *operation) {
	check_host(the, slot);
	return resolve(the, fxToString(the, slot), timeout, operation);
}

/** The port of [host, port], and the host as it is there. */
static uint16_t address_parts(xsMachine *the, int index, xsSlot *host) {
	if (xsmcArgc <= index || xsmcTypeOf(xsArg(index)) != xsReferenceType)
		xsTypeError("address: not [host, port]");
	xsmcGetIndex(*host, xsArg(index), 1);
	const xsType type = fxTypeOf(the, host);
	if (type != xsIntegerType && type != xsNumberType)
		xsTypeError("port: not a number");
	const double port = fxToNumber(the, host);
	if (!(port >= 0 && port <= UINT16_MAX && port == (double)(uint16_t)port))
		xsRangeError("port: not a whole number from 0 to 65535");
	xsmcGetIndex(*host, xsArg(index), 0);
	return (uint16_t)port;
}

/** [host, port]: gives the port, and the text of the host, which is not resolved. */
uint16_t sockets_address_parts(xsMachine *the, int index, xsSlot *host) {
	const uint16_t port = address_parts(the, index, host);
	check_host(the, host);
	return port;
}

/** [host, port]; the host as sockets_host has it, which may take as long as the timeout. */
void sockets_address_argument(xsMachine *the, int index, struct sockets_address *address, uint32_t timeout,
                              const char *operation) {
	const char *name;
	if (xsmcArgc > index && sockets_engine_address(the, &xsArg(index), &name, &address->port)) {
		address->host = resolve(the, name, timeout, operation);
		return;
	}
	const int item = xsmcVars(1);
	address->port = address_parts(the, index, &xsVar(item));
	address->host = sockets_host(the, &xsVar(item), timeout, operation);
}

/** The bytes of a string as UTF-8. Where XS's own form differs (see sockets_utf8.h) a copy is made, kept alive by
 * xsResult. */
static void string_bytes(xsMachine *the, int index, struct sockets_bytes *bytes) {
	const char *text = xsmcToString(xsArg(index));
	bytes->data = (uint8_t *)text; // only read from
	bytes->size = strlen(text);
	if (sockets_utf8_is_standard(text, bytes->size))
		return;
	xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)bytes->size);
	uint8_t *copy = xsmcToArrayBuffer(xsResult);
	bytes->size = sockets_utf8_standard(xsmcToString(xsArg(index)), bytes->size, copy);
	bytes->data = copy;
}

/**
 * Data to send: a string, an ArrayBuffer (or SharedArrayBuffer) or a view of one, or a host buffer. Uses xsResult for a
 * copy where one is needed.
 */
void sockets_data_argument(xsMachine *the, int index, struct sockets_bytes *bytes) {
	if (xsmcArgc > index) {
		xsSlot *data = &xsArg(index);
		if (sockets_engine_bytes(the, data, false, bytes))
			return;
		const xsType type = fxTypeOf(the, data);
		if (type == xsStringType || type == xsStringXType) {
			string_bytes(the, index, bytes);
			return;
		}
	}
	xsTypeError("data: not a string, an ArrayBuffer or a view of one");
}

/** A buffer to receive into: an ArrayBuffer or a view of one. */
void sockets_buffer_argument(xsMachine *the, int index, struct sockets_bytes *bytes) {
	if (xsmcArgc <= index || !sockets_engine_bytes(the, &xsArg(index), true, bytes))
		xsTypeError("buffer: not an ArrayBuffer or a view of one");
}

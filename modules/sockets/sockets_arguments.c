// SPDX-License-Identifier: MIT
// Arguments of the native functions; see sockets_arguments.h.
#include "sockets_arguments.h"

#include <errno.h>
#include <string.h>

#include "mc.xs.h"
#include "sockets_errors.h"
#include "sockets_port_xs.h"
#include "sockets_utf8.h"

#ifndef xsGetHostDataIf // XS 13.3 has the function, but no name for it in its headers
mxImport void *fxGetHostDataIf(xsMachine *, xsSlot *);
#define xsGetHostDataIf(_SLOT) fxGetHostDataIf(the, &(_SLOT))
#endif

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

/** A host, resolved if it is a name, which may take as long as the timeout (see sockets_resolve). `slot` has the text.
 */
uint32_t sockets_host(xsMachine *the, xsSlot *slot, uint32_t timeout, const char *operation) {
	const xsType type = fxTypeOf(the, slot);
	if (type != xsStringType && type != xsStringXType)
		xsTypeError("host: not a string");
	uint32_t host = 0;
	// CPython resolves names of non-blocking sockets too, since nothing else would get the address.
	const int result =
	    sockets_resolve(sockets_port_of(the), fxToString(the, slot), timeout == 0 ? SOCKETS_FOREVER : timeout, &host);
	if (result < 0)
		sockets_throw_detail(the, result, operation, fxToString(the, slot));
	return host;
}

/** [host, port]; the host as sockets_host has it, which may take as long as the timeout. */
void sockets_address_argument(xsMachine *the, int index, struct sockets_address *address, uint32_t timeout,
                              const char *operation) {
	if (xsmcArgc <= index || xsmcTypeOf(xsArg(index)) != xsReferenceType)
		xsTypeError("address: not [host, port]");
	const int item = xsmcVars(1);
	xsmcGetIndex(xsVar(item), xsArg(index), 1);
	const xsType type = xsmcTypeOf(xsVar(item));
	if (type != xsIntegerType && type != xsNumberType)
		xsTypeError("port: not a number");
	const double port = xsmcToNumber(xsVar(item));
	if (!(port >= 0 && port <= UINT16_MAX && port == (double)(uint16_t)port))
		xsRangeError("port: not a whole number from 0 to 65535");
	address->port = (uint16_t)port;
	xsmcGetIndex(xsVar(item), xsArg(index), 0);
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

/** The bytes behind a view whose elements are wider than one byte: XS's buffer access does not take those. */
static void view_bytes(xsMachine *the, int index, bool writable, struct sockets_bytes *bytes) {
	const int item = xsmcVars(2);
	xsmcGet(xsVar(item), xsGlobal, xsID_ArrayBuffer);
	xsmcCall(xsVar(item + 1), xsVar(item), xsID_isView, &xsArg(index), NULL);
	if (!xsmcTest(xsVar(item + 1)))
		xsTypeError(writable ? "buffer: not an ArrayBuffer or a view of one"
		                     : "data: not a string, an ArrayBuffer or a view of one");
	xsmcGet(xsVar(item), xsArg(index), xsID_byteOffset);
	const xsIntegerValue offset = xsmcToInteger(xsVar(item));
	xsmcGet(xsVar(item), xsArg(index), xsID_byteLength);
	const xsIntegerValue size = xsmcToInteger(xsVar(item));
	xsmcGet(xsVar(item), xsArg(index), xsID_buffer);
	void *data;
	xsUnsignedValue whole;
	(void)_xsmcGetBuffer(the, &xsVar(item), &data, &whole, writable);
	if (offset < 0 || size < 0 || (xsUnsignedValue)offset + (xsUnsignedValue)size > whole)
		xsTypeError("a view out of the bounds of its buffer");
	bytes->data = (uint8_t *)data + offset;
	bytes->size = (size_t)size;
}

/** The bytes of a buffer argument, to be read or written. */
static void buffer_bytes(xsMachine *the, int index, bool writable, struct sockets_bytes *bytes) {
	if (xsmcArgc <= index || xsmcTypeOf(xsArg(index)) != xsReferenceType)
		xsTypeError(writable ? "buffer: not an ArrayBuffer or a view of one"
		                     : "data: not a string, an ArrayBuffer or a view of one");
	// XS takes any host object for a buffer, with a length of the object's own choice: only true host buffers may pass.
	if (xsGetHostDataIf(xsArg(index)) != NULL)
		(void)xsmcGetHostBufferLength(xsArg(index));
	void *data = NULL;
	xsUnsignedValue size = 0;
	bool plain = true;
	xsTry {
		(void)_xsmcGetBuffer(the, &xsArg(index), &data, &size, writable);
	}
	xsCatch {
		plain = false;
	}
	if (!plain) {
		view_bytes(the, index, writable, bytes);
		return;
	}
	if (data == NULL && size > 0)
		xsTypeError("a buffer without memory");
	bytes->data = data;
	bytes->size = size;
}

/**
 * Data to send: a string, an ArrayBuffer (or SharedArrayBuffer) or a view of one, or a host buffer. Uses xsResult for a
 * copy where one is needed.
 */
void sockets_data_argument(xsMachine *the, int index, struct sockets_bytes *bytes) {
	const xsType type = xsmcArgc > index ? xsmcTypeOf(xsArg(index)) : xsUndefinedType;
	if (type == xsStringType || type == xsStringXType)
		string_bytes(the, index, bytes);
	else
		buffer_bytes(the, index, false, bytes);
}

/** A buffer to receive into: an ArrayBuffer or a view of one. */
void sockets_buffer_argument(xsMachine *the, int index, struct sockets_bytes *bytes) {
	buffer_bytes(the, index, true, bytes);
}

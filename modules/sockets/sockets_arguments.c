// SPDX-License-Identifier: MIT
// Arguments of the native functions; see sockets_arguments.h.
#include "sockets_arguments.h"

#include <errno.h>
#include <string.h>

#include "mc.xs.h"
#include "sockets_errors.h"
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

/**
 * [host, port]: host is an IPv4 address in four decimal numbers, "" (the unspecified address) or "localhost". Any other
 * text is a name, which is ENOTSUP until names are resolved.
 */
void sockets_address_argument(xsMachine *the, int index, struct sockets_address *address, const char *operation) {
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
	const xsType hostType = xsmcTypeOf(xsVar(item));
	if (hostType != xsStringType && hostType != xsStringXType)
		xsTypeError("host: not a string");
	const char *host = xsmcToString(xsVar(item));
	if (*host == '\0')
		address->host = 0;
	else if (strcmp(host, "localhost") == 0)
		address->host = 0x7F000001;
	else if (!sockets_parse_ipv4(host, &address->host))
		sockets_throw(the, -ENOTSUP, operation);
}

/** The bytes of a string as UTF-8. Where XS's own form differs (see sockets_utf8.h) a copy is made, kept alive by
 * xsResult. */
static void string_bytes(xsMachine *the, int index, struct sockets_bytes *bytes) {
	const char *text = xsmcToString(xsArg(index));
	bytes->data = text;
	bytes->size = strlen(text);
	if (sockets_utf8_is_standard(text, bytes->size))
		return;
	xsmcSetArrayBuffer(xsResult, NULL, (xsIntegerValue)bytes->size);
	void *copy = xsmcToArrayBuffer(xsResult);
	bytes->size = sockets_utf8_standard(xsmcToString(xsArg(index)), bytes->size, copy);
	bytes->data = copy;
}

/** The bytes behind a view whose elements are wider than one byte: XS's buffer access does not take those. */
static void view_bytes(xsMachine *the, int index, struct sockets_bytes *bytes) {
	const int item = xsmcVars(2);
	xsmcGet(xsVar(item), xsGlobal, xsID_ArrayBuffer);
	xsmcCall(xsVar(item + 1), xsVar(item), xsID_isView, &xsArg(index), NULL);
	if (!xsmcTest(xsVar(item + 1)))
		xsTypeError("data: not a string, an ArrayBuffer or a view of one");
	xsmcGet(xsVar(item), xsArg(index), xsID_byteOffset);
	const xsIntegerValue offset = xsmcToInteger(xsVar(item));
	xsmcGet(xsVar(item), xsArg(index), xsID_byteLength);
	const xsIntegerValue size = xsmcToInteger(xsVar(item));
	xsmcGet(xsVar(item), xsArg(index), xsID_buffer);
	void *data;
	xsUnsignedValue whole;
	(void)xsmcGetBufferReadable(xsVar(item), &data, &whole);
	if (offset < 0 || size < 0 || (xsUnsignedValue)offset + (xsUnsignedValue)size > whole)
		xsTypeError("data: a view out of bounds");
	bytes->data = (const char *)data + offset;
	bytes->size = (size_t)size;
}

/**
 * Data to send: a string, an ArrayBuffer (or SharedArrayBuffer) or a view of one, or a host buffer. Uses xsResult for a
 * copy where one is needed.
 */
void sockets_bytes_argument(xsMachine *the, int index, struct sockets_bytes *bytes) {
	const xsType type = xsmcArgc > index ? xsmcTypeOf(xsArg(index)) : xsUndefinedType;
	if (type == xsStringType || type == xsStringXType) {
		string_bytes(the, index, bytes);
		return;
	}
	if (type != xsReferenceType)
		xsTypeError("data: not a string, an ArrayBuffer or a view of one");
	// XS takes any host object for a buffer, with a length of the object's own choice: only true host buffers may pass.
	if (xsGetHostDataIf(xsArg(index)) != NULL)
		(void)xsmcGetHostBufferLength(xsArg(index));
	void *data = NULL;
	xsUnsignedValue size = 0;
	bool plain = true;
	xsTry {
		(void)xsmcGetBufferReadable(xsArg(index), &data, &size);
	}
	xsCatch {
		plain = false;
	}
	if (!plain) {
		view_bytes(the, index, bytes);
		return;
	}
	if (data == NULL && size > 0)
		xsTypeError("data: a buffer without memory");
	bytes->data = data;
	bytes->size = size;
}

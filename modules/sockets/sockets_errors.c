// SPDX-License-Identifier: MIT
// Errors of the core as JavaScript's OSError; see sockets_errors.h.
#include "sockets_errors.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "xsmc.h"
#include "mc.xs.h"

/** The longest message: words of the error, the operation, an address. */
#define MESSAGE_SIZE 128
/** Bytes of it that the address or the name may have. */
#define LONGEST_DETAIL 60

/** SOCKETS_EAI_NONAME and the like are this much away from glibc's numbers. */
#define EAI_BASE 10000

/** Names and words of the errors that the core gives. The words are POSIX's (strerror's differ by C library). */
static const struct {
	int number;
	const char *code, *words;
} errors[] = {
    {EADDRINUSE, "EADDRINUSE", "address already in use"},
    {EADDRNOTAVAIL, "EADDRNOTAVAIL", "address not available"},
    {EAFNOSUPPORT, "EAFNOSUPPORT", "address family not supported"},
    {EAGAIN, "EAGAIN", "resource temporarily unavailable"},
    {EALREADY, "EALREADY", "operation already in progress"},
    {EBADF, "EBADF", "socket is closed"},
    {ECANCELED, "ECANCELED", "operation canceled"},
    {ECONNABORTED, "ECONNABORTED", "connection aborted"},
    {ECONNREFUSED, "ECONNREFUSED", "connection refused"},
    {ECONNRESET, "ECONNRESET", "connection reset by peer"},
    {EINPROGRESS, "EINPROGRESS", "operation in progress"},
    {EINVAL, "EINVAL", "invalid argument"},
    {EISCONN, "EISCONN", "socket is connected"},
    {ENETUNREACH, "ENETUNREACH", "network is unreachable"},
    {ENFILE, "ENFILE", "too many open sockets"},
    {ENOBUFS, "ENOBUFS", "no buffer space available"},
    {ENOPROTOOPT, "ENOPROTOOPT", "option not available"},
    {ENOTCONN, "ENOTCONN", "socket is not connected"},
    {EOPNOTSUPP, "EOPNOTSUPP", "operation not supported"},
    {EPIPE, "EPIPE", "broken pipe"},
    {EPROTOTYPE, "EPROTOTYPE", "wrong socket type"},
    {ETIMEDOUT, "ETIMEDOUT", "timed out"},
    {-SOCKETS_EAI_NONAME, "EAI_NONAME", "name does not resolve"},
    {-SOCKETS_EAI_AGAIN, "EAI_AGAIN", "name server not available"},
    {EAI_BASE + 6, "EAI_FAMILY", "address family not supported"},
    {EAI_BASE + 7, "EAI_SOCKTYPE", "socket type not supported"},
};

/** What JavaScript sees as errno. The numbers of name failures are glibc's, negative, as in Python's gaierror. */
static int shown_number(int number) {
	return number > EAI_BASE ? EAI_BASE - number : number;
}

/** The number of an error, as JavaScript sees it; 0 for a code that is none. */
int sockets_error_number(const char *code) {
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i += 1)
		if (strcmp(errors[i].code, code) == 0)
			return shown_number(errors[i].number);
	return 0;
}

/** Throws through the method `fail` of `this`, which knows the classes of JavaScript. Does not return. */
static void throw_message(xsMachine *the, int error, const char *code, const char *message) {
	const int item = xsmcVars(3);
	xsmcSetString(xsVar(item), (xsStringValue)message);
	xsmcSetString(xsVar(item + 1), (xsStringValue)code);
	xsmcSetInteger(xsVar(item + 2), error);
	xsmcCall_noResult(xsThis, xsID__fail, &xsVar(item), &xsVar(item + 1), &xsVar(item + 2), NULL);
	xsUnknownError("%s", message); // not reached: _fail throws
}

/** Throws the negative errno number as an OSError "words, operation [detail]"; -EINTR as a KeyboardInterrupt. Does not
 * return. */
static void throw_error(xsMachine *the, int error, const char *operation, const char *detail) {
	const int number = -error;
	if (number == EINTR)
		throw_message(the, number, "EINTR", "interrupted");
	const char *code = "EIO", *words = "unknown error";
	for (size_t i = 0; i < sizeof errors / sizeof *errors; i += 1) {
		if (errors[i].number == number) {
			code = errors[i].code;
			words = errors[i].words;
		}
	}
	// Not cut in the middle of a character: XS reads on to its end, which would be beyond the string's.
	int size = (int)strnlen(detail, LONGEST_DETAIL);
	while (size > 0 && ((unsigned char)detail[size] & 0xC0) == 0x80)
		size -= 1;
	char message[MESSAGE_SIZE];
	snprintf(message, sizeof message, "%s: %s, %s%s%.*s", code, words, operation, *detail == '\0' ? "" : " ", size,
	         detail);
	throw_message(the, shown_number(number), code, message);
}

/** Throws the failure of an operation. Does not return. */
void sockets_throw(xsMachine *the, int error, const char *operation) {
	throw_error(the, error, operation, "");
}

/** The same, with what the operation was about in the message. */
void sockets_throw_detail(xsMachine *the, int error, const char *operation, const char *detail) {
	throw_error(the, error, operation, detail);
}

/** Throws if the result of the core is a failure. */
void sockets_check(xsMachine *the, int32_t result, const char *operation) {
	if (result < 0)
		throw_error(the, result, operation, "");
}

/** The same, with the address in the message. */
void sockets_check_address(xsMachine *the, int result, const char *operation, const struct sockets_address *address) {
	if (result >= 0)
		return;
	char host[SOCKETS_HOST_SIZE], detail[SOCKETS_HOST_SIZE + 8];
	sockets_format_ipv4(address->host, host);
	snprintf(detail, sizeof detail, "%s:%u", host, (unsigned)address->port);
	throw_error(the, result, operation, detail);
}

/** Writes a byte as a decimal number, and gives where it ends. */
static char *format_byte(unsigned value, char *text) {
	if (value >= 100)
		*text++ = (char)('0' + value / 100);
	if (value >= 10)
		*text++ = (char)('0' + value / 10 % 10);
	*text++ = (char)('0' + value % 10);
	return text;
}

/** Writes an IPv4 address in host byte order as four decimal numbers; `text` has room for SOCKETS_HOST_SIZE characters.
 */
void sockets_format_ipv4(uint32_t host, char *text) {
	for (int shift = 24; shift >= 0; shift -= 8) {
		text = format_byte(host >> shift & 0xFF, text);
		*text++ = shift > 0 ? '.' : '\0';
	}
}

// SPDX-License-Identifier: MIT
// XS keeps strings as UTF-8 with two differences: U+0000 is C0 80, so that a NUL ends a string, and a surrogate that
// has no pair is three bytes that UTF-8 has no place for. What goes over the wire is standard UTF-8 (RFC 3629), with
// U+FFFD for such a surrogate, as TextEncoder has it (WHATWG Encoding).
#ifndef SOCKETS_UTF8_H
#define SOCKETS_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool sockets_utf8_is_standard(const char *text, size_t size);
size_t sockets_utf8_standard(const char *text, size_t size, uint8_t *result);

#endif

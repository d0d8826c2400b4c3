// SPDX-License-Identifier: MIT
// The two halves of xs-compile: reading and compiling (xs-compile.c), writing (write_module.c).
#ifndef CAMSOCK_XS_COMPILE_H
#define CAMSOCK_XS_COMPILE_H

#include "xsScript.h"

#include <stdbool.h>

txSize xs_code_size(const txByte *p);
bool write_module(const txScript *script, const char *specifier, const char *path, const char *output);

#endif

// SPDX-License-Identifier: MIT
// The main module after a soft reset in raw mode (Ctrl-D): the REPL and nothing else, so that a program has the heap, and
// the ports, for itself.

import { start } from "repl";

start({ raw: true });

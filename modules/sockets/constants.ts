// SPDX-License-Identifier: MIT
// Constants of the socket API: names of POSIX, values of Linux. "sockets" exports them.

/** Address family: IPv4. */
export const AF_INET = 2;
/** Socket type: a stream of bytes, TCP. */
export const SOCK_STREAM = 1;

/** Level of the options that start with SO_. */
export const SOL_SOCKET = 1;
/** Lets `bind` take a port that an earlier connection holds in TIME_WAIT. */
export const SO_REUSEADDR = 2;

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

/** `shutdown`: no more reading. */
export const SHUT_RD = 0;
/** `shutdown`: no more writing. */
export const SHUT_WR = 1;
/** `shutdown`: neither. */
export const SHUT_RDWR = 2;

/** Level of the options that start with TCP_. */
export const IPPROTO_TCP = 6;
/** Sends small pieces at once, where they would wait for the acknowledgement of the ones before (Nagle's algorithm, RFC 896). */
export const TCP_NODELAY = 1;

// SPDX-License-Identifier: MIT
// Constants of the socket API: names of POSIX, values of Linux. "sockets" exports them. The C side has the values too
// (sockets_xs.c, sockets_tcp.h).

/** Any address family, for `getaddrinfo`. */
export const AF_UNSPEC = 0;
/** Address family: IPv4. */
export const AF_INET = 2;
/** Socket type: a stream of bytes, TCP. */
export const SOCK_STREAM = 1;

/** Level of the options that start with SO_. */
export const SOL_SOCKET = 1;
/** Lets `bind` take a port that an earlier connection holds in TIME_WAIT. */
export const SO_REUSEADDR = 2;
/** Read only: the failure that no call has reported yet, as its errno number; 0 if there is none. Reading clears it. */
export const SO_ERROR = 4;
/** Read only: how many bytes the peer may send ahead of our reading (the TCP window). */
export const SO_RCVBUF = 8;
/** Probes a silent peer (RFC 9293, 3.8.4); a connection whose peer is gone fails with ETIMEDOUT. */
export const SO_KEEPALIVE = 9;
/** `[onoff, seconds]`: with 0 seconds `close` resets the connection, with more it has that long to send what is unsent. */
export const SO_LINGER = 13;
/** Read only: 1 if the socket listens. */
export const SO_ACCEPTCONN = 30;

/** Level of the options that start with TCP_. */
export const IPPROTO_TCP = 6;
/** Sends small pieces at once, where they would wait for the acknowledgement of the ones before (Nagle, RFC 896). */
export const TCP_NODELAY = 1;
/** Seconds of silence before the first probe of SO_KEEPALIVE, 1 to 32767. */
export const TCP_KEEPIDLE = 4;
/** Seconds between two probes, 1 to 32767. */
export const TCP_KEEPINTVL = 5;
/** Probes without an answer until the peer counts as gone, 1 to 127. */
export const TCP_KEEPCNT = 6;

/** `recv`: gives the bytes and leaves them for the next read. */
export const MSG_PEEK = 0x02;
/** `recv`, `send`: does not wait, whatever the socket's timeout. */
export const MSG_DONTWAIT = 0x40;
/** `recv`: waits until there are as many bytes as were asked for. */
export const MSG_WAITALL = 0x100;

/** `shutdown`: no more reading. */
export const SHUT_RD = 0;
/** `shutdown`: no more writing. */
export const SHUT_WR = 1;
/** `shutdown`: neither. */
export const SHUT_RDWR = 2;

/** `poll`: a read would not wait, nor an `accept`. */
export const POLLIN = 0x01;
/** `poll`: a write would not wait. */
export const POLLOUT = 0x04;
/** `poll`, without being asked for: there is a failure to report. */
export const POLLERR = 0x08;
/** `poll`, without being asked for: both directions have ended. */
export const POLLHUP = 0x10;
/** `poll`, without being asked for: the socket is closed. */
export const POLLNVAL = 0x20;

/** `getaddrinfo`: for a server; the address of no host is 0.0.0.0, not 127.0.0.1. */
export const AI_PASSIVE = 0x01;
/** `getaddrinfo`: gives the name that was asked for as the canonical one. */
export const AI_CANONNAME = 0x02;
/** `getaddrinfo`: does not ask a name server. */
export const AI_NUMERICHOST = 0x04;

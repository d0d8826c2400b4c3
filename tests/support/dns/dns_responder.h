// SPDX-License-Identifier: MIT
// A small name server on the board's own loopback, for tests: no query leaves the machine.
#ifndef DNS_RESPONDER_H
#define DNS_RESPONDER_H

#include <stdbool.h>

/**
 * Answers at 127.0.0.1:53, and makes that lwIP's name server: board.test is 127.0.0.1 and other.test is 10.1.2.3 (each
 * for a second), names that start with "silent" get no answer, all others do not exist (RFC 1035, 4.1.1: NXDOMAIN).
 * False if there was no memory.
 */
bool dns_responder_start(void);

/** Ends it, and gives lwIP the name servers back that it had. */
void dns_responder_stop(void);

/** How many queries came since the start. */
unsigned dns_responder_queries(void);

#endif

// SPDX-License-Identifier: MIT
// A wire with nothing on it: an Ethernet interface of the board whose other end is in the hands of a test, which makes
// and reads frames byte by byte.
#ifndef WIRE_H
#define WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * Adds the interface. The board is 10.8.8.1, netmask 255.255.255.0, with the address 02:00:00:00:00:01; each other host
 * of that network exists: its Ethernet address ends in the last byte of its IP address, and ARP requests for it are
 * answered. Connections in TIME_WAIT, which may be of earlier tests, are forgotten.
 */
void wire_add(void);

/** Takes it away, with the connections that it has, those in TIME_WAIT included. */
void wire_remove(void);

/** Puts a frame on the wire for the board, which deals with it before this returns. False if there is no memory. */
bool wire_send(const void *frame, size_t size);

/** The oldest frame of the board's, ARP's excepted, and its size; NULL if there is none. It stays until wire_drop. */
const uint8_t *wire_frame(size_t *size);
void wire_drop(void);

/** How many frames of the board's were lost since wire_add because nobody has taken those before. */
unsigned wire_lost(void);

/** Lets so many milliseconds pass for TCP's own timers, in steps of 250: for nothing else. */
void wire_pass(uint32_t milliseconds);

#endif

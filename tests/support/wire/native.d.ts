// SPDX-License-Identifier: MIT
// Types of native.js: a wire with nothing on it. An Ethernet interface of the board whose other end is in the hands of a
// test, which makes and reads frames byte by byte. tests/device/support/segments.ts makes and reads TCP's.

/**
 * Adds the interface. The board is 10.8.8.1, netmask 255.255.255.0, with the Ethernet address 02:00:00:00:00:01. Each other host of
 * the network exists: the last byte of its Ethernet address is that of its IP address, and ARP requests for it are answered.
 * Connections in TIME_WAIT, which may be of earlier tests, are forgotten.
 */
export function add(): void;

/** Takes it away, with the connections that it has, those in TIME_WAIT included. */
export function remove(): void;

/**
 * Puts a frame on the wire for the board, which deals with it before this returns.
 *
 * @param frame with its Ethernet header, without a check sequence
 * @throws Error if there was no packet buffer for it
 */
export function send(frame: ArrayBuffer): void;

/** The board's oldest frame that nobody has taken yet, ARP's excepted; undefined if there is none. */
export function take(): ArrayBuffer | undefined;

/** How many frames of the board's were lost since `add`, because too many waited to be taken. */
export function lost(): number;

/**
 * Lets time pass for TCP's own timers (retransmission, persist, keepalive, TIME_WAIT …), in steps of 250 ms. Timeouts of sockets
 * and everything else go by the board's clock.
 */
export function pass(milliseconds: number): void;

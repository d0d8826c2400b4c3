// SPDX-License-Identifier: MIT
// Types of faults.js: what can go wrong beneath the sockets of a board.

/** Takes all of lwIP's heap, which is what sending needs, but about `left` bytes. */
export function takeHeap(left: number): void;

/** Gives lwIP's heap back. */
export function giveHeapBack(): void;

/**
 * Adds an interface with the address 10.9.9.1, netmask 255.255.255.0, as the default one: what the board sends to that
 * address comes back to it, what it sends to any other gets no answer. Nothing leaves the machine.
 */
export function addInterface(): void;

/** Takes the interface away, and aborts the connections that it has. */
export function removeInterface(): void;

/** Takes the interface down, or brings it up; its address stays. While it is down nothing but 127.0.0.1 has a route. */
export function setUp(up: boolean): void;

/** Gives the interface the address 10.9.9.`host`; 0 takes its address away. */
export function setAddress(host: number): void;

/** Takes its address away as soon as the network is stepped: in the middle of the next call that blocks. */
export function loseAddressSoon(): void;

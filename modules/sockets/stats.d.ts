// SPDX-License-Identifier: MIT
// Types of stats.js.

/** How many of each there are. A count that the board's stack does not keep is -1. */
export interface Stats {
	/** Sockets, connections that wait to be accepted included. */
	sockets: number;
	/** TCP control blocks (pcbs) that are bound and not more. */
	bound: number;
	/** pcbs that listen. */
	listening: number;
	/** pcbs of sockets that connect or are connected. */
	active: number;
	/** pcbs that the stack finishes by itself: closed by us, or not accepted by us yet. */
	closing: number;
	/** pcbs that wait out the end of a connection (RFC 9293, 3.6.1). */
	time_wait: number;
	/** Packet buffers of the pools. */
	pbufs: number;
	/** TCP segments that wait to be sent or acknowledged. */
	segments: number;
	/** Bytes of lwIP's heap. */
	heap: number;
}

/**
 * Counts now. Never throws.
 *
 * @example
 * ```ts
 * import { Socket } from "sockets";
 * import { stats } from "sockets/stats";
 *
 * const before = stats().sockets;
 * using _s = new Socket();
 * console.log(stats().sockets - before); // → 1
 * ```
 */
export function stats(): Stats;

/**
 * Steps the network until the stack has finished what it was left with (`stats().closing` is 0), or the time is up. Never throws.
 *
 * @returns whether it has
 * @example
 * ```ts
 * import { create_connection } from "sockets";
 * import { settle, stats } from "sockets/stats";
 *
 * create_connection(["192.168.1.20", 9000]).close();
 * console.log(settle(2000)); // → true
 * console.log(stats().closing); // → 0
 * ```
 */
export function settle(milliseconds: number): boolean;

/** A socket, as {@link list} tells of it. */
export interface ListedSocket {
	/** `[host, port]`; port 0 if it is not bound. */
	local: [host: string, port: number];
	/** Whom it is, or was, connected to. */
	remote?: [host: string, port: number];
	/** `"waiting"`: for accept(); `"over"`: the connection has ended. */
	state: "new" | "bound" | "listening" | "connecting" | "connected" | "waiting" | "over";
	/** Bytes that have come and were not read. */
	unread: number;
	/** Bytes that were given to send and that the peer has not acknowledged. */
	unsent: number;
}

/**
 * Every socket of the board, whoever has it, those that wait to be accepted included; the newest first. Never throws.
 *
 * @example
 * ```ts
 * import { create_server } from "sockets";
 * import { list } from "sockets/stats";
 *
 * using _server = create_server(["", 8080]);
 * console.log(list()[0]?.state); // → listening
 * ```
 */
export function list(): ListedSocket[];

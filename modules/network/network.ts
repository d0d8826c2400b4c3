// SPDX-License-Identifier: MIT
// Bringing the board's network up, and asking what it is like. On the emulated boards: DHCP on their one interface.
// network_xs.c is the C side.

import type { Interface } from "network/interface";
import { type Code, errno, list, start, stop } from "network/native";
import { OSError } from "sockets/errors";

export type { Interface } from "network/interface";

/** Seconds that DHCP has by default: lwIP has asked five times then. */
const TIMEOUT = 30;

/** The attempt that is under way, which every further call of `up` waits for. */
let attempt: Promise<Interface> | undefined;

/**
 * The interfaces of the board, the loopback interface "lo0" included. Never throws.
 *
 * @example
 * ```ts
 * import { interfaces } from "network";
 *
 * const loopback = interfaces().find(({ name }) => name === "lo0");
 * console.log(loopback?.address); // → 127.0.0.1
 * ```
 */
export function interfaces(): Interface[] {
	return list();
}

/** The interface that leads to the world, if it is up. */
function ready(): Interface | undefined {
	return list().find(({ name, up }) => up && !name.startsWith("lo"));
}

/**
 * Brings the network up: resolves once the board has an address, at once if it has one.
 *
 * @param options `timeout`: seconds, at most 2147483; default 30
 * @throws OSError (rejection) `ENETDOWN`: no interface, or no link; `ETIMEDOUT`: no address in time;
 * `ENOBUFS`: no memory
 * @example
 * ```ts
 * import { up } from "network";
 *
 * const { name, address } = await up();
 * console.log(`${name}: ${address}`); // → en1: …
 * ```
 */
export function up({ timeout = TIMEOUT }: { timeout?: number } = {}): Promise<Interface> {
	attempt ??= connect(timeout).finally(() => {
		attempt = undefined;
	});
	return attempt;
}

function failure(code: Code, message: string): OSError {
	return new OSError(message, code, errno(code));
}

async function connect(timeout: number): Promise<Interface> {
	const found = ready();
	if (found) return found;
	let timer: number | undefined;
	try {
		return await new Promise<Interface>((resolve, reject) => {
			const wrong = start(() => {
				const found = ready();
				if (found) resolve(found);
			});
			if (wrong) throw failure(wrong, wrong === "ENETDOWN" ? "no network interface with a link" : "no memory for DHCP");
			timer = setTimeout(() => reject(failure("ETIMEDOUT", `no address within ${timeout} s`)), timeout * 1000);
		});
	} finally {
		clearTimeout(timer);
		stop();
	}
}

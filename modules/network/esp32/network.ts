// SPDX-License-Identifier: MIT
// Bringing the board's network up, on the camera boards: the same functions as ../network.ts, where they are documented,
// by Wi-Fi (wifi.ts).

import type { Interface } from "network/interface";
import { errno, list } from "network/native";
import { onchange, start } from "network/wifi";
import { OSError } from "sockets/errors";

export type { Interface } from "network/interface";

/** Seconds that joining a network has by default. */
const TIMEOUT = 30;

/** The attempt that is under way, which every further call of `up` waits for. */
let attempt: Promise<Interface> | undefined;

/** The interfaces of the board, the loopback interface "lo0" included. */
export function interfaces(): Interface[] {
	return list();
}

function ready(): Interface | undefined {
	return list().find(({ name, up }) => up && !name.startsWith("lo"));
}

/**
 * Brings the network up: resolves once the board has an address, of the network that it joins or of its access point. The
 * board goes on trying whatever happens to this promise.
 *
 * @param options `timeout`: seconds; default 30
 * @throws OSError (rejection) `ETIMEDOUT`: no address in time
 */
export function up({ timeout = TIMEOUT }: { timeout?: number } = {}): Promise<Interface> {
	attempt ??= connect(timeout).finally(() => {
		attempt = undefined;
	});
	return attempt;
}

async function connect(timeout: number): Promise<Interface> {
	start();
	let timer: number | undefined;
	try {
		return await new Promise<Interface>((resolve, reject) => {
			const look = () => {
				const found = ready();
				if (found) resolve(found);
			};
			onchange(look);
			look();
			timer = setTimeout(
				() => reject(new OSError(`no address within ${timeout} s`, "ETIMEDOUT", errno("ETIMEDOUT"))),
				timeout * 1000,
			);
		});
	} finally {
		clearTimeout(timer);
		onchange(undefined);
	}
}

// SPDX-License-Identifier: MIT
// Boards whose camera has a supply that a pin switches (`config.power`: pin, level and milliseconds until it is stable).

import config from "mc/config";
import Digital from "pins/digital";
import Timer from "timer";

interface Power {
	pin: number;
	on: number;
	milliseconds: number;
}

/** Switches the supply on, if the board has such a pin, and calls `done` once it is stable. */
export function power(done: () => void): void {
	const supply = config.power as Power | undefined;
	if (supply === undefined) {
		done();
		return;
	}
	Digital.write(supply.pin, supply.on);
	Timer.set(done, supply.milliseconds);
}

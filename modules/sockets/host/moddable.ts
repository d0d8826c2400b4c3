// SPDX-License-Identifier: MIT
// What modules/sockets uses of its surroundings, in any application of the Moddable SDK: its timers, and trace().

import SdkTimer from "timer";

export function setTimer(callback: () => void, milliseconds: number): SdkTimer {
	return SdkTimer.set(callback, milliseconds);
}

export function clearTimer(timer: SdkTimer | undefined): void {
	if (timer !== undefined) SdkTimer.clear(timer);
}

/** One line about an error that nobody has caught. */
export function report(text: string): void {
	trace(`${text}\n`);
}

export type Timer = SdkTimer;

// SPDX-License-Identifier: MIT
// The module "board" on the camera boards. What each function is for is in ../common/board.d.ts; what differs is said
// here: a chip has no exit status, and its end is a restart.

import { write } from "board/console_native";
import * as native from "board/native";
import config from "mc/config";

/** What {@link memory} tells, as on the emulated boards; and of the chip's own heap. */
export interface Memory extends native.Figures {
	/** Empty: ESP-IDF's lwIP has no pools, and counts nothing. */
	pools: Record<string, number>;
	pools_peak: Record<string, number>;
}

export const name = config.board as string;

export let args: readonly string[] = Object.freeze([]);

export function setArguments(words: readonly string[]): void {
	args = Object.freeze([...words]);
}

let leave: ((status: number) => void) | undefined;

/** Restarts the chip; a status other than 0 is printed. */
export function exit(status = 0): never {
	if (!(Number.isInteger(status) && status >= 0 && status <= 255)) {
		throw new RangeError("exit: status must be 0 to 255");
	}
	leave?.(status);
	if (status !== 0) write(`exit status ${status}\n`);
	return native.restart();
}

export function onexit(handler: ((status: number) => void) | null): ((status: number) => void) | null {
	const before = leave ?? null;
	leave = handler ?? undefined;
	return before;
}

/** Restarts the chip, Wi-Fi too; it starts with the manifest's main module. */
export function reset(_main?: string, _word?: string): never {
	return native.restart();
}

export function recover({ prototype }: new () => Error): void {
	native.recover(prototype);
}

export const modules = native.modules;
export const deadline = native.deadline;

/** Collects garbage, then tells how much memory is in use. */
export function memory(): Memory {
	return { ...native.memory(), pools: {}, pools_peak: {} };
}

let uncaught: ((error: unknown) => void) | undefined;

export function onuncaught(handler: ((error: unknown) => void) | null): ((error: unknown) => void) | null {
	const before = uncaught ?? null;
	uncaught = handler ?? undefined;
	return before;
}

/** The SDK calls this with what nobody has caught (xs.abortHook in manifest.json); false: go on. Else the chip restarts. */
export function abort(message: string, error: unknown): boolean {
	if (uncaught) {
		try {
			uncaught(error);
			return false;
		} catch (other) {
			error = other;
		}
	}
	const stack = (error as { stack?: unknown } | undefined)?.stack;
	write(`${message}: ${stack === undefined ? String(error) : String(stack)}\n`);
	return true;
}

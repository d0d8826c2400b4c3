// SPDX-License-Identifier: MIT
// The boards that tools/ builds for.
import { cameraBoardNames } from "../camera/boards.js";
import { Failure } from "../cli/report.js";
import type { Board, Variant } from "./board.js";
import { nativeSim } from "./native-sim.js";

const boards: Record<string, (variant: Variant) => Board> = {
	"native-sim": nativeSim,
};

/** For `npm run boards`: the emulated boards, which every machine can build. */
export const boardSummaries: readonly { name: string; chip: string; memory: string; console: string }[] = [
	{ name: "native-sim", chip: "Linux process", memory: "-", console: "terminal" },
];

export const defaultBoard = "native-sim";

/** The names of all boards. */
export function boardNames(): string[] {
	return [...Object.keys(boards), ...cameraBoardNames()];
}

/**
 * The board of a name.
 * @throws {Failure} naming those that there are
 */
export function findBoard(name: string, variant: Variant): Board {
	const make = Object.hasOwn(boards, name) ? boards[name] : undefined;
	if (make === undefined) {
		if (cameraBoardNames().includes(name)) {
			throw new Failure(`'${name}' is a camera board, which runs nothing here: npm run flash -- --board ${name}`, 2);
		}
		throw new Failure(`there is no board '${name}'; boards: ${boardNames().join(", ")}`, 2);
	}
	return make(variant);
}

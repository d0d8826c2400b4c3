// SPDX-License-Identifier: MIT
// The boards that tools/ builds for.
import { Failure } from "../cli/report.js";
import type { Board, Variant } from "./board.js";
import { nativeSim } from "./native-sim.js";

const boards: Record<string, (variant: Variant) => Board> = {
	"native-sim": nativeSim,
};

export const defaultBoard = "native-sim";

/**
 * The board of a name.
 * @throws {Failure} naming those that there are
 */
export function findBoard(name: string, variant: Variant): Board {
	const make = Object.hasOwn(boards, name) ? boards[name] : undefined;
	if (make === undefined) {
		throw new Failure(`there is no board '${name}'; boards: ${Object.keys(boards).join(", ")}`, 2);
	}
	return make(variant);
}

// SPDX-License-Identifier: MIT
// The boards that tools/ builds for.
import { Failure } from "../cli/report.js";
import { type Board, type Variant, variants } from "./board.js";
import { nativeSim } from "./native-sim.js";
import { qemuRiscv32 } from "./qemu-riscv32.js";

const boards: Record<string, { variants: readonly Variant[]; make(variant: Variant): Board }> = {
	"native-sim": { variants, make: nativeSim },
	"qemu-riscv32": { variants: ["release"], make: qemuRiscv32 },
};

export const boardNames: readonly string[] = Object.keys(boards);

export const defaultBoard = "native-sim";

/**
 * The board of a name.
 * @throws {Failure} naming those that there are, if there is no such board or the board has no such variant
 */
export function findBoard(name: string, variant: Variant): Board {
	const board = Object.hasOwn(boards, name) ? boards[name] : undefined;
	if (board === undefined) throw new Failure(`there is no board '${name}'; boards: ${boardNames.join(", ")}`, 2);
	if (!board.variants.includes(variant)) {
		throw new Failure(`${name} has no variant '${variant}'; variants: ${board.variants.join(", ")}`, 2);
	}
	return board.make(variant);
}

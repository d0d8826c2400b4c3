// SPDX-License-Identifier: MIT
// The boards that tools/ builds for.
import { cameraBoardNames } from "../camera/boards.js";
import { Failure } from "../cli/report.js";
import { type Requirement, toEmulate } from "../setup/debian.js";
import { type Board, type Variant, variants } from "./board.js";
import { nativeSim } from "./native-sim.js";
import { qemuRiscv32 } from "./qemu-riscv32.js";

interface Entry {
	variants: readonly Variant[];
	/** What must be on the machine besides what all boards need. */
	requirements: readonly Requirement[];
	/** Whether its firmware can be flashed. */
	flash: boolean;
	make(variant: Variant): Board;
}

const boards: Record<string, Entry> = {
	"native-sim": { variants, requirements: [], flash: false, make: nativeSim },
	"qemu-riscv32": { variants: ["release"], requirements: toEmulate, flash: true, make: qemuRiscv32 },
};

/** The names of the emulated boards. */
export const boardNames: readonly string[] = Object.keys(boards);

/** For `npm run boards`: the emulated boards, which every machine can build. */
export const boardSummaries: readonly { name: string; chip: string; memory: string; console: string }[] = [
	{ name: "native-sim", chip: "Linux process", memory: "-", console: "terminal" },
	{ name: "qemu-riscv32", chip: "RV32 in QEMU", memory: "-", console: "terminal" },
];

/** Names of the emulated boards whose firmware can be flashed. */
export function flashBoards(): string[] {
	return Object.entries(boards).flatMap(([name, { flash }]) => (flash ? [name] : []));
}

export const defaultBoard = "native-sim";

function findEntry(name: string): Entry {
	const board = Object.hasOwn(boards, name) ? boards[name] : undefined;
	if (board !== undefined) return board;
	if (cameraBoardNames().includes(name)) {
		throw new Failure(`'${name}' is a camera board, which runs nothing here: npm run flash -- --board ${name}`, 2);
	}
	const all = [...boardNames, ...cameraBoardNames()];
	throw new Failure(`there is no board '${name}'; boards: ${all.join(", ")}`, 2);
}

/**
 * What must be on the machine to build for a board, besides what all of them need.
 * @throws {Failure} naming the boards that there are
 */
export function boardRequirements(name: string): readonly Requirement[] {
	return findEntry(name).requirements;
}

/**
 * The board of a name. The set-up must be complete.
 * @throws {Failure} naming those that there are, if there is no such board or the board has no such variant
 */
export function findBoard(name: string, variant: Variant): Board {
	const board = findEntry(name);
	if (!board.variants.includes(variant)) {
		throw new Failure(`${name} has no variant '${variant}'; variants: ${board.variants.join(", ")}`, 2);
	}
	return board.make(variant);
}

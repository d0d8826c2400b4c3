// SPDX-License-Identifier: MIT
// `npm run check:boards`: everything about the camera boards that can be checked without one.
import { cameraBoardNames, readCameraBoard, writeSdkconfig } from "../camera/boards.js";
import {
	type Compiler,
	checkC,
	checkManifests,
	checkModules,
	checkNatives,
	checkOptions,
	haveCompiler,
	type Outcome,
	riscv,
	type Subject,
	xtensa,
} from "../camera/check.js";
import { checkBoard } from "../camera/checks.js";
import { pseudoBoard } from "../camera/pseudo-board.js";
import { type BuildVariant, findIdf, findSdk, type Idf, type Sdk } from "../camera/sdk.js";
import type { Command } from "../cli/command.js";
import { Failure, styled } from "../cli/report.js";
import { root } from "../paths.js";
import { installCommand } from "../setup/debian.js";

export const checkBoards: Command = {
	name: "check:boards",
	summary: "checks the camera boards, as far as that goes without one",
	help: `Usage: npm run check:boards [-- BOARD ...]

Checks each camera board's folder, pins, partitions and sdkconfig. With the Moddable SDK at $MODDABLE it builds the
firmware for each, in debug and release, as far as that goes without a compiler for the chip: manifests, TypeScript,
bytecode, link, native functions. With ESP-IDF at $IDF_PATH, and compilers that Debian has, it compiles all C. The
application in examples/ is checked like a board. Prints a line per board and stage; the exit status is 1 if one failed.
`,
	options: {},
	operands: "BOARD",
	async run({ operands }) {
		const names = cameraBoardNames();
		for (const name of operands) {
			if (!names.includes(name))
				throw new Failure(`there is no camera board '${name}'; there are: ${names.join(", ")}`, 2);
		}
		const report = new Report();
		const chosen = operands.length > 0 ? names.filter((name) => operands.includes(name)) : names;
		for (const name of chosen) {
			const board = readCameraBoard(name);
			report.stage(name, "folder, pins, partitions, sdkconfig", checkBoard(board));
			writeSdkconfig(board);
		}
		const sdk = report.unless(() => findSdk(), "manifests, TypeScript, bytecode, link, C");
		if (!sdk) return report.end();
		const idf = report.unless(() => findIdf(sdk), "options of the sdkconfig, C");
		for (const name of chosen) await checkFirmware(report, sdk, idf, firmware(name));
		if (operands.length === 0) {
			await checkFirmware(report, sdk, idf, example());
			await checkC3(report, sdk, idf);
		}
		return report.end();
	},
};

/** The project's application for a board. */
function firmware(board: string): Subject {
	const chip = readCameraBoard(board).chip.name;
	return { board, folder: `boards/${board}`, chip, manifest: "manifest.json", name: applicationName };
}

/** mcconfig names an application after its folder. */
const applicationName = root.split("/").at(-1) ?? "";

/** The example that includes modules/sockets and nothing else of ours, for a bare ESP32 with the SDK's own sdkconfig. */
function example(): Subject {
	const folder = pseudoBoard("example", "esp32");
	const manifest = "examples/sockets-module/manifest.json";
	return { board: "example", folder, chip: "esp32", manifest, name: "sockets-module", mayStrip: true };
}

async function checkFirmware(report: Report, sdk: Sdk, idf: Idf | undefined, subject: Subject): Promise<void> {
	for (const variant of ["debug", "release"] as const) {
		const built = await checkBuild(report, sdk, subject, variant);
		if (!built || !idf) continue;
		if (subject.board !== "example")
			report.stage(subject.board, `${variant}: options`, checkOptions(idf, subject, variant));
		else checkOptions(idf, subject, variant);
		await compile(report, sdk, idf, subject, variant, xtensa);
	}
}

async function checkBuild(report: Report, sdk: Sdk, subject: Subject, variant: BuildVariant): Promise<boolean> {
	const stage = (what: string, outcome: Outcome) => report.stage(subject.board, `${variant}: ${what}`, outcome);
	return (
		stage("manifests", await checkManifests(sdk, subject, variant)) &&
		stage("TypeScript, bytecode, link", await checkModules(sdk, subject, variant)) &&
		stage("native functions", checkNatives(subject, variant))
	);
}

/** All C as objects for a chip that Debian has a whole compiler for; no board of ours has it. */
async function checkC3(report: Report, sdk: Sdk, idf: Idf | undefined): Promise<void> {
	const folder = pseudoBoard("c3-check", "esp32c3");
	const subject = { board: "c3-check", folder, chip: "esp32c3", manifest: "manifest.json", name: applicationName };
	if (!idf || !(await checkBuild(report, sdk, subject, "release"))) return;
	checkOptions(idf, subject, "release");
	await compile(report, sdk, idf, subject, "release", riscv);
}

async function compile(
	report: Report,
	sdk: Sdk,
	idf: Idf,
	subject: Subject,
	variant: BuildVariant,
	compiler: Compiler,
): Promise<void> {
	if (haveCompiler(compiler)) {
		report.stage(subject.board, `${variant}: ${compiler.title}`, await checkC(sdk, idf, subject, variant, compiler));
	} else {
		report.skip(compiler.title, `${compiler.program} is missing: ${installCommand(compiler.package.split(" "))}`);
	}
}

class Report {
	#failed = 0;
	#passed = 0;
	readonly #skipped = new Set<string>();

	/** Prints a stage's line; true if it has passed. */
	stage(board: string, what: string, outcome: Outcome): boolean {
		const good = outcome.length === 0;
		const mark = good ? styled("green", "ok    ", process.stdout) : styled("red", "failed", process.stdout);
		process.stdout.write(`${mark} ${board}: ${what}\n`);
		for (const line of outcome) process.stdout.write(`       ${line}\n`);
		if (good) this.#passed++;
		else this.#failed++;
		return good;
	}

	/** Says once what is not checked. */
	skip(what: string, why: string): void {
		if (this.#skipped.has(what)) return;
		this.#skipped.add(what);
		process.stdout.write(`${styled("yellow", "not checked", process.stdout)}: ${what}: ${why}\n`);
	}

	/** What `find` gives; if that is missing, says what is not checked. */
	unless<T>(find: () => T, what: string): T | undefined {
		try {
			return find();
		} catch (error) {
			if (!(error instanceof Failure)) throw error;
			this.skip(what, error.message);
			return undefined;
		}
	}

	end(): number {
		process.stdout.write(`${this.#passed} passed, ${this.#failed} failed\n`);
		return this.#failed === 0 ? 0 : 1;
	}
}

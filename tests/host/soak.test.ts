// SPDX-License-Identifier: MIT
// npm run soak: a short one of the firmware, on both boards; and that it tells of faults that are planted on purpose.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Launch } from "#tools/boards/board.js";
import { buildImage } from "#tools/build/images.js";
import { inRoot } from "#tools/paths.js";
import { boardReport, conclude } from "#tools/soak/report.js";
import { soak } from "#tools/soak/soak.js";
import { GUARD } from "./support/board.js";

const BOARDS = ["native-sim", "qemu-riscv32"] as const;

/** Starts the command. */
function start(...words: string[]): ChildProcess {
	return spawn(process.execPath, [inRoot("tools", "camsock.mjs"), "soak", ...words], {
		stdio: ["ignore", "pipe", "pipe"],
		env: { ...process.env, NO_COLOR: "1" },
	});
}

/** Its status, and what it has written, once it has ended. */
async function outcome(child: ChildProcess): Promise<{ status: number | null; stdout: string; stderr: string }> {
	const said = { stdout: "", stderr: "" };
	for (const name of ["stdout", "stderr"] as const) {
		child[name]?.setEncoding("utf8").on("data", (text: string) => {
			said[name] += text;
		});
	}
	const [status] = (await once(child, "close")) as [number | null];
	return { status, ...said };
}

describe("npm run soak", function () {
	this.timeout(4 * GUARD);
	this.slow(15_000);

	before(async function () {
		this.timeout(0);
		for (const board of BOARDS) await buildImage({ board });
	});

	it("finds the firmware flat, and every byte right, on both boards", async () => {
		const { status, stdout, stderr } = await outcome(start("--operations", "240", "--seed", "20"));
		assert.equal(status, 0, `${stdout}\n${stderr}`);
		assert.match(stdout, /^# Soak: 240 operations, seed 20\n/);
		for (const board of BOARDS) {
			assert.match(stdout, new RegExp(`^## ${board}: flat; no error that no client caused$`, "m"));
			assert.match(stderr, new RegExp(`^camsock: ${board}: \\d+ s, 300 operations, nothing wrong$`, "m"));
		}
		// The 240, and 60 before; each kind of them at least once, on each board.
		assert.equal(stdout.match(/^\| \*\*all\*\* \| \*\*300\*\* \|$/gm)?.length, 2);
		assert.doesNotMatch(stdout, /^\| [a-z][^|]* \| 0 \|$/m);
		assert.match(stdout, /^XS chunks, bytes +[▁▂▃▄▅▆▇█]+ .*\n +at rest +[▁▂▃▄▅▆▇█]{12} /m);
	});

	it("ends with the report so far on Ctrl-C", async () => {
		const child = start("--minutes", "60", "--board", "native-sim", "--seed", "1");
		child.stderr?.once("data", () => {});
		const ended = outcome(child);
		for (let text = ""; !/a long rest/.test(text); ) text += String((await once(child.stderr as never, "data"))[0]);
		child.kill("SIGINT");
		const { status, stdout } = await ended;
		assert.match(stdout, /^- native-sim: too short to tell: at rest 0 times, 6 are needed; no error/m);
		assert.match(stdout, /^\| \*\*all\*\* \| \*\*60\*\* \|$/m);
		assert.equal(status, 1);
	});

	describe("with a fault that is planted on purpose", () => {
		let leaky: Launch;

		before(async function () {
			this.timeout(0);
			leaky = await buildImage({ board: "native-sim", manifest: "tests/images/leaky/manifest.json" });
		});

		/** A soak of the image with such a fault. */
		async function withFault(fault: string) {
			const { signal } = new AbortController();
			const options = { board: "native-sim", launch: leaky, seed: 20, clients: 12, operations: 240, signal };
			const result = await soak({ ...options, words: [fault], progress: () => {} });
			return { ...conclude(result), report: boardReport(result) };
		}

		const rising: [fault: string, metrics: string[]][] = [
			["none", []],
			["keeps a little of each connection", ["XS chunks, bytes", "XS slots"]],
			["listens once more now and then", ["lwIP: TCP_PCB_LISTEN"]],
		];
		for (const [fault, expected] of rising) {
			it(`finds ${expected.length > 0 ? "what rises" : "all flat"} (${fault})`, async () => {
				const { flat, verdicts, report } = await withFault(fault);
				const found = verdicts?.filter((one) => !one.flat).map(({ metric }) => metric.title) ?? [];
				assert.equal(flat, expected.length === 0, report);
				for (const title of expected) assert.ok(found.includes(title), report);
				if (expected.length > 0) assert.match(report, /^## native-sim: NOT FLAT: /);
			});
		}

		it("finds a byte that is wrong, and says where", async () => {
			const { right, report } = await withFault("changes a byte now and then");
			assert.equal(right, false);
			assert.match(report, /^- operation \d+, .*: wrong bytes: byte \d+ of \d+ sent is \d+, not \d+$/m);
		});
	});
});

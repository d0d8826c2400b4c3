// SPDX-License-Identifier: MIT
// One build at a time in a folder.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { withLock } from "#tools/build/lock.js";
import { temporaryFolder } from "./folder.js";

describe("the lock of a build folder", () => {
	const { path, write } = temporaryFolder();

	it("lets work wait for the work before it", async () => {
		const order: string[] = [];
		let finish = () => {};
		const first = withLock(path("x"), async () => {
			order.push("first begins");
			await new Promise<void>((resolve) => {
				finish = resolve;
			});
			order.push("first ends");
		});
		const second = withLock(path("x"), async () => order.push("second"));
		assert.deepEqual(order, ["first begins"]);
		finish();
		await Promise.all([first, second]);
		assert.deepEqual(order, ["first begins", "first ends", "second"]);
	});

	it("is free again after work that failed", async () => {
		await assert.rejects(
			withLock(path(), async () => {
				throw new Error("no");
			}),
			{ message: "no" },
		);
		assert.equal(existsSync(path(".lock")), false);
		assert.equal(await withLock(path(), async () => "done"), "done");
	});

	it("is taken from a process that is gone", async () => {
		const { pid } = spawnSync(process.execPath, ["--version"]);
		write({ ".lock": String(pid) });
		assert.equal(await withLock(path(), async () => "done"), "done");
	});
});

// SPDX-License-Identifier: MIT
// docs/security.md says what is so: what listens, the limits, the versions.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { buildImage } from "#tools/build/images.js";
import { inRoot } from "#tools/paths.js";
import { accepted } from "#tools/setup/lwip.js";
import { xs } from "#tools/setup/xs.js";
import { SoakBoard } from "#tools/soak/board.js";
import { GUARD } from "./support/board.js";

const doc = readFileSync(inRoot("docs", "security.md"), "utf8");

/** The first cells of the rows of the table below a heading. */
function rows(heading: string, cells: number): string[][] {
	const [, part = ""] = new RegExp(`^## ${heading}\n([^]*?)(?=^## )`, "m").exec(doc) ?? [];
	const lines = part.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("|---"));
	const all = lines.slice(1).map((line) =>
		line
			.split("|")
			.slice(1, cells + 1)
			.map((cell) => cell.trim()),
	);
	assert.ok(all.length > 0, `no table below '${heading}'`);
	return all;
}

describe("docs/security.md", function () {
	this.timeout(4 * GUARD);

	for (const name of ["native-sim", "qemu-riscv32"]) {
		it(`lists all that listens on ${name}, and nothing more`, async function () {
			this.timeout(0);
			const board = await SoakBoard.start(name, await buildImage({ board: name }), []);
			try {
				const listed = rows("What listens", 3);
				const tcp = listed.filter(([protocol]) => protocol === "TCP");
				const udp = listed.filter(([protocol]) => protocol === "UDP");
				assert.equal(tcp.length + udp.length, listed.length);
				const figures = await board.ask();
				assert.equal(figures.TCP_PCB_LISTEN, tcp.length);
				assert.equal(figures.UDP_PCB, udp.length);
				for (const [, port, address = ""] of tcp) {
					await board.type(".sockets\r", new RegExp(`^${address.replaceAll(".", "\\.")}:${port} +- +listening`));
				}
			} finally {
				await board.stop();
			}
		});
	}

	it("has the limits of main.ts", () => {
		const source = readFileSync(inRoot("main.ts"), "utf8");
		for (const name of ["MAX_CLIENTS", "IDLE_LIMIT"]) {
			const [, value] = new RegExp(`^const ${name} = (\\d+);$`, "m").exec(source) ?? [];
			const row = rows("Limits", 2).find(([what]) => what?.includes(`\`${name}\``));
			assert.equal(row?.[1], value);
		}
	});

	it("has the limits of lwIP's options", () => {
		const options = readFileSync(inRoot("boards", "common", "lwip", "lwipopts.h"), "utf8");
		const option = (name: string) => Number(new RegExp(`^#define ${name} (\\d+)$`, "m").exec(options)?.[1]);
		const limit = (what: string) => rows("Limits", 2).find(([cell]) => cell?.startsWith(what))?.[1];
		assert.equal(limit("connections in all"), String(option("MEMP_NUM_TCP_PCB")));
		assert.equal(limit("packet buffers"), String(option("PBUF_POOL_SIZE")));
		assert.equal(option("TCP_WND"), option("TCP_SND_BUF"));
		assert.equal(limit("bytes of a connection"), `${option("TCP_WND").toLocaleString("en-US")} each way`);
		assert.equal(option("LWIP_IPV6"), 0);
	});

	it("names the versions that are pinned", () => {
		assert.ok(doc.includes(`XS ${xs.version}, as the npm package ${xs.package} has it`));
		assert.ok(doc.includes(`lwIP ${accepted.map(({ upstream }) => upstream).join(" or ")}.`));
	});
});

// SPDX-License-Identifier: MIT
// Boards that are none, for `npm run check:boards`: a chip with nothing around it. They are written into build/boards.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeIfChanged } from "../build/files.js";
import { inBuild, inRoot } from "../paths.js";

/**
 * Writes a board for a chip.
 * - "c3-check" has what the camera boards share, for a chip that none of them has;
 * - "example" has nothing: what an application of the SDK's finds on a bare chip.
 *
 * @returns its folder, from the project's root
 */
export function pseudoBoard(name: "c3-check" | "example", chip: string): string {
	const folder = inBuild("boards", name);
	const ours = name === "c3-check";
	const source = ours
		? inRoot("boards", "esp32", "sdkconfig", "common.defaults")
		: inRoot("examples", "sockets-module", "sdkconfig", "sdkconfig.defaults");
	writeIfChanged(join(folder, "sdkconfig.defaults"), readFileSync(source, "utf8"));
	const manifest = {
		build: { ESP32_SUBCLASS: chip, USE_USB: ours ? "2" : "0", SDKCONFIGPATH: "./." },
		...(ours
			? { include: ["../../../boards/esp32/manifest.json"], config: { board: name }, defines: { board: { usb: 1 } } }
			: {}),
	};
	writeIfChanged(join(folder, "manifest.json"), JSON.stringify(manifest, undefined, "\t"));
	return `build/boards/${name}`;
}

// SPDX-License-Identifier: MIT
// Everything that a build needs on the machine, made complete in one go; once it is, this takes no time.
import { installMissing, toBuild } from "./debian.js";
import { fetchLwip } from "./lwip.js";
import { fetchXs } from "./xs.js";

/** Installs and fetches what is missing for the emulated boards. */
export async function setUp(): Promise<void> {
	await installMissing(toBuild);
	await fetchXs();
	await fetchLwip();
}

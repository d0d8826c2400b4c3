// SPDX-License-Identifier: MIT
// Everything that a build needs on the machine, made complete in one go; once it is, this takes no time.
import { withLock } from "../build/lock.js";
import { inBuild } from "../paths.js";
import { installMissing, type Requirement, toBuild } from "./debian.js";
import { fetchLwip, haveLwip } from "./lwip.js";
import { fetchXs, haveXs } from "./xs.js";

/**
 * Installs and fetches what is missing for the emulated boards.
 * @param more what one of them needs besides
 */
export async function setUp(more: readonly Requirement[] = []): Promise<void> {
	await installMissing([...toBuild, ...more]);
	if (haveXs() && haveLwip()) return;
	await withLock(inBuild("sources"), async () => {
		await fetchXs();
		await fetchLwip();
	});
}

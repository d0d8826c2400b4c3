// SPDX-License-Identifier: MIT
// `npm run doctor`: what is installed, what is missing, how to get it.
import { readFileSync } from "node:fs";
import type { Command } from "../cli/command.js";
import { styled } from "../cli/report.js";
import { inRoot } from "../paths.js";
import { toFuzzHere } from "../setup/clang.js";
import { installCommand, isPresent, type Requirement, toBench, toBuild, toEmulate, toLint } from "../setup/debian.js";
import { haveLwip, lwipPatches, lwipVersion } from "../setup/lwip.js";
import { haveXs, xs } from "../setup/xs.js";

/** A line of the report. */
export interface Finding {
	what: string;
	/** "missing" stops the commands that need it and cannot be put right by them; "later" is done when it is needed. */
	state: "here" | "missing" | "later";
	/** What is there, or the remedy. */
	detail: string;
}

export const doctor: Command = {
	name: "doctor",
	summary: "prints what is installed, what is missing and how to get it",
	help: `Usage: npm run doctor

Prints what the project needs on this machine, what is missing and the remedy. The exit status is 1 if a Debian package
that a build needs is missing.
`,
	options: {},
	async run() {
		const findings = [...programs(await toFuzzHere()), ...fetchedSources()];
		const width = Math.max(...findings.map(({ what }) => what.length));
		for (const { what, state, detail } of findings) {
			process.stdout.write(`${mark(state)} ${what.padEnd(width)}  ${detail}\n`);
		}
		return findings.some(({ state }) => state === "missing") ? 1 : 0;
	},
};

function mark(state: Finding["state"]): string {
	if (state === "here") return styled("green", "ok     ", process.stdout);
	if (state === "missing") return styled("red", "missing", process.stdout);
	return styled("yellow", "later  ", process.stdout);
}

/** @param toFuzz what fuzzing needs */
function programs(toFuzz: readonly Requirement[]): Finding[] {
	const { dependencies, devDependencies } = JSON.parse(readFileSync(inRoot("package.json"), "utf8")) as {
		dependencies?: object;
		devDependencies?: object;
	};
	const count = Object.keys({ ...dependencies, ...devDependencies }).length;
	return [
		{ what: "Node", state: "here", detail: process.versions.node },
		// This file runs only once they are installed: camsock.mjs sees to it.
		{ what: "npm packages", state: "here", detail: `${count}, as package-lock.json has them` },
		...toBuild.map((requirement) => debianFinding(requirement, "missing")),
		...[...toEmulate, ...toLint, ...toBench, ...toFuzz].map((requirement) => debianFinding(requirement, "later")),
	];
}

/** What to say of a Debian package. */
export function debianFinding(requirement: Requirement, absent: Finding["state"]): Finding {
	const { package: name, purpose } = requirement;
	if (isPresent(requirement)) return { what: name, state: "here", detail: purpose };
	return { what: name, state: absent, detail: `${purpose}; to install it: ${installCommand([name])}` };
}

function fetchedSources(): Finding[] {
	const byBuild = "`npm run build` fetches it";
	return [
		haveXs()
			? { what: "XS", state: "here", detail: `${xs.version}, from npm's ${xs.package}` }
			: { what: "XS", state: "later", detail: byBuild },
		haveLwip()
			? {
					what: "lwIP",
					state: "here",
					detail: `${lwipVersion()}, with Debian's patches: ${lwipPatches().join(", ")}`,
				}
			: { what: "lwIP", state: "later", detail: byBuild },
	];
}

// SPDX-License-Identifier: MIT
// A plugin of TypeDoc's that makes the reference what a user of the modules sees: modules have their specifiers, and what starts
// with _ is left out. Loaded by TypeDoc itself: see reference.ts.
//
// TypeDoc is not among the project's dependencies (see install.ts), so what is used of it is declared here:
// https://typedoc.org/api/ has the whole.
import { documentedModules } from "./modules.js";

interface Reflection {
	name: string;
}

interface Project {
	getReflectionsByKind(kind: number): Reflection[];
	removeReflection(reflection: Reflection): void;
}

interface Application {
	converter: { on(event: string, listener: (context: { project: Project }) => void): void };
}

/** ReflectionKind.Module; Property, Method and CallSignature. */
const MODULE = 2;
const MEMBER = 1024 | 2048 | 4096;

/** Called by TypeDoc. */
export function load({ converter }: Application): void {
	converter.on("resolveBegin", ({ project }) => {
		for (const reflection of project.getReflectionsByKind(MEMBER)) {
			if (reflection.name.startsWith("_")) project.removeReflection(reflection);
			// TypeDoc's name for a member whose name is a symbol.
			reflection.name = reflection.name.replace(/^\[(dispose|asyncDispose|asyncIterator)\]$/, "[Symbol.$1]");
		}
		for (const reflection of project.getReflectionsByKind(MODULE)) {
			const known = documentedModules.find(({ source }) => source.replace(/(\.d)?\.ts$/, "") === reflection.name);
			if (known) reflection.name = known.specifier;
		}
	});
}

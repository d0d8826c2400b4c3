// SPDX-License-Identifier: MIT
// The examples of the docstrings as device tests. docs/reference.md says what an example may count on.
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeIfChanged } from "../build/files.js";
import { Failure } from "../cli/report.js";
import { inBuild } from "../paths.js";
import { blocks, entries, type Reflection } from "./model.js";
import { documentedModules } from "./modules.js";

export interface Example {
	/** The specifier of the module whose docstring has it. */
	module: string;
	/** What it is an example of, and its number if there are several. */
	title: string;
	/** TypeScript: import statements, an empty line, statements. */
	code: string;
}

/**
 * The examples of all docstrings.
 * @throws {Failure} for an example that is not a block of ```ts
 */
export function findExamples(project: Reflection): Example[] {
	return entries(project).flatMap((entry) => {
		const texts = blocks(entry, "@example");
		return texts.map((text, i) => {
			const code = /^\s*```ts\n(.*?)^```\s*$/ms.exec(text)?.[1];
			const title = (entry.name || entry.module) + (texts.length > 1 ? ` ${i + 1}` : "");
			if (code === undefined) throw new Failure(`${entry.module}: the example of ${title} is not in \`\`\`ts`);
			return { module: entry.module, title, code };
		});
	});
}

/** What an example says that it prints: the comments `// → line`, in their order. */
export function expectedOutput(code: string): string[] {
	return [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line as string);
}

/** The part of the other machine, from the address and the port that the example uses. */
export function peerOf(code: string): "echo" | "call" | undefined {
	const statements = code.replace(/\/\/ → .*$/gm, "");
	if (statements.includes("192.168.1.20")) return "echo";
	return /\b9000\b/.test(statements) ? "call" : undefined;
}

/**
 * The example's module: a function, so that it starts when the test says.
 * @throws {Failure} if there is an import after the first statement
 */
export function exampleModule({ module, title, code }: Example): string {
	const [, imports, body] = /^((?:import\s[^;]*;\n)*)(.*)$/s.exec(code) as RegExpExecArray;
	if (/^import\s/m.test(body as string)) {
		throw new Failure(`${module}: the example of ${title} imports something after its first statement`);
	}
	return `${imports}export async function run(): Promise<void> {\n${(body as string).trim()}\n}\n`;
}

/**
 * Writes the examples as test files, one for each module, and one for each example that is a test file itself.
 * @param folder where they go; other files there are removed
 * @returns the test files' paths
 */
export function writeExampleTests(examples: readonly Example[], folder = inBuild("examples")): string[] {
	const written = new Set<string>();
	const write = (name: string, text: string) => {
		written.add(name);
		writeIfChanged(join(folder, name), text);
	};
	const tests: string[] = [];
	for (const specifier of new Set(examples.map(({ module }) => module))) {
		const own = examples.filter(({ module }) => module === specifier);
		const globals = documentedModules.find((module) => module.specifier === specifier)?.globals;
		const base = specifier.replace(/\W+/g, "-").replace(/-$/, "");
		const lines = own.map((example, i) => {
			const name = `${base}-${example.title.replace(/\W+/g, "-").replace(/-$/, "")}-${i}`;
			write(`${name}.ts`, globals ? example.code : exampleModule(example));
			if (globals) tests.push(join(folder, `${name}.ts`));
			const fields = [
				`run: (await import("./${name}.js")).run`,
				`output: ${JSON.stringify(expectedOutput(example.code))}`,
			];
			const peer = peerOf(example.code);
			if (peer) fields.push(`peer: ${JSON.stringify(peer)}`);
			return `\tit(${JSON.stringify(example.title)}, async () => check({ ${fields.join(", ")} }));\n`;
		});
		if (globals) continue;
		const suite = `describe(${JSON.stringify(specifier)}, () => {\n${lines.join("")}});\n`;
		write(`${base}.test.ts`, `import { check } from "test/examples";\n\n${suite}`);
		tests.push(join(folder, `${base}.test.ts`));
	}
	for (const name of readdirSync(folder)) if (!written.has(name)) rmSync(join(folder, name));
	return tests;
}

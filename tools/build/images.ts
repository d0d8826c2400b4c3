// SPDX-License-Identifier: MIT
// Builds firmware images. Read plan.ts for what an image consists of, ninja-image.ts for how it is made.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Launch, Variant } from "../boards/board.js";
import { boardRequirements, defaultBoard, findBoard } from "../boards/boards.js";
import { Failure, progress } from "../cli/report.js";
import { inRoot, root } from "../paths.js";
import { setUp } from "../setup/setup.js";
import { definesHeader, idsHeader } from "./bindings.js";
import { describeImage } from "./description.js";
import { testModules } from "./device-tests.js";
import { fromRoot, writeIfChanged } from "./files.js";
import { checkImports } from "./imports.js";
import { withLock } from "./lock.js";
import { shown } from "./manifest.js";
import { runNinja } from "./ninja.js";
import { imageNinja, sizesFile } from "./ninja-image.js";
import { type ImageRequest, planImage } from "./plan.js";
import { compileTypescript } from "./typescript.js";

export interface BuildOptions {
	/** Default native-sim. */
	board?: string;
	/** Default "release". */
	variant?: Variant;
	/** Functions whose calls the linker sends to another, `__wrap_NAME`, which the image has: for tests. Always the same for an image. */
	wrap?: readonly string[];
}

/**
 * Builds the image of an application, after setting up what is missing.
 * @param options.manifest the application's manifest.json, from the project's root; default the project's own
 * @returns how to run it: board options may be appended to `args`, then `--` and words for the application
 * @throws {Failure} for what a person can mend; compilers have said on stderr what is wrong with the sources
 */
export async function buildImage(options: BuildOptions & { manifest?: string } = {}): Promise<Launch> {
	const manifest = resolve(root, options.manifest ?? "manifest.json");
	return build(options, { name: imageName(manifest), manifest });
}

/**
 * Builds the image that runs device tests.
 * @param options.files the test files, from the current folder; each a .ts file anywhere on the disk
 * @returns how to run it, as buildImage does
 */
export async function buildDeviceTests(options: BuildOptions & { files: readonly string[] }): Promise<Launch> {
	const { modules, list } = testModules(options.files.map((file) => resolve(file)));
	const generated = new Map([["testing/files", `export default ${JSON.stringify(list, undefined, "\t")};\n`]]);
	const manifest = inRoot("tests", "device", "manifest.json");
	return build(options, {
		name: testsName(list.map(({ file }) => file)),
		manifest,
		modules,
		generated,
	});
}

/** The project's device tests: absolute paths, sorted. */
export function deviceTestFiles(): string[] {
	const folder = inRoot("tests", "device");
	const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
	return names
		.filter((name) => name.endsWith(".test.ts"))
		.sort()
		.map((name) => join(folder, name));
}

/** A folder name per set of test files, so that two sets can be built and run side by side. */
function testsName(files: readonly string[]): string {
	const all = deviceTestFiles().map(shown);
	return isDeepStrictEqual(files, all) ? "device-tests" : `device-tests-${digest(files.join("\n"))}`;
}

/** A folder name: "app" for the project's own manifest, else the folder's name and what tells it from others. */
function imageName(manifest: string): string {
	if (manifest === inRoot("manifest.json")) return "app";
	return `${basename(dirname(manifest)).replace(/[^\w-]/g, "_")}-${digest(manifest)}`;
}

function digest(text: string): string {
	return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

type Request = Omit<ImageRequest, "board" | "variant">;

async function build(
	{ board: name = defaultBoard, variant = "release", wrap = [] }: BuildOptions,
	request: Request,
): Promise<Launch> {
	await setUp(boardRequirements(name));
	const found = findBoard(name, variant);
	const words = wrap.map((wrapped) => `-Wl,--wrap=${wrapped}`);
	const board: typeof found = { ...found, link: (image) => [...found.link(image), ...words] };
	const plan = planImage({ ...request, board, variant });
	return withLock(plan.buildFolder, async () => {
		const generated = (file: string) => join(plan.folder, "generated", file);
		writeIfChanged(generated("mc.xs.h"), idsHeader(plan.ids));
		writeIfChanged(generated("mc.defines.h"), definesHeader(plan.merged.defines));
		const description = describeImage(plan);
		const file = join(plan.folder, "image.json");
		writeIfChanged(file, `${JSON.stringify(description, undefined, "\t")}\n`);
		const ninja = join(plan.folder, "build.ninja");
		writeIfChanged(ninja, imageNinja(plan, description, file));
		await compileTypescript(plan);
		checkImports(plan.modules);
		const status = await runNinja(fromRoot(ninja));
		if (status !== 0) throw new Failure(`building ${fromRoot(plan.image)} failed (see above)`, status);
		if (board.sizes) for (const line of readFileSync(sizesFile(plan.image), "utf8").trim().split("\n")) progress(line);
		return board.launch(plan.image);
	});
}

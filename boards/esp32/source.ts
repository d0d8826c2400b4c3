// SPDX-License-Identifier: MIT
// The module "board/source" on the camera boards: that of the emulated boards, whose documentation is in
// ../common/source.d.ts, with the SDK's loader told of what it defines.

import * as loader from "board/source_loader";
import * as native from "board/source_native";

export const { check, lookup, names, tidy } = native;

export function define(specifier: string, text: string | ArrayBuffer, path: string, interactive?: boolean): number {
	const size = native.define(specifier, text, path, interactive);
	loader.enter(specifier);
	return size;
}

export function undefine(specifier: string): void {
	native.undefine(specifier);
	loader.leave(specifier);
}

// SPDX-License-Identifier: MIT
// The module "setup/target", which the SDK calls before the application's main module, in the application's machine.

import { abort } from "board";
import { begin } from "board/native";
import { power } from "board/power";

export default function (done: () => void): void {
	Object.defineProperty(globalThis, "abort", { value: abort, configurable: true, writable: true });
	begin();
	power(done);
}

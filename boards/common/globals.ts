// SPDX-License-Identifier: MIT
// What every program may use without importing it. Preloaded, so that it is there before any code of the application runs
// and costs nothing of its heap. The types are in ambient.d.ts.

import TextDecoder from "text/decoder";
import TextEncoder from "text/encoder";
import { console } from "./console";
import { clear, setImmediate, setInterval, setTimeout } from "./timers";

const globals = {
	TextDecoder,
	TextEncoder,
	clearImmediate: clear,
	clearInterval: clear,
	clearTimeout: clear,
	console,
	queueMicrotask(callback: () => void): void {
		if (typeof callback !== "function") throw new TypeError("callback is no function");
		Promise.resolve().then(callback);
	},
	setImmediate,
	setInterval,
	setTimeout,
};

for (const name of Object.keys(globals) as (keyof typeof globals)[])
	Object.defineProperty(globalThis, name, {
		configurable: true,
		enumerable: false,
		value: globals[name],
		writable: true,
	});

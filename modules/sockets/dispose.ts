// SPDX-License-Identifier: MIT
// Symbol.dispose and Symbol.asyncDispose, which `using` and `await using` call, where the engine has none (XS builds without them by default).
// A module of its own and the first to be preloaded: after preload, Symbol is frozen.

for (const name of ["dispose", "asyncDispose"]) {
	if (!Object.hasOwn(Symbol, name)) Object.defineProperty(Symbol, name, { value: Symbol(`Symbol.${name}`) });
}

export {};

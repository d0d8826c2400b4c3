// SPDX-License-Identifier: MIT
// The modules that the API reference describes, in its order.

export interface DocumentedModule {
	/** What programs import; or what the reference calls it, for names that are there without an import. */
	specifier: string;
	/** From the project's root. */
	source: string;
	/** Who uses its names needs no import: its examples are test files themselves. */
	globals?: true;
	/** What its functions throw is what they are for, and need not be said of each. */
	assertions?: true;
}

export const documentedModules: readonly DocumentedModule[] = [
	{ specifier: "sockets", source: "modules/sockets/sockets.ts" },
	{ specifier: "sockets/async", source: "modules/sockets/async.ts" },
	{ specifier: "sockets/stats", source: "modules/sockets/stats.d.ts" },
	{ specifier: "echo/server", source: "modules/echo/server.ts" },
	{ specifier: "echo/async_server", source: "modules/echo/async_server.ts" },
	{ specifier: "echo/client", source: "modules/echo/client.ts" },
	{ specifier: "repl", source: "modules/repl/repl.ts" },
	{ specifier: "network", source: "modules/network/network.ts" },
	{ specifier: "assert", source: "modules/assert/assert.ts", assertions: true },
	{ specifier: "board/time", source: "boards/common/time/time.d.ts" },
	{ specifier: "board/link", source: "boards/common/link/link.ts" },
	{ specifier: "testing (globals)", source: "modules/testing/globals.d.ts", globals: true },
];

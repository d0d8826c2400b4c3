// SPDX-License-Identifier: MIT
// The manifests' `config`, as far as the REPL reads it.

declare module "mc/config" {
	const config: {
		/** The firmware's version. */
		version?: string;
	};
	export default config;
}

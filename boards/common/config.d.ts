// SPDX-License-Identifier: MIT
// The manifests' `config`: the module that the build makes of it. The SDK has a declaration of its own.

declare module "mc/config" {
	const config: {
		/** The firmware's version. */
		version?: string;
		/** What else a manifest has there. */
		[name: string]: unknown;
	};
	export default config;
}

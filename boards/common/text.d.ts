// SPDX-License-Identifier: MIT
// Types of the SDK's text modules, which globals.ts makes global. Programs use the global names.

declare module "text/decoder" {
	export default TextDecoder;
}

declare module "text/encoder" {
	export default TextEncoder;
}

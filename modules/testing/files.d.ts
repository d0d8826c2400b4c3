// SPDX-License-Identifier: MIT
// The test files of an image: a module that the build writes.

declare module "testing/files" {
	const files: {
		/** What to import. */
		specifier: string;
		/** What to call the file in reports: its path in the project, or the whole path of one outside. */
		file: string;
	}[];
	export default files;
}

// SPDX-License-Identifier: MIT
// How many columns of a terminal a character takes: 2 for those of East Asian scripts and emoji, 0 for what combines
// with the one before, 1 for the rest. Unicode's tables (UAX 11) would be larger than the prompt; these are their ranges
// where people write.

/** First and last of each range, one after the other. */
const WIDE: readonly number[] = [
	0x1100, 0x115f, 0x2e80, 0x303e, 0x3041, 0xa4cf, 0xac00, 0xd7a3, 0xf900, 0xfaff, 0xfe30, 0xfe6f, 0xff00, 0xff60,
	0xffe0, 0xffe6, 0x1f300, 0x1f64f, 0x1f680, 0x1f6ff, 0x1f900, 0x1f9ff, 0x20000, 0x3fffd,
];
const COMBINING: readonly number[] = [0x300, 0x36f, 0x200b, 0x200f, 0x20d0, 0x20ff, 0xfe00, 0xfe0f];

function isIn(ranges: readonly number[], code: number): boolean {
	for (let i = 0; i < ranges.length; i += 2) {
		if (code < (ranges[i] as number)) return false;
		if (code <= (ranges[i + 1] as number)) return true;
	}
	return false;
}

/** Columns of one character. */
export function width(character: string): number {
	const code = character.codePointAt(0) ?? 0;
	if (code < 0x300) return 1;
	if (isIn(COMBINING, code)) return 0;
	return isIn(WIDE, code) ? 2 : 1;
}

/** Whether each character of a text takes one column for sure, as most do. */
export function isNarrow(text: string): boolean {
	return !WIDER.test(text);
}

// Made once: XS compiles a regular expression each time that it comes by one.
const WIDER = /[^ -~\u00a0-\u02ff\ufffd]/;

/** Columns of a text. */
export function textWidth(text: string): number {
	if (isNarrow(text)) return text.length;
	let columns = 0;
	for (const character of text) columns += width(character);
	return columns;
}

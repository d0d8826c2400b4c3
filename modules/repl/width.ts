// SPDX-License-Identifier: MIT
// How many columns of a terminal a character takes: 2 for those of East Asian scripts and emoji, 0 for what combines
// with the one before, 1 for the rest. Unicode's tables (UAX 11) would be larger than the prompt; these are their ranges
// where people write.

const WIDE: readonly [number, number][] = [
	[0x1100, 0x115f],
	[0x2e80, 0x303e],
	[0x3041, 0xa4cf],
	[0xac00, 0xd7a3],
	[0xf900, 0xfaff],
	[0xfe30, 0xfe6f],
	[0xff00, 0xff60],
	[0xffe0, 0xffe6],
	[0x1f300, 0x1f64f],
	[0x1f680, 0x1f6ff],
	[0x1f900, 0x1f9ff],
	[0x20000, 0x3fffd],
];

const COMBINING: readonly [number, number][] = [
	[0x300, 0x36f],
	[0x200b, 0x200f],
	[0x20d0, 0x20ff],
	[0xfe00, 0xfe0f],
];

/** Columns of one character. */
export function width(character: string): number {
	const code = character.codePointAt(0) ?? 0;
	if (code < 0x300) return 1;
	for (const [first, last] of COMBINING) if (code >= first && code <= last) return 0;
	for (const [first, last] of WIDE) if (code >= first && code <= last) return 2;
	return 1;
}

/** Columns of a text. */
export function textWidth(text: string): number {
	let columns = 0;
	for (const character of text) columns += width(character);
	return columns;
}

// SPDX-License-Identifier: MIT
// The password of a board's own access point. It is read from a screen and typed on a telephone: no letters that look
// like digits, in groups.

/** 32 of them, so that each takes five bits of randomness. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";

/** Random bytes that a password takes: 12 characters of 5 bits each are 60 bits. */
export const PASSPHRASE_BYTES = 12;

/**
 * A password for WPA2 (8 to 63 ASCII characters) of random bytes.
 *
 * @param bytes at least 12, from a generator that nobody can guess
 * @returns 14 characters, such as `"hv3k-9tqe-m2xw"`
 * @throws RangeError for fewer
 * @example
 * ```ts
 * import { passphrase } from "network/passphrase";
 *
 * console.log(passphrase(new Uint8Array(12))); // → aaaa-aaaa-aaaa
 * ```
 */
export function passphrase(bytes: Uint8Array): string {
	if (bytes.length < PASSPHRASE_BYTES) throw new RangeError(`a password takes ${PASSPHRASE_BYTES} random bytes`);
	let text = "";
	for (let i = 0; i < PASSPHRASE_BYTES; i++) {
		if (i > 0 && i % 4 === 0) text += "-";
		text += ALPHABET.charAt((bytes[i] ?? 0) & 31);
	}
	return text;
}

// SPDX-License-Identifier: MIT
// Frames of raw mode, on this side of the serial line: docs/raw-mode.md has every byte, modules/console/console_frame.c
// is the board's side.
import { crc32 as zlibCrc32 } from "node:zlib";

const FLAG = 0x7e;
const ESCAPE = 0x7d;
const TURN = 0x20;
/** Bytes of payload at most. */
export const PAYLOAD = 1024;
const HEADER = 4;
const CHECK = 4;

export interface Frame {
	/** A letter. */
	type: string;
	number: number;
	payload: Buffer;
}

/** What a decoder finds: a frame, a damaged one, or text that is no part of any (a board that is not in raw mode). */
export type Found = Frame | { damaged: true } | { text: string };

// Node 20.15 and 22.2 have crc32; the oldest that are supported do too.
const crc = (bytes: Uint8Array): number => zlibCrc32(bytes);

/** A frame as it goes over the line. */
export function encode(type: string, number: number, payload: Uint8Array): Buffer {
	const content = Buffer.alloc(HEADER + payload.length + CHECK);
	content[0] = type.charCodeAt(0);
	content[1] = number;
	content.writeUInt16BE(payload.length, 2);
	content.set(payload, HEADER);
	content.writeUInt32BE(crc(content.subarray(0, HEADER + payload.length)), HEADER + payload.length);
	const line = [FLAG];
	for (const byte of content) {
		if (byte < TURN || byte === FLAG || byte === ESCAPE) line.push(ESCAPE, byte ^ TURN);
		else line.push(byte);
	}
	line.push(FLAG);
	return Buffer.from(line);
}

/** The frame that is between two flags, undefined if it is damaged. */
function parse(content: Buffer): Frame | undefined {
	const size = content.length - HEADER - CHECK;
	if (size < 0 || content.readUInt16BE(2) !== size) return undefined;
	if (crc(content.subarray(0, HEADER + size)) !== content.readUInt32BE(HEADER + size)) return undefined;
	return {
		type: String.fromCharCode(content[0] as number),
		number: content[1] as number,
		payload: content.subarray(HEADER, HEADER + size),
	};
}

/** Takes what comes on the line. */
export class Decoder {
	#inside = false;
	#escaped = false;
	#bytes: number[] = [];
	#text: number[] = [];

	take(data: Uint8Array): Found[] {
		const found: Found[] = [];
		for (const byte of data) {
			if (byte === FLAG) {
				this.#endText(found);
				if (this.#inside && (this.#bytes.length > 0 || this.#escaped)) {
					const frame = this.#escaped ? undefined : parse(Buffer.from(this.#bytes));
					found.push(frame ?? { damaged: true });
				}
				this.#inside = true;
				this.#escaped = false;
				this.#bytes = [];
			} else if (byte < TURN) {
				// Never a part of a frame: the board prints.
				if (this.#inside) this.#text.push(...this.#bytes);
				this.#inside = false;
				this.#bytes = [];
				this.#text.push(byte);
			} else if (!this.#inside) {
				this.#text.push(byte);
			} else if (byte === ESCAPE && !this.#escaped) {
				this.#escaped = true;
			} else if (this.#bytes.length < 2 * (HEADER + PAYLOAD + CHECK)) {
				this.#bytes.push(this.#escaped ? byte ^ TURN : byte);
				this.#escaped = false;
			}
		}
		this.#endText(found);
		return found;
	}

	#endText(found: Found[]): void {
		if (this.#text.length > 0) found.push({ text: Buffer.from(this.#text).toString() });
		this.#text = [];
	}
}

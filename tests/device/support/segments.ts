// SPDX-License-Identifier: MIT
// TCP segments as frames on the wire of test/wire, made and read byte by byte: RFC 9293, 3.1, in IPv4 (RFC 791, 3.1). Nothing here
// comes from the stack under test: checksums are computed and checked here. What a test says and sees is in peers.ts.
import assert from "assert";

/** The flags of a segment as letters: FIN, SYN, RST, PSH, ACK, URG. */
const LETTERS = "FSRPAU";
const NAMES = ["FIN", "SYN", "RST", "PSH", "ACK", "URG"];

const ETHERNET = 14;
const IP = 20;
const TCP = 20;

export interface Segment {
	/** The last bytes of the addresses: 10.8.8.x. */
	source: number;
	destination: number;
	from: number;
	to: number;
	seq: number;
	ack: number;
	/** Letters of "FSRPAU". */
	flags: string;
	window: number;
	urgent: number;
	/** As they are; padded with zeros to whole words. */
	options: number[];
	data: Uint8Array;
}

/** The one's complement sum of 16-bit words, as RFC 1071 has it; of a buffer with a right checksum inside it is 0xffff. */
function sum(bytes: DataView, from: number, size: number, start = 0): number {
	let total = start;
	for (let i = 0; i + 1 < size; i += 2) total += bytes.getUint16(from + i);
	if (size % 2 === 1) total += bytes.getUint8(from + size - 1) << 8;
	while (total > 0xffff) total = (total & 0xffff) + Math.floor(total / 0x10000);
	return total;
}

/** What the checksum of TCP covers besides the segment: the addresses, the protocol, the size. */
function pseudo(frame: DataView, size: number): number {
	return sum(frame, ETHERNET + 12, 8, 6 + size);
}

/** Puts the right checksums into a frame, whose sizes are taken as they are in its headers. */
export function seal(frame: ArrayBuffer): void {
	const view = new DataView(frame);
	const size = view.getUint16(ETHERNET + 2) - IP;
	view.setUint16(ETHERNET + 10, 0);
	view.setUint16(ETHERNET + 10, 0xffff - sum(view, ETHERNET, IP));
	view.setUint16(ETHERNET + IP + 16, 0);
	view.setUint16(ETHERNET + IP + 16, 0xffff - sum(view, ETHERNET + IP, size, pseudo(view, size)));
}

/** Makes the frame of a segment, with the right checksums. */
export function compose(segment: Segment): ArrayBuffer {
	const options = Math.ceil(segment.options.length / 4) * 4;
	const size = IP + TCP + options + segment.data.length;
	const frame = new ArrayBuffer(ETHERNET + size);
	const bytes = new Uint8Array(frame);
	const view = new DataView(frame);
	bytes.set([2, 0, 0, 0, 0, segment.destination, 2, 0, 0, 0, 0, segment.source, 0x08, 0x00]);
	bytes.set([0x45, 0], ETHERNET);
	view.setUint16(ETHERNET + 2, size);
	bytes.set([64, 6], ETHERNET + 8);
	bytes.set([10, 8, 8, segment.source, 10, 8, 8, segment.destination], ETHERNET + 12);
	const tcp = ETHERNET + IP;
	view.setUint16(tcp, segment.from);
	view.setUint16(tcp + 2, segment.to);
	view.setUint32(tcp + 4, segment.seq);
	view.setUint32(tcp + 8, segment.ack);
	view.setUint8(tcp + 12, ((TCP + options) / 4) << 4);
	for (const letter of segment.flags) view.setUint8(tcp + 13, view.getUint8(tcp + 13) | (1 << LETTERS.indexOf(letter)));
	view.setUint16(tcp + 14, segment.window);
	view.setUint16(tcp + 18, segment.urgent);
	bytes.set(segment.options, tcp + TCP);
	bytes.set(segment.data, tcp + TCP + options);
	seal(frame);
	return frame;
}

/** Whether a frame of the board's is TCP's. (ICMP is what else it sends.) */
export function isTcp(frame: ArrayBuffer): boolean {
	return new DataView(frame).getUint8(ETHERNET + 9) === 6;
}

/** Reads a frame of the board's: one TCP segment, whole, with right checksums. */
export function parse(frame: ArrayBuffer): Segment {
	const view = new DataView(frame);
	assert.strictEqual(view.getUint16(12), 0x0800, "not IPv4");
	assert.strictEqual(view.getUint8(ETHERNET), 0x45, "IP options");
	assert.strictEqual(view.getUint16(ETHERNET + 6) & 0x3fff, 0, "a fragment");
	assert.strictEqual(sum(view, ETHERNET, IP), 0xffff, "the checksum of the IP header");
	const size = view.getUint16(ETHERNET + 2) - IP;
	assert.strictEqual(sum(view, ETHERNET + IP, size, pseudo(view, size)), 0xffff, "the checksum of the segment");
	const tcp = ETHERNET + IP;
	const header = (view.getUint8(tcp + 12) >> 4) * 4;
	const bits = view.getUint8(tcp + 13);
	return {
		source: view.getUint8(ETHERNET + 15),
		destination: view.getUint8(ETHERNET + 19),
		from: view.getUint16(tcp),
		to: view.getUint16(tcp + 2),
		seq: view.getUint32(tcp + 4),
		ack: view.getUint32(tcp + 8),
		flags: [...LETTERS].filter((_, bit) => bits & (1 << bit)).join(""),
		window: view.getUint16(tcp + 14),
		urgent: view.getUint16(tcp + 18),
		options: [...new Uint8Array(frame, tcp + TCP, header - TCP)],
		data: new Uint8Array(frame, tcp + header, size - header),
	};
}

/** The option with the largest segment that a peer takes: RFC 9293, 3.2. */
export function mss(size: number): number[] {
	return [2, 4, size >> 8, size & 0xff];
}

/** How much of the sequence space a segment takes. */
export function length(segment: Segment): number {
	return segment.data.length + (segment.flags.includes("S") ? 1 : 0) + (segment.flags.includes("F") ? 1 : 0);
}

/** A segment as a line: "SYN,ACK seq=0 ack=1 win=5744 mss=1436", numbers as given. */
export function describeSegment(segment: Segment, seq: number, ack: number): string {
	const words = [NAMES.filter((_, bit) => segment.flags.includes(LETTERS[bit] as string)).join(","), `seq=${seq}`];
	if (segment.flags.includes("A")) words.push(`ack=${ack}`);
	// What lwIP says as the window of a reset is its bytes the wrong way round; it means nothing.
	if (!segment.flags.includes("R")) words.push(`win=${segment.window}`);
	const [kind, , high = 0, low = 0] = segment.options;
	if (kind === 2) words.push(`mss=${high * 256 + low}`);
	if (segment.data.length > 0) words.push(`len=${segment.data.length}`);
	return words.join(" ");
}

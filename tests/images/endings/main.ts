// SPDX-License-Identifier: MIT
// The ways in which an application can end, or be made to. The board's argument says which.

import { args, exit, memory } from "board";
import { up } from "network";
import { Socket } from "sockets";
import { AsyncSocket } from "sockets/async";

function fail(): never {
	throw new RangeError("nobody catches this");
}

function recurse(depth: number): number {
	return recurse(depth + 1) + 1;
}

/** 1 MB, and exits. */
function printMuch(): void {
	const line = ".".repeat(999);
	for (let i = 0; i < 1000; i++) console.log(line);
	exit(0);
}

/** Sockets that shall not be collected, which what nothing refers to any more would be. */
const kept: Socket[] = [];
Object.assign(globalThis, { kept });

/** A socket whose peer says nothing. */
function silent(): Socket {
	const server = new Socket();
	kept.push(server);
	server.bind(["127.0.0.1", 0]);
	server.listen(1);
	const client = new Socket();
	client.connect(server.getsockname());
	return client;
}

/** Bytes that chunks can have, nearly. */
function room(): number {
	const { size, taken, chunks, chunks_room } = memory();
	return size - taken + chunks_room - chunks - 4096;
}

/** Objects that take so many bytes in slots, which has to be more than there were for slots; the status to exit with. */
function fillSlots(bytes: number): number {
	const before = memory().slots_room;
	let last: unknown;
	for (let slots = 0; slots < before + bytes / 16; slots += 2) last = { last }; // an instance, and a property
	return last !== undefined && memory().slots_room > before ? 0 : 6;
}

const endings: Record<string, () => unknown> = {
	exit: () => exit(Number(args[1])),
	"exit while an awaited operation is settled": () => {
		const socket = new AsyncSocket(silent());
		Object.defineProperty(socket, "_fail", { value: () => exit(5) });
		void socket.recv(1, { timeout: 0.001 });
	},
	"exit while awaited operations are canceled": () => {
		const socket = new AsyncSocket(silent());
		Object.defineProperty(socket, "_fail", { value: () => exit(5) });
		void socket.recv(1);
		void socket.sendall(new Uint8Array(20_000));
		socket.close();
	},
	"exit after": () => setTimeout(() => exit(3), 1),
	throw: fail,
	"throw in a timer": () => setTimeout(fail, 1),
	"throw nothing": () => {
		throw undefined;
	},
	reject: () => void Promise.reject(new RangeError("nobody catches this")),
	"reject late": () =>
		void new Promise((_, reject) => setTimeout(() => reject(new RangeError("nobody catches this")), 1)),
	"reject and catch": () => {
		const promise = Promise.reject(new Error("caught in time"));
		promise.catch(() => exit(4));
	},
	await: async () => {
		await null;
		fail();
	},
	slots: () => {
		const all: unknown[] = [];
		for (;;) all.push({ another: all.length });
	},
	chunks: () => {
		const all: Uint8Array[] = [];
		for (;;) all.push(new Uint8Array(4096));
	},
	"one large chunk": () => new Uint8Array(10_000_000),
	recurse: () => recurse(0),
	loop: () => {
		console.log("looping");
		for (;;);
	},
	"loop of promises": async () => {
		console.log("looping");
		for (;;) await null;
	},
	"loop that catches all": () => {
		console.log("looping");
		for (;;) {
			try {
				for (;;);
			} catch {}
		}
	},
	recv: () => {
		const socket = silent();
		console.log("waiting");
		socket.recv(1);
	},
	"recv that catches all": () => {
		const socket = silent();
		console.log("waiting");
		for (;;) {
			try {
				socket.recv(1);
			} catch {}
		}
	},
	"awaited recv": () => {
		const socket = new AsyncSocket(silent());
		async function reads() {
			return (await socket.recv(1, { timeout: 0.01 })).length;
		}
		async function awaits() {
			try {
				return await reads();
			} finally {
				console.log("over");
			}
		}
		void awaits();
	},
	"awaited recv at once": () => {
		const socket = new AsyncSocket();
		async function reads() {
			return (await socket.recv(1)).length;
		}
		void reads();
	},
	"send and exit": async () => {
		await up();
		using server = new Socket();
		server.bind(["0.0.0.0", 9000]);
		server.listen(1);
		console.log("listening");
		const [connection] = server.accept();
		const chunk = new Uint8Array(10_000).fill(7);
		for (let i = 0; i < 100; i++) connection.sendall(chunk);
		exit(0);
	},
	"print and exit": printMuch,
	"print and exit when somebody comes": async () => {
		await up();
		using server = new Socket();
		server.bind(["0.0.0.0", 9000]);
		server.listen(1);
		using _connection = server.accept()[0];
		printMuch();
	},
	idle: () => {
		console.log("idle");
		setInterval(() => {}, 3_600_000);
	},
	nothing: () => console.log("nothing"),
	memory: () => {
		// Everything fits again once it is let go.
		for (let round = 0; round < 50; round++) {
			let all: Uint8Array[] | undefined = [];
			for (let i = 0; i < 8; i++) all.push(new Uint8Array(4096));
			all = undefined;
		}
		exit(0);
	},
	"slots after a large chunk": () => {
		const bytes = room();
		if (new Uint8Array(bytes).length !== bytes) fail();
		exit(fillSlots(bytes / 2));
	},
	"slots among chunks": () => {
		const kept: Uint8Array[] = [];
		for (let bytes = room(); bytes > 8192; bytes -= 1100) kept.push(new Uint8Array(1000).fill(kept.length));
		const some = kept.filter((_, at) => at % 8 === 0);
		kept.length = 0;
		const status = fillSlots(some.length * 2048);
		for (const [at, chunk] of some.entries()) if (!chunk.every((byte) => byte === ((at * 8) & 0xff))) fail();
		exit(status);
	},
};

const ending = endings[args[0] as string];
if (!ending) throw new Error(`no ending ${args[0]}`);
await ending();

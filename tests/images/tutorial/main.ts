// SPDX-License-Identifier: MIT
// The programs of the tutorial on blocking TCP sockets that talk to another machine, as the tutorial writes them, in this
// API. The board's first argument says which; then come the host and the port, where a program connects.
import { args, exit } from "board";
import { up } from "network";
import { type Address, AF_INET, SOCK_STREAM, Socket } from "sockets";

const print = (...words: unknown[]) => console.log(words.join(" "));
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const programs: Record<string, (address: Address) => void> = {
	client(address) {
		const s = new Socket(AF_INET, SOCK_STREAM);
		s.connect(address);
		s.send("hello\n");
		const reply = s.recv(1024);
		print("reply:", text(reply));
		s.close();
	},

	"client with using"(address) {
		using s = new Socket(AF_INET, SOCK_STREAM);
		s.connect(address);
		s.send("hello\n");
		print("reply:", text(s.recv(1024)));
	},

	"client with an error inside"(address) {
		try {
			using s = new Socket(AF_INET, SOCK_STREAM);
			s.connect(address);
			s.send("hello\n");
			throw new Error(`after ${text(s.recv(1024))}`);
		} catch (error) {
			print(error);
		}
	},

	"reading until done"(address) {
		using s = new Socket(AF_INET, SOCK_STREAM);
		s.connect(address);
		const sizes: number[] = [];
		let sum = 0;
		while (true) {
			const chunk = s.recv(1024);
			if (chunk.length === 0) break; // empty: the other side has closed
			sizes.push(chunk.length);
			for (const byte of chunk) sum = (sum * 31 + byte) % 65521;
		}
		print(
			"largest",
			Math.max(...sizes),
			"bytes",
			sizes.reduce((a, b) => a + b, 0),
			"sum",
			sum,
		);
	},

	"sending until done"(address) {
		using s = new Socket(AF_INET, SOCK_STREAM);
		s.connect(address);
		let payload = new Uint8Array(20000).map((_, i) => i * 7);
		const size = payload.length;
		let first: number | undefined;
		while (payload.length > 0) {
			const n = s.send(payload);
			payload = payload.subarray(n);
			first ??= n;
		}
		print("first", first, "of", size);
	},

	server() {
		const server = new Socket(AF_INET, SOCK_STREAM);
		server.bind(["0.0.0.0", 9000]);
		server.listen(1);
		print("listening on port 9000");
		while (true) {
			const [conn, addr] = server.accept();
			print("connection from", addr);
			while (true) {
				const data = conn.recv(1024);
				if (data.length === 0) break;
				conn.send(data); // echo back
			}
			conn.close();
		}
	},
};

await up();
const [name = "", host = "", port = "0"] = args;
programs[name]?.([host, Number(port)]);
exit(name in programs ? 0 : 2);

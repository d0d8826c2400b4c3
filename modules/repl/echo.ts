// SPDX-License-Identifier: MIT
// The echo servers that the prompt has started, and its echo client: for the commands .serve, .stop and .connect.

import { UsageError } from "repl/commands";
import { type AsyncServer, type AsyncSocket, open_connection, start_server } from "sockets/async";

type Address = [host: string, port: number];

/** By port. */
let servers: Map<number, AsyncServer> | undefined;

/** A word as a port number. */
export function port(word: string): number {
	const number = Number(word);
	if (!Number.isInteger(number) || number < 1 || number > 65_535) {
		throw new UsageError(`'${word}' is no port: a number from 1 to 65535`);
	}
	return number;
}

/** Sends back what comes until the client ends; the number of bytes. */
async function echo(connection: AsyncSocket): Promise<number> {
	let bytes = 0;
	for (;;) {
		const data = await connection.recv(1024);
		if (data.length === 0) return bytes;
		bytes += data.length;
		await connection.sendall(data);
	}
}

/**
 * Starts a server.
 *
 * @param log is told of each client that has gone
 * @throws (rejection) OSError `EADDRINUSE`, …
 */
export async function serve(number: number, log: (line: string) => void): Promise<Address> {
	const server = await start_server(
		async (connection, [host, from]) => {
			try {
				log(`client ${host}:${from}: ${await echo(connection)} bytes`);
			} catch (error) {
				log(`client ${host}:${from}: ${error}`);
			}
		},
		["", number],
	);
	servers ??= new Map();
	servers.set(number, server);
	return server.getsockname();
}

/** Ends all servers, and cuts their clients off; the ports that they had. */
export async function stop(): Promise<number[]> {
	const ports: number[] = [];
	for (const [number, server] of servers ?? []) {
		ports.push(number);
		servers?.delete(number);
		await server.close({ drain: 0 });
	}
	return ports;
}

/** Connects, sends, ends, and gives all that comes back. */
export async function call(address: Address, text: string): Promise<Uint8Array> {
	const connection = await open_connection(address);
	try {
		await connection.sendall(text);
		connection.shutdown(1);
		return await connection.read();
	} finally {
		connection.close();
	}
}

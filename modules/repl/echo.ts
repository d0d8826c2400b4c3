// SPDX-License-Identifier: MIT
// The echo servers that the prompt has started, and its echo client: for the commands .serve, .stop and .connect.

import { start } from "echo/async_server";
import { UsageError } from "repl/commands";
import { type AsyncServer, open_connection } from "sockets/async";

type Address = [host: string, port: number];

/** By port; made when the first is started. */
let servers: Map<number, AsyncServer> | undefined;

/** A word as a port number. */
export function port(word: string): number {
	const number = Number(word);
	if (!Number.isInteger(number) || number < 1 || number > 65_535) {
		throw new UsageError(`'${word}' is no port: a number from 1 to 65535`);
	}
	return number;
}

/**
 * Starts a server.
 *
 * @param log is told of each client that has gone
 * @throws (rejection) OSError `EADDRINUSE`, …
 */
export async function serve(number: number, log: (line: string) => void): Promise<Address> {
	const server = await start(["0.0.0.0", number], {
		onclose([host, port], bytes, { clients }, error) {
			log(`client ${host}:${port}: ${bytes} bytes${error ? `, ${error}` : ""}; ${clients} now`);
		},
	});
	servers ??= new Map();
	servers.set(number, server);
	return server.getsockname();
}

/** Ends all servers, and cuts their clients off; the ports that they had. */
export async function stop(): Promise<number[]> {
	const all = [...(servers ?? [])];
	servers?.clear();
	for (const [, server] of all) await server.close({ drain: 0 });
	return all.map(([number]) => number);
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

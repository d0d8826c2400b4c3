// SPDX-License-Identifier: MIT
// What the clients of a soak do, one entry each. person.ts is about who sits at the prompt.
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../cli/report.js";
import type { Client } from "./client.js";
import type { Random } from "./random.js";

/** How much clients do, and for how long they do nothing. */
export interface Pace {
	/** Bytes that one of them sends at most. */
	size: number;
	/** Milliseconds that one of them stays silent at most. */
	pause: number;
	/** Clients that come when as many are there as are served, at most. */
	late: number;
}

export interface Scene {
	random: Random;
	pace: Pace;
	signal: AbortSignal;
	/** A client, connected. */
	connect(): Promise<Client>;
}

export interface Operation {
	name: string;
	/** How often it is chosen, compared with the others. */
	weight: number;
	/** Clients that it is at a time; as many as are served: "all". */
	connections: number | "all";
	run(scene: Scene, connections: number): Promise<void>;
}

/** Doing nothing is what the client is there for; nobody waits for the time to pass. */
const pause = ({ random, pace, signal }: Scene) =>
	sleep(random.size(1, pace.pause), undefined, { signal }).catch(() => {});

/** Sends so much in pieces of random sizes: up to 4 KB mostly, now and then up to 64. */
async function sendPieces(client: Client, size: number, random: Random): Promise<void> {
	for (let left = size; left > 0; ) {
		const piece = Math.min(left, random.whole(1, random.chance(0.05) ? 65_536 : 4096));
		await client.send(piece);
		left -= piece;
	}
}

export const operations: readonly Operation[] = [
	{
		name: "short echoes",
		weight: 30,
		connections: 1,
		async run({ random, connect }) {
			const client = await connect();
			for (let message = random.whole(1, 10); message > 0; message--) {
				await client.send(random.whole(1, 200));
				await client.echoed();
			}
			await client.finish();
		},
	},
	{
		name: "a long echo, in random pieces",
		weight: 14,
		connections: 1,
		async run({ random, pace, connect }) {
			const client = await connect();
			const size = random.size(4096, pace.size);
			let sending = true;
			const sent = sendPieces(client, size, random).finally(() => {
				sending = false;
			});
			sent.catch(() => {});
			while (sending || client.missing > 0) {
				if ((await client.receive(random.whole(1, 16_384))) === 0) throw new Failure("the stream ended early");
			}
			await sent;
			await client.finish();
		},
	},
	{
		name: "a half-close, then the echo",
		weight: 14,
		connections: 1,
		async run({ random, pace, connect }) {
			const client = await connect();
			client.push(random.size(1, Math.min(pace.size, 65_536)));
			await client.finish();
		},
	},
	{
		name: "a slow reader",
		weight: 6,
		connections: 1,
		async run(scene) {
			const { random, pace, connect } = scene;
			const client = await connect();
			client.push(random.size(8192, pace.size));
			client.end();
			for (let reads = random.whole(2, 6); reads > 0 && client.missing > 0; reads--) {
				await client.receive(random.whole(1, 2048));
				await pause(scene);
			}
			await client.finish();
		},
	},
	{
		name: "a stall, then the rest",
		weight: 4,
		connections: 1,
		async run(scene) {
			const { random, pace, connect } = scene;
			const client = await connect();
			client.push(random.size(8192, pace.size));
			await pause(scene);
			await client.finish();
		},
	},
	{
		name: "a stall, then gone",
		weight: 4,
		connections: 1,
		async run(scene) {
			const { random, pace, connect } = scene;
			const client = await connect();
			client.push(random.size(8192, pace.size));
			await pause(scene);
			await client.drop(random.chance(0.5));
		},
	},
	{
		name: "a reset in the middle",
		weight: 8,
		connections: 1,
		async run({ random, connect }) {
			const client = await connect();
			client.push(random.size(1000, 65_536));
			for (let reads = random.whole(0, 3); reads > 0 && client.missing > 0; reads--) await client.receive(4096);
			await client.drop(true);
		},
	},
	{
		name: "connect and close",
		weight: 8,
		connections: 1,
		async run({ random, connect }) {
			const client = await connect();
			if (random.chance(0.5)) await client.finish();
			else await client.drop(random.chance(0.5));
		},
	},
	{
		name: "silence",
		weight: 5,
		connections: 1,
		async run(scene) {
			const client = await scene.connect();
			await pause(scene);
			await client.finish();
		},
	},
	{
		name: "a flood of all that are served",
		weight: 4,
		connections: "all",
		async run({ random, pace, connect }, connections) {
			const there = await Promise.all(Array.from({ length: connections }, connect));
			await Promise.all(
				there.map(async (client) => {
					await client.send(random.whole(1, 4096));
					await client.echoed();
				}),
			);
			// Now that none has a place left: some more, who are served when others go.
			const late = await Promise.all(Array.from({ length: random.whole(0, pace.late) }, connect));
			for (const client of late) client.push(random.whole(1, 4096));
			await Promise.all([...there, ...late].map((client) => client.finish()));
		},
	},
];

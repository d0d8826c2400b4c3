// SPDX-License-Identifier: MIT
// Clients of all kinds against one board, in rounds: between two of them all clients are gone, and the board is at rest.
// Read operations.ts for what they do, series.ts for what is made of the figures.

import { once, setMaxListeners } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import type { Launch } from "../boards/board.js";
import { Failure } from "../cli/report.js";
import { type Figures, openConnections, SoakBoard } from "./board.js";
import { Client, makeNoise, type Traffic } from "./client.js";
import { type Operation, operations, type Pace } from "./operations.js";
import { Permits } from "./permits.js";
import { act, fillHistory } from "./person.js";
import { Random } from "./random.js";
import type { Outcome } from "./report.js";
import { complete, least } from "./series.js";

/** Clients that the firmware serves at a time (MAX_CLIENTS of main.ts). */
export const SERVED = 8;

/** Milliseconds after which an operation has not ended, but hangs. */
const GUARD = 180_000;

/** How long a soak goes on: until a time has passed, or so many operations are done. */
export interface Length {
	minutes?: number;
	operations?: number;
}

export interface SoakOptions extends Length {
	board: string;
	launch: Launch;
	/** Words for the application. */
	words?: string[];
	seed: number;
	/** Clients that are at work at a time. */
	clients: number;
	/** Ends it, with what there is. */
	signal: AbortSignal;
	/** Told of what goes on. */
	progress: (text: string) => void;
}

/** Rounds of a soak that counts; one that goes by time makes them as long as this many seconds. */
const ROUNDS = 12;
const ROUND_SECONDS = 15;
/** Operations before the first round. */
const WARM_UP = 60;
/** Seconds between two samples. */
const SAMPLE_SECONDS = 3;

const quick: Pace = { size: 65_536, pause: 20, late: 2 };
const thorough: Pace = { size: 1 << 19, pause: 2000, late: 2 };

/** The person at the prompt is one of the operations, as it were, and the most patient. */
const PERSON = "a person at the prompt";
const person = { name: PERSON, weight: 5, connections: 0 } as const;

/** Runs a soak of one board. Never throws for what goes wrong with the board: that is in the outcome. */
export async function soak(options: SoakOptions): Promise<Outcome> {
	const board = await SoakBoard.start(options.board, options.launch, options.words ?? []);
	const echo = createServer((socket) => {
		socket.on("error", () => {});
		socket.pipe(socket);
	}).listen(0, "127.0.0.1");
	await once(echo, "listening");
	const run = new Soak(board, options, (echo.address() as AddressInfo).port);
	try {
		await run.run();
	} finally {
		echo.close();
		const how = await board.stop();
		if (how !== "status 0") run.outcome.failures.push(`the board has ended with ${how}`);
	}
	return run.outcome;
}

class Soak {
	readonly outcome: Outcome;
	readonly #board: SoakBoard;
	readonly #options: SoakOptions;
	readonly #echo: number;
	readonly #pace: Pace;
	readonly #noise: Buffer;
	readonly #traffic: Traffic = { connections: 0, sent: 0, checked: 0 };
	readonly #permits = new Permits(SERVED);
	/** The one line that the board has. */
	readonly #line = new Permits(1);
	#started = performance.now();
	readonly #short: Figures[] = [];
	readonly #long: Figures[] = [];
	/** The number of the next operation. */
	#next = 0;

	constructor(board: SoakBoard, options: SoakOptions, echo: number) {
		this.#board = board;
		this.#options = options;
		this.#echo = echo;
		setMaxListeners(0, options.signal);
		this.#pace = options.minutes === undefined ? quick : thorough;
		this.#noise = makeNoise(options.seed);
		const done: Record<string, number> = {};
		for (const { name } of [...operations, person]) done[name] = 0;
		this.outcome = {
			board: board.name,
			seconds: 0,
			done,
			failures: [],
			traffic: this.#traffic,
			told: board.told,
			busy: [],
			rests: { short: this.#short, long: this.#long },
		};
	}

	get #over(): boolean {
		return this.#options.signal.aborted || this.outcome.failures.length > 0;
	}

	get #seconds(): number {
		return (performance.now() - this.#started) / 1000;
	}

	async run(): Promise<void> {
		const { minutes, operations: count = 0, progress } = this.#options;
		try {
			await fillHistory((keys, pattern) => this.#board.type(keys, pattern));
			await this.#round((number) => number < WARM_UP);
			if (minutes !== undefined) await this.#longRest();
			this.#started = performance.now();
			this.outcome.busy.length = 0;
			for (let round = 1; !this.#over; round++) {
				const end = Math.min(round * ROUND_SECONDS, (minutes ?? 0) * 60);
				const last = WARM_UP + Math.round((count * round) / ROUNDS);
				await this.#round((number) => (minutes === undefined ? number < last : this.#seconds < end));
				if (this.#over) break;
				await this.#rest();
				const all = Object.values(this.outcome.done).reduce((sum, number) => sum + number, 0);
				progress(`${this.#board.name}: ${Math.round(this.#seconds)} s, ${all} operations, nothing wrong`);
				if (minutes === undefined ? round === ROUNDS : this.#seconds >= minutes * 60) break;
			}
			this.outcome.seconds = this.#seconds;
			if (minutes !== undefined && !this.#over) await this.#longRest();
		} catch (error) {
			this.#fail("the board", error);
			this.outcome.seconds = this.#seconds;
		}
	}

	#fail(what: string, error: unknown): void {
		if (this.#options.signal.aborted) return;
		this.outcome.failures.push(`${what}: ${error instanceof Error ? error.message : error}`);
	}

	/** Clients, one operation after the other each, for as long as `more` is true of an operation's number. */
	async #round(more: (number: number) => boolean): Promise<void> {
		const first = this.#next;
		let sampled = this.#seconds;
		const client = async () => {
			while (!this.#over && more(this.#next)) {
				await this.#operate(this.#next++);
				// In a soak that counts there is no time to go by.
				const due = this.#options.minutes === undefined ? (this.#next - first) % 8 === 0 : false;
				if (due || this.#seconds - sampled >= SAMPLE_SECONDS) {
					sampled = this.#seconds;
					this.outcome.busy.push(complete(await this.#board.ask()));
				}
			}
		};
		await Promise.all(Array.from({ length: this.#options.clients }, client));
	}

	/** The operation of a number: always the same one for a seed. */
	async #operate(number: number): Promise<void> {
		const random = new Random(this.#options.seed, number);
		const operation = random.choose<Operation | typeof person>([...operations, person]);
		const { name } = operation;
		const connections = operation.connections === "all" ? SERVED : operation.connections;
		const started = performance.now();
		const abort = new AbortController();
		const guard = setTimeout(() => abort.abort(), GUARD);
		const signal = AbortSignal.any([abort.signal, this.#options.signal]);
		setMaxListeners(0, signal);
		await this.#permits.take(connections);
		try {
			if ("run" in operation) await this.#runClient(operation, random, signal, connections);
			else await this.#runPerson(random);
			this.outcome.done[name] = (this.outcome.done[name] ?? 0) + 1;
		} catch (error) {
			const hung = abort.signal.aborted ? ` (it did not end within ${GUARD / 1000} s)` : "";
			const after = Math.round(performance.now() - started);
			this.#fail(`operation ${number}, ${name}, after ${after} ms`, `${(error as Error).message}${hung}`);
		} finally {
			clearTimeout(guard);
			this.#permits.give(connections);
		}
	}

	async #runClient(operation: Operation, random: Random, signal: AbortSignal, connections: number): Promise<void> {
		const all: Client[] = [];
		const connect = async () => {
			const start = random.whole(0, this.#noise.length);
			const client = new Client(this.#board.port, this.#noise, start, this.#traffic, signal);
			all.push(client);
			await client.connected();
			return client;
		};
		try {
			await operation.run({ random, pace: this.#pace, signal, connect }, connections);
		} finally {
			await Promise.all(all.map((client) => client.drop(false)));
		}
	}

	async #runPerson(random: Random): Promise<void> {
		await this.#line.take(1);
		try {
			await act((keys, pattern) => this.#board.type(keys, pattern), random, this.#echo);
		} finally {
			this.#line.give(1);
		}
	}

	/** Waits until no connection is open, and takes the figures: the least of a few, for what was last may still be on its way out. */
	async #rest(): Promise<void> {
		const asked: Figures[] = [];
		for (let i = 0; i < 3; i++) {
			const client = new Client(this.#board.port, this.#noise, i, this.#traffic, this.#options.signal);
			await client.connected();
			await client.send(6);
			await client.finish();
			let figures = await this.#board.ask();
			const guard = performance.now() + GUARD;
			while (openConnections(figures) > 0 && !this.#over) {
				if (performance.now() > guard) throw new Failure("connections stay open though all clients have gone");
				figures = await this.#board.ask();
			}
			asked.push(figures, await this.#board.ask());
		}
		if (!this.#over) this.#short.push(least(asked.map(complete)));
	}

	/** Waits until libslirp has forgotten all connections too, where that is in the board's process. */
	async #longRest(): Promise<void> {
		const { progress, signal } = this.#options;
		let figures = complete(await this.#board.ask());
		if (figures.connections === undefined) return;
		progress(`${this.#board.name}: a long rest, about half a minute`);
		const guard = performance.now() + GUARD;
		while (openConnections(figures) + (figures.connections ?? 0) > 0 && !this.#over) {
			if (performance.now() > guard) throw new Failure("libslirp does not forget its connections");
			await sleep(500, undefined, { signal }).catch(() => {});
			figures = complete(await this.#board.ask());
		}
		if (!this.#over) this.#long.push(figures);
	}
}

// SPDX-License-Identifier: MIT
// One random program, from its seed: a few connections over a line with faults, which end, change and come back while it runs. Read
// model.ts for what is checked, ends.ts for what each end does.

import { FAR, type Faults, type Link, NEAR } from "board/link";
import { Player, type World } from "simulator/ends";
import { End, Stream, Violation } from "simulator/model";
import { Random } from "simulator/random";
import { Clock, invoke, type Log } from "simulator/steps";
import { AF_INET, SO_REUSEADDR, SOCK_STREAM, SOL_SOCKET, Socket } from "sockets";
import { AsyncSocket } from "sockets/async";
import { list, type Stats, stats } from "sockets/stats";

/** What is drawn independently of each other. */
enum Purpose {
	Plan,
	Faults,
	Near,
	Far = Near + 100,
}

const HOSTS = { near: NEAR, far: FAR } as const;
type Side = keyof typeof HOSTS;

/** Milliseconds after which nothing may be left: TIME_WAIT, and what a close takes on a dead line. */
const SETTLED = 400_000;

const sleep = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Faults of one direction: some programs have a good line, some a bad one. */
function drawFaults(random: Random): Faults {
	const severity = random.pick([0, 0.3, 1, 1, 2]);
	const some = (most: number) => (random.chance(0.6) ? (random.below(1000) / 1000) * most * severity : 0);
	const faults: Faults = {
		loss: some(0.12),
		duplicate: some(0.12),
		corrupt: some(0.1),
		reorder: some(0.2),
		hold: 1 + random.below(400),
		delay: random.pick([0, 1, 10, 80, 400]),
		jitter: random.pick([0, 0, 5, 100, 1000]),
	};
	if (random.chance(0.2)) faults.rate = 20_000 + random.below(2_000_000);
	return faults;
}

class Program {
	readonly #random: Random;
	readonly #clock = new Clock();
	readonly #link: Link;
	readonly #clients = new Map<number, End>();
	readonly #lost = { near: false, far: false };
	readonly #sockets: (Socket | AsyncSocket<unknown>)[] = [];
	readonly #world: World;
	readonly #lives: Promise<void>[] = [];
	#heal: () => void = () => {};
	#key = 0;
	#healedAt = Number.POSITIVE_INFINITY;
	#outage = 0;
	readonly #before = stats();
	#over = false;

	constructor(
		readonly seed: number,
		readonly log: Log,
		link: Link,
	) {
		this.#random = new Random(seed, Purpose.Plan);
		this.#link = link;
		this.#world = {
			clock: this.#clock,
			log,
			sleep,
			healed: new Promise((resolve) => {
				this.#heal = resolve;
			}),
		};
	}

	/** Runs it all. */
	async run(): Promise<void> {
		const random = this.#random;
		const listeners = random.chance(0.3) ? (["far", "near"] as const) : (["far"] as const);
		for (const side of listeners) this.#spawn(this.#listen(side));
		this.#spawn(this.#disturb());
		const count = 1 + random.below(5);
		const clients: Promise<void>[] = [];
		for (let i = 0; i < count; i++) {
			const side = listeners.length > 1 && random.chance(0.5) ? "far" : "near";
			clients.push(this.#client(i, side, new Random(this.seed, Purpose.Near + i)));
		}
		for (const client of clients) this.#spawn(client);
		try {
			await Promise.all(clients);
			// What was accepted, and the disturbances.
			this.#over = true;
			for (let done = 0; done < this.#lives.length; ) {
				const lives = this.#lives.slice(done);
				done = this.#lives.length;
				await Promise.all(lives);
			}
		} finally {
			this.#over = true;
			this.#heal();
			for (const socket of this.#sockets) socket.close();
			await Promise.allSettled(this.#lives);
		}
		await this.#settle();
	}

	#spawn(life: Promise<void>): void {
		life.catch(() => {}); // run() sees it
		this.#lives.push(life);
	}

	readonly #circumstances = {
		now: () => this.#clock.now(),
		healedAt: () => this.#healedAt,
		outage: () => this.#outage,
		lost: (side: Side) => this.#lost[side],
	};

	/** A new socket of either API, which is closed at the end whatever happens. */
	#open(random: Random): Socket | AsyncSocket<unknown> {
		const socket = random.chance(0.6) ? new AsyncSocket<unknown>(AF_INET, SOCK_STREAM) : new Socket();
		this.#sockets.push(socket);
		return socket;
	}

	/** Connects after a while, and lives. */
	async #client(number: number, side: Side, random: Random): Promise<void> {
		await sleep(random.below(4000));
		const peer: Side = side === "near" ? "far" : "near";
		const name = `c${number}`;
		let socket: Socket | AsyncSocket<unknown>;
		try {
			socket = this.#open(random);
			socket.bind([HOSTS[side], 0]);
		} catch (error) {
			const { code } = error as { code?: string };
			this.log(`${name}: no socket: ${code}`);
			if (code === "ENFILE" || code === "ENOBUFS" || (code === "EADDRNOTAVAIL" && this.#lost[side])) return;
			throw error;
		}
		this.#key += 100;
		const key = this.#key;
		const [to, back] = [new Stream(key), new Stream(key + 1000)];
		const born = this.#clock.now();
		const end = new End(name, to, back, this.#circumstances, side, born);
		const other = new End(`s${number}`, back, to, this.#circumstances, peer, born);
		other.peer = end;
		this.#clients.set(socket.getsockname()[1], other);
		const { code } = await invoke<void>(
			this.#clock,
			this.log,
			name,
			socket,
			"connect",
			[[HOSTS[peer], 9000]],
			socket instanceof Socket ? 1 : random.pick([0.5, 5, 60]),
		);
		if (code !== undefined) {
			end.ghost = true;
			const lost = this.#lost.near || this.#lost.far;
			const allowed = code === "ETIMEDOUT" || code === "ECONNRESET" || code === "ENOBUFS" || code === "ENFILE";
			if (!allowed && !lost) throw new Violation(`${name} connect gave ${code} without a cause`);
			socket.close();
			await this.#world.healed;
			return;
		}
		await new Player(this.#world, end, socket, random, 4 + random.below(12)).run();
	}

	/** Listens, and accepts whoever comes until all clients are done. */
	async #listen(side: Side): Promise<void> {
		const random = new Random(this.seed, Purpose.Far + (side === "far" ? 1 : 0));
		const blocking = random.chance(0.3);
		const listener = blocking ? new Socket() : new AsyncSocket<[AsyncSocket, [string, number]]>();
		this.#sockets.push(listener);
		listener.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
		listener.bind([HOSTS[side], 9000]);
		listener.listen(1 + random.below(6));
		const name = `listener ${side}`;
		while (!this.#over) {
			const { value, code } = await invoke<[Socket | AsyncSocket, [string, number]]>(
				this.#clock,
				this.log,
				name,
				listener,
				"accept",
				[],
				blocking ? random.pick([0, 0.01, 0.1]) : 2,
			);
			if (value) this.#serve(value[0], value[1], random);
			else if (
				code !== "ETIMEDOUT" &&
				code !== "EAGAIN" &&
				code !== "ENOBUFS" &&
				!(this.#over && (code === "ECANCELED" || code === "EBADF"))
			)
				throw new Violation(`${name} accept gave ${code} without a cause`);
			if (blocking) await sleep(random.below(200));
		}
		listener.close();
	}

	/** A connection has been accepted. */
	#serve(connection: Socket | AsyncSocket, address: [string, number], random: Random): void {
		const end = this.#clients.get(address[1]);
		if (!end) throw new Violation(`${address} was accepted, and nobody has connected from there`);
		this.#clients.delete(address[1]);
		this.log(`${end.name} is accepted`);
		let socket: Socket | AsyncSocket = connection;
		if (socket instanceof Socket && random.chance(0.5)) socket = new AsyncSocket(socket);
		this.#sockets.push(socket);
		const client = end.peer as End;
		client.peer = end;
		this.#spawn(
			new Player(
				this.#world,
				end,
				socket,
				new Random(this.seed, Purpose.Far + 10 + this.#lives.length),
				4 + random.below(12),
			).run(),
		);
	}

	/** Faults, partitions and lost addresses, until the line is healed. */
	async #disturb(): Promise<void> {
		const random = new Random(this.seed, Purpose.Faults);
		const link = this.#link;
		const faults = { toFar: drawFaults(random), toNear: drawFaults(random) };
		const apply = () => {
			for (const direction of ["toFar", "toNear"] as const) link.set(faults[direction], direction);
		};
		apply();
		const events = random.below(6);
		for (let i = 0; i < events && !this.#over; i++) {
			await sleep(random.below(15_000));
			const event = random.below(10);
			if (event < 4) {
				const direction = random.pick(["toFar", "toNear", undefined] as const);
				this.log(`partition ${direction ?? "of both directions"}`);
				link.set({ partition: true }, direction);
				const outage = random.pick([100, 2000, 15_000, 60_000]);
				await sleep(outage);
				this.#outage += outage;
				apply();
			} else if (event < 9) {
				faults[random.pick(["toFar", "toNear"] as const)] = drawFaults(random);
				apply();
			} else {
				const side = random.pick(["near", "far"] as const);
				this.log(`the address of ${side} is lost`);
				this.#lost[side] = true;
				link.setAddress(side, false);
				await sleep(random.pick([0, 500, 10_000]));
				link.setAddress(side, true);
			}
		}
		await sleep(random.below(20_000));
		this.log("the line is healed");
		link.set({ delay: 5 });
		this.#healedAt = this.#clock.now();
		this.#heal();
	}

	/** Waits until nothing is left. */
	async #settle(): Promise<void> {
		const left = () => {
			const now = stats();
			return Object.entries(now).filter(([name, count]) => count > this.#before[name as keyof Stats]);
		};
		for (let waited = 0; waited < SETTLED; waited += 1000) {
			if (left().length === 0 && this.#link.waiting === 0) return;
			await sleep(1000);
		}
		const what = left().map(([name, count]) => `${count} ${name}`);
		throw new Violation(`left behind: ${what.join(", ")}; sockets: ${JSON.stringify(list())}`);
	}
}

/** Runs the program of a seed over a link that is up, in virtual time. A Violation, or any other error, is a failure. */
export async function runProgram(seed: number, link: Link, log: Log): Promise<void> {
	await new Program(seed, log, link).run();
}

// SPDX-License-Identifier: MIT
// A number of things that are taken and given back; who wants them waits for their turn.
export class Permits {
	#free: number;
	readonly #waiting: { count: number; go: () => void }[] = [];

	constructor(count: number) {
		this.#free = count;
	}

	/** Takes so many, in the order of who asked first. */
	async take(count: number): Promise<void> {
		await new Promise<void>((resolve) => {
			this.#waiting.push({ count, go: resolve });
			this.#serve();
		});
	}

	give(count: number): void {
		this.#free += count;
		this.#serve();
	}

	#serve(): void {
		for (let [first] = this.#waiting; first && first.count <= this.#free; [first] = this.#waiting) {
			this.#waiting.shift();
			this.#free -= first.count;
			first.go();
		}
	}
}

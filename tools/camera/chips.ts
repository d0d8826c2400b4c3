// SPDX-License-Identifier: MIT
// What the chips' datasheets say of pins: ESP32 (v4.6, table 1 and 2.2), ESP32-S3 (v2.0, table 2-1 and 2.3.3).

export interface Chip {
	name: string;
	/** As people write it. */
	title: string;
	/** The highest GPIO. */
	last: number;
	/** GPIOs that the chip does not have. */
	missing: readonly number[];
	/** That can only be read. */
	inputOnly: readonly number[];
	/** That the flash of modules is at. */
	flash: readonly number[];
	/** That PSRAM is at, if there is some: by its kind. */
	psram: { quad: readonly number[]; octal: readonly number[] };
	/** The USB port's. */
	usb: readonly number[];
	/** Of UART0: receive, transmit. */
	uart0: readonly [number, number];
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

export const chips: Record<string, Chip> = {
	esp32: {
		name: "esp32",
		title: "ESP32",
		last: 39,
		missing: [20, 24, ...range(28, 31)],
		inputOnly: range(34, 39),
		flash: range(6, 11),
		psram: { quad: [16, 17], octal: [] },
		usb: [],
		uart0: [3, 1],
	},
	esp32s3: {
		name: "esp32s3",
		title: "ESP32-S3",
		last: 48,
		missing: range(22, 25),
		inputOnly: [],
		flash: range(27, 32),
		psram: { quad: [26], octal: [26, ...range(33, 37)] },
		usb: [19, 20],
		uart0: [44, 43],
	},
};

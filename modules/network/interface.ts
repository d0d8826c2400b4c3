// SPDX-License-Identifier: MIT
// What modules/network tells of an interface, on every board.

/** A network interface. Addresses are IPv4, in dotted decimal. */
export interface Interface {
	/** lwIP's name: "en1", "lo0". */
	name: string;
	/** "0.0.0.0" while there is none. */
	address: string;
	netmask: string;
	/** The router; "0.0.0.0" for none. */
	gateway: string;
	/** Name servers, those that are asked first first. */
	dns: string[];
	/** Hardware address, "52:54:00:12:34:56"; "" if the interface has none. */
	mac: string;
	/** Whether it can carry packets: switched on, linked, and with an address. */
	up: boolean;
}

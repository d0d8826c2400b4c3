// SPDX-License-Identifier: MIT
// Wi-Fi on the camera boards: joins the network that the board remembers, again and again; without one the board is an
// access point of its own. The SDK's module "wifi" does the work. What happens is said on the console.

import { Backoff } from "network/backoff";
import { accessPointPassword, type Credentials, forget as forgetCredentials, load, save } from "network/credentials";
import { mac, wpa2Only } from "network/native";
import WiFi, { type AccessPointOptions } from "wifi";

/** A network that a scan has found. */
export interface Found {
	ssid: string;
	/** As the SDK has it: "none", "wpa2_psk", … */
	authentication: string;
	/** Signal strength in dBm, the nearer to 0 the stronger. */
	rssi: number;
}

interface State {
	wifi?: WiFi;
	/** The network that is joined, or tried. */
	network?: Credentials;
	backoff: Backoff;
	timer?: number;
	changed?: () => void;
}

/** Made when it is first needed: what a preloaded module makes is constant. */
let state: State | undefined;

function own(): State {
	state ??= { backoff: new Backoff() };
	return state;
}

/** Says who is told that an interface may have got or lost its address. */
export function onchange(handler: (() => void) | undefined): void {
	own().changed = handler;
}

/** Joins the network that the board remembers, or opens its access point. Does nothing if it does that already. */
export function start(): void {
	const current = own();
	if (current.wifi) return;
	const credentials = load();
	if (credentials) join(credentials);
	else openAccessPoint();
}

/**
 * Joins a network from now on, and remembers it.
 *
 * @param ssid 1 to 32 bytes
 * @param password "" for an open network, else 8 to 63 characters
 * @throws RangeError for other lengths
 */
export function connect(ssid: string, password: string): void {
	const size = new TextEncoder().encode(ssid).length;
	if (size < 1 || size > 32) throw new RangeError("the name of a network has 1 to 32 bytes");
	if (password !== "" && (password.length < 8 || password.length > 63)) {
		throw new RangeError("the password of a network has 8 to 63 characters");
	}
	save({ ssid, password });
	close();
	join({ ssid, password });
}

/** Forgets the network; the board is an access point from now on. */
export function forget(): void {
	forgetCredentials();
	close();
	openAccessPoint();
}

/** What can be joined here, the strongest first; each name once. */
export function scan(): Promise<Found[]> {
	const found = new Map<string, Found>();
	return new Promise((resolve) => {
		WiFi.scan({}, (item) => {
			if (item === null) {
				resolve([...found.values()].sort((a, b) => b.rssi - a.rssi));
				return;
			}
			const { ssid, authentication, rssi } = item;
			const known = found.get(ssid);
			if (ssid !== "" && (known === undefined || known.rssi < rssi)) found.set(ssid, { ssid, authentication, rssi });
		});
	});
}

/** The network that is joined or tried; undefined for the access point. */
export function joined(): string | undefined {
	return own().network?.ssid;
}

function close(): void {
	const current = own();
	clearTimeout(current.timer);
	current.wifi?.close();
	if (current.network) WiFi.disconnect();
	current.wifi = current.network = current.timer = undefined;
	current.backoff.succeeded();
}

function options({ ssid, password }: Credentials): { ssid: string; password?: string } {
	return password === "" ? { ssid } : { ssid, password };
}

function join(network: Credentials): void {
	const current = own();
	current.network = network;
	WiFi.mode = WiFi.Mode.station;
	console.log(`wifi: joining "${network.ssid}"`);
	current.wifi = new WiFi(options(network), (message) => {
		if (message === WiFi.gotIP) {
			current.backoff.succeeded();
			console.log(`wifi: joined "${network.ssid}"`);
		} else if (message === WiFi.lostIP) {
			console.log("wifi: the address is gone");
		} else if (message === WiFi.disconnected) {
			retry(current, network);
		}
		current.changed?.();
	});
}

/** The network is gone, or does not let us in: tries again after a while. */
function retry(current: State, network: Credentials): void {
	if (current.timer !== undefined || current.network !== network) return;
	const delay = current.backoff.failed();
	console.log(`wifi: "${network.ssid}" is not there, or refuses; next try in ${Math.round(delay / 1000)} s`);
	current.timer = setTimeout(() => {
		current.timer = undefined;
		if (current.network === network) WiFi.connect(options(network));
	}, delay);
}

function openAccessPoint(): void {
	const current = own();
	const [, , , , a = 0, b = 0] = new Uint8Array(mac());
	const ssid = `camsock-${(0x10000 + a * 256 + b).toString(16).slice(1)}`;
	const password = accessPointPassword();
	current.wifi = new WiFi(undefined, (message) => {
		if (message === WiFi.station_connected) console.log("wifi: a client has joined");
		current.changed?.();
	});
	// `station`, which the SDK's types lack: so that networks can be scanned for meanwhile.
	const settings: AccessPointOptions & { station: boolean } = { ssid, password, station: true };
	WiFi.accessPoint(settings);
	wpa2Only();
	console.log(`wifi: access point "${ssid}", password ${password}; .wifi connect NAME joins a network`);
	setTimeout(() => current.changed?.(), 0);
}

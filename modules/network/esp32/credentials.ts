// SPDX-License-Identifier: MIT
// What a board remembers of Wi-Fi, in its preferences (a partition of its flash): the network that it joins, and the
// password of its own access point. Nothing of it is in a build, or printed, but the access point's password.

import { random } from "network/native";
import { PASSPHRASE_BYTES, passphrase } from "network/passphrase";
import Preference from "preference";

const DOMAIN = "wifi";

export interface Credentials {
	ssid: string;
	/** "" for an open network. */
	password: string;
}

function read(key: string): string | undefined {
	const value = Preference.get(DOMAIN, key);
	return typeof value === "string" ? value : undefined;
}

/** The network that the board joins; undefined if it has been told of none. */
export function load(): Credentials | undefined {
	const ssid = read("ssid");
	return ssid === undefined ? undefined : { ssid, password: read("password") ?? "" };
}

/** Remembers the network. */
export function save({ ssid, password }: Credentials): void {
	// The password first: a board that loses power between the two does not join with a password of another network.
	Preference.delete(DOMAIN, "ssid");
	Preference.set(DOMAIN, "password", password);
	Preference.set(DOMAIN, "ssid", ssid);
}

/** Forgets the network. */
export function forget(): void {
	Preference.delete(DOMAIN, "ssid");
	Preference.delete(DOMAIN, "password");
}

/** The password of the board's own access point: made of random bytes once, then remembered. */
export function accessPointPassword(): string {
	const known = read("ap_password");
	if (known !== undefined) return known;
	const made = passphrase(new Uint8Array(random(PASSPHRASE_BYTES)));
	Preference.set(DOMAIN, "ap_password", made);
	return made;
}

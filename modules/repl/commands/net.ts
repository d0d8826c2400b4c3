// SPDX-License-Identifier: MIT
// .net: the network interfaces.

import { interfaces } from "network";
import type { Context } from "repl/commands";

export const usage = "";
export const summary = "network interfaces, addresses, name servers";

export function run(_words: string[], { print }: Context): void {
	for (const { name, address, netmask, gateway, dns, mac, up } of interfaces()) {
		print(
			`${name}  ${up ? "up" : "down"}  ${address} netmask ${netmask}${gateway === "0.0.0.0" ? "" : ` gateway ${gateway}`}\n`,
		);
		if (mac !== "") print(`     mac ${mac}${dns.length > 0 ? `  dns ${dns.join(" ")}` : ""}\n`);
	}
}

// SPDX-License-Identifier: MIT
// An application of the Moddable SDK's own making that uses modules/sockets, and nothing else of camsock: it joins a Wi-Fi
// network with the SDK's module and answers every client with what it has sent. docs/module.md goes through it.
//
//     mcconfig -m -p esp32 ssid=NAME password=SECRET

import WiFi from "embedded:network/interface/wifi";
import config from "mc/config";
import { type AsyncSocket, start_server } from "sockets/async";

/** Serves one client until it has nothing more to say. */
async function echo(conn: AsyncSocket): Promise<void> {
	for await (const chunk of conn) await conn.sendall(chunk);
}

async function serve(): Promise<void> {
	await start_server(echo, ["0.0.0.0", 9000]);
	trace("listening on port 9000\n");
}

let serving = false;
const wifi = new WiFi({
	onChanged() {
		// 500: the interface has an address.
		if (wifi.connection < 500 || serving) return;
		serving = true;
		trace(`address ${wifi.address}\n`);
		serve();
	},
});
wifi.connect({ SSID: config.ssid, password: config.password });

// SPDX-License-Identifier: MIT
// What the firmware is compared with from outside: an echo server in C on lwIP's raw API. JavaScript only starts it.

import { listen } from "bench/outside/raw";
import { up } from "network";

await up();
listen(9000);
console.log("listening on 0.0.0.0:9000");

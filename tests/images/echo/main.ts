// SPDX-License-Identifier: MIT
// The echo server without the firmware's limit, and without a prompt: as many clients as the stack has connections for.

import { start } from "echo/async_server";
import { up } from "network";

await up();
await start(["0.0.0.0", 9000]);
console.log("listening on 0.0.0.0:9000");

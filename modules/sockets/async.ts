// SPDX-License-Identifier: MIT
// The socket API, awaited: `import { AsyncSocket } from "sockets/async"`.
export { type Accepted, AsyncSocket, type Timeout } from "sockets/async_socket";

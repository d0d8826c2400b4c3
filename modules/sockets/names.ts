// SPDX-License-Identifier: MIT
// Host names and addresses. "sockets" exports what is here.
import {
	AF_INET,
	AF_UNSPEC,
	AI_CANONNAME,
	AI_NUMERICHOST,
	AI_PASSIVE,
	IPPROTO_TCP,
	SOCK_STREAM,
} from "sockets/constants";
import { OSError } from "sockets/errors";
import { type Address, errno, pton, Socket } from "sockets/socket";

/** What `getaddrinfo` gives: the arguments of `new Socket`, and of its `connect` or `bind`. */
export type AddressInfo = [family: number, type: number, proto: number, canonname: string, address: Address];

/** Throws a failure that needs no system to be found. */
function fail(code: string, words: string, operation: string): never {
	throw new OSError(`${code}: ${words}, ${operation}`, code, errno(code));
}

/**
 * The addresses of a host. There is one at most: IPv4, TCP.
 *
 * @param host a name, four decimal numbers, or `null` (or "") for this board
 * @param port 0 to 65535, or `null` for 0
 * @param family AF_UNSPEC or AF_INET
 * @param type 0 or SOCK_STREAM
 * @param proto 0 or IPPROTO_TCP
 * @param flags AI_PASSIVE, AI_CANONNAME, AI_NUMERICHOST, added up
 * @throws OSError `EAI_NONAME` (does not resolve; at once for what cannot be a name), `EAI_AGAIN` (no name server known, or too many
 * queries at once), `EAI_FAMILY`, `EAI_SOCKTYPE`
 * @throws TypeError, RangeError; KeyboardInterrupt on Ctrl-C
 * @see POSIX getaddrinfo(); Python socket.getaddrinfo
 * @example
 * ```ts
 * import { getaddrinfo, Socket } from "sockets";
 *
 * const [[family, type, , , address]] = getaddrinfo("192.168.1.20", 9000);
 * using s = new Socket(family, type);
 * s.connect(address);
 * console.log(s.getpeername().join(":")); // → 192.168.1.20:9000
 * ```
 */
export function getaddrinfo(
	host: string | null,
	port: number | null,
	family: number = AF_UNSPEC,
	type = 0,
	proto = 0,
	flags = 0,
): [AddressInfo] {
	if (family !== AF_UNSPEC && family !== AF_INET) {
		fail("EAI_FAMILY", "address family not supported", "getaddrinfo");
	}
	if ((type !== 0 && type !== SOCK_STREAM) || (proto !== 0 && proto !== IPPROTO_TCP)) {
		fail("EAI_SOCKTYPE", "socket type not supported", "getaddrinfo");
	}
	if (host !== null && typeof host !== "string") throw new TypeError("host: not a string");
	if (port !== null && typeof port !== "number") throw new TypeError("port: not a number");
	if (port !== null && !(Number.isInteger(port) && port >= 0 && port <= 65535)) {
		throw new RangeError("port: not a whole number from 0 to 65535");
	}
	let address: string;
	if (host === null || host === "") {
		address = flags & AI_PASSIVE ? "0.0.0.0" : "127.0.0.1";
	} else if (flags & AI_NUMERICHOST && pton(host) === undefined) {
		fail("EAI_NONAME", "name does not resolve", `getaddrinfo ${host}`);
	} else {
		address = Socket._resolve(host);
	}
	return [[AF_INET, SOCK_STREAM, IPPROTO_TCP, flags & AI_CANONNAME ? (host ?? "") : "", [address, port ?? 0]]];
}

/** Checks the family of an address as text or bytes. */
function check(family: number, operation: string): void {
	if (family !== AF_INET) {
		fail("EAFNOSUPPORT", "address family not supported", operation);
	}
}

/**
 * The four bytes of an IPv4 address, in network order.
 *
 * @param family AF_INET
 * @param text four decimal numbers
 * @throws OSError `EINVAL` for any other text, `EAFNOSUPPORT`; TypeError
 * @see POSIX inet_pton(); Python socket.inet_pton
 * @example
 * ```ts
 * import { AF_INET, inet_pton } from "sockets";
 *
 * console.log(inet_pton(AF_INET, "10.1.2.3").join(" ")); // → 10 1 2 3
 * ```
 */
export function inet_pton(family: number, text: string): Uint8Array<ArrayBuffer> {
	check(family, "inet_pton");
	if (typeof text !== "string") throw new TypeError("text: not a string");
	const host = pton(text);
	if (host === undefined) fail("EINVAL", "invalid argument", "inet_pton");
	return Uint8Array.of(host >>> 24, host >>> 16, host >>> 8, host);
}

/**
 * An IPv4 address as text.
 *
 * @param family AF_INET
 * @param bytes its four bytes, in network order
 * @throws OSError `EAFNOSUPPORT`; RangeError for other than four bytes; TypeError
 * @see POSIX inet_ntop(); Python socket.inet_ntop
 * @example
 * ```ts
 * import { AF_INET, inet_ntop } from "sockets";
 *
 * console.log(inet_ntop(AF_INET, new Uint8Array([10, 1, 2, 3]))); // → 10.1.2.3
 * ```
 */
export function inet_ntop(family: number, bytes: ArrayBuffer | Uint8Array): string {
	check(family, "inet_ntop");
	if (!(bytes instanceof ArrayBuffer || bytes instanceof Uint8Array)) throw new TypeError("bytes: not a buffer");
	if (bytes.byteLength !== 4) throw new RangeError("bytes: not four");
	return new Uint8Array(bytes).join(".");
}

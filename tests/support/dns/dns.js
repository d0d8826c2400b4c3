// SPDX-License-Identifier: MIT
// The name server of dns_responder.c for device tests. Typed and documented in dns.d.ts.

function start() @ "xs_dns_responder_start";
function stop() @ "xs_dns_responder_stop";
function queries() @ "xs_dns_responder_queries";

export { queries, start, stop };

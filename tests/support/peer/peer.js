// SPDX-License-Identifier: MIT
// The peer of tcp_peer.c for device tests. Typed and documented in peer.d.ts.

function listen(kind, data) @ "xs_peer_listen";
function connect(port, data, count) @ "xs_peer_connect";
function received() @ "xs_peer_received";
function ended() @ "xs_peer_ended";
function failed() @ "xs_peer_failed";
function stop() @ "xs_peer_stop";

export { connect, ended, failed, listen, received, stop };

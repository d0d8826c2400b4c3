// SPDX-License-Identifier: MIT
// Natives with bugs on purpose; planted_xs.c says which.

function clean(buffer) @ "xs_planted_clean";
function buffer(buffer) @ "xs_planted_buffer";
function string(text) @ "xs_planted_string";
function past(buffer) @ "xs_planted_past";
function overflow(number) @ "xs_planted_overflow";
function leak() @ "xs_planted_leak";

export { buffer, clean, leak, overflow, past, string };

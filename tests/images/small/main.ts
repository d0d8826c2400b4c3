// SPDX-License-Identifier: MIT
// An application whose heap (creation.static) has no room for its stack: it never gets to this.
console.log("started");

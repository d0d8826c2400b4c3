// SPDX-License-Identifier: MIT
// The faults of lwip_faults.c for device tests. Typed and documented in faults.d.ts.

function takeHeap(left) @ "xs_lwip_faults_take_heap";
function giveHeapBack() @ "xs_lwip_faults_give_heap_back";
function addInterface() @ "xs_lwip_faults_add_interface";
function removeInterface() @ "xs_lwip_faults_remove_interface";
function setUp(up) @ "xs_lwip_faults_set_up";
function setAddress(host) @ "xs_lwip_faults_set_address";
function loseAddressSoon() @ "xs_lwip_faults_lose_address_soon";

export { addInterface, giveHeapBack, loseAddressSoon, removeInterface, setAddress, setUp, takeHeap };

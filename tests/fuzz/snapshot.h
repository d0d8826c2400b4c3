// SPDX-License-Identifier: MIT
// All static memory of lwIP, of the socket core and of the harness beneath them, kept and put back: so each input
// begins with the very same state (timers, sequence numbers, tables, pools), and is replayed by itself.
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

void snapshot_take(void);
void snapshot_restore(void);

#endif

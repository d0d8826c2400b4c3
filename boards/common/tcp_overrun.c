// SPDX-License-Identifier: MIT
// A segment that is out of order and goes beyond the window. lwIP trims one to its window, but not where it is the
// first that waits for a gap to be filled; once the gap is filled, it fails an assertion (tcp_receive, lwIP 2.1.3), and
// any peer can bring that about. lwIP itself sends such segments: where both ends send again, an acknowledgement with
// an older sequence number does not update its idea of the peer's window. So such a segment is lost here, and the peer
// sends it again.
#include "hooks.h"

#include "lwip/tcp.h"

/* lwIP has a segment for a connection, its header in host byte order, with so many bytes: whether it is to be lost. */
bool tcp_overrun(const struct tcp_pcb *pcb, const struct tcp_hdr *header, unsigned size) {
	uint32_t start = header->seqno - pcb->rcv_nxt, length = size + (TCPH_FLAGS(header) & TCP_FIN ? 1 : 0);
	return (int32_t)start > 0 && start < pcb->rcv_wnd && length > 0 && start + length > pcb->rcv_wnd;
}

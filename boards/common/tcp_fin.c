// SPDX-License-Identifier: MIT
// The end of a stream that comes too early. lwIP puts the FIN into the last segment that waits. If the peer's window
// has room for a part of that segment only, and stays so, lwIP splits it; but it leaves the FIN in the first part as
// well (tcp_split_unsent_seg, lwIP 2.1.3: TCPH_SET_FLAG cannot clear a flag). The peer takes that for the
// end, and what follows is lost. So a FIN that is not in the last segment is taken out here, when the segment leaves.
#include "hooks.h"

#include "lwip/priv/tcp_priv.h"

/* lwIP is about to send a segment with a FIN, or a packet of a header alone, which is no segment of the queue. */
u32_t *tcp_fin_check(const struct pbuf *packet, struct tcp_hdr *header, const struct tcp_pcb *pcb, u32_t *options) {
	if (pcb && pcb->unsent && pcb->unsent->p == packet && pcb->unsent->next)
		TCPH_UNSET_FLAG(header, TCP_FIN);
	return options;
}

// SPDX-License-Identifier: MIT
// What lwIP takes from a peer and should not: LWIP_HOOK_TCP_INPACKET_PCB of lwipopts.h gives each segment that is for a
// pcb to tcp_guard_check before lwIP looks at it. lwIP itself is not patched.
//
// Three kinds of segments would end the board, since lwIP 2.1.3 has assertions that a peer can fail:
//  - Data out of order is queued as it comes, also what is beyond the window. Once the gap is filled, the window is
//    less than what is taken out of the queue.
//  - Data that covers a FIN which waits in that queue takes the FIN over, with its place behind the end of the data,
//    which may be the end of the window.
//  - The option with the largest segment counts in every segment, not only in a SYN (RFC 9293, 3.2). A segment that
//    waits for room in the window is then split into more than the new size.
//
// And some checks of RFC 9293, 3.10.7.4 are missing in lwIP, without which somebody who sees nothing of a connection,
// but knows its addresses and ports, needs to guess less: a segment without ACK, one that acknowledges what was never
// sent or has not been on its way for long (RFC 5961, 5.2), one whose sequence number is far off. They are dropped, and
// answered by an acknowledgement where the RFCs say so.
//
// At last, a FIN right behind a full window: make_room_for_fin.
#include "hooks.h"

#include <stdbool.h>

#include "lwip/pbuf.h"
#include "lwip/priv/tcp_priv.h"

// How far behind what was received a segment may be that comes late, or again: no window is larger.
#define OLD 0x10000

/* True if the peer can have meant the segment for this connection, which is established. */
static bool is_meant(const struct tcp_pcb *pcb, const struct tcp_hdr *header) {
	return pcb->snd_nxt - header->ackno <= pcb->snd_nxt - pcb->lastack + pcb->snd_wnd_max &&
	       header->seqno - pcb->rcv_nxt + OLD <= OLD + (u32_t)pcb->rcv_wnd;
}

/* The end of the stream, if a FIN that has come too early tells it; else the end of the window. */
static u32_t limit(const struct tcp_pcb *pcb) {
	const struct tcp_seg *last = pcb->ooseq;
	while (last && last->next)
		last = last->next;
	return last && (TCPH_FLAGS(last->tcphdr) & TCP_FIN) ? last->tcphdr->seqno + last->len : pcb->rcv_nxt + pcb->rcv_wnd;
}

/* Cuts off what is behind the end of the window or of the stream, if lwIP does not. */
static void trim(const struct tcp_pcb *pcb, struct tcp_hdr *header, struct pbuf *packet) {
	u32_t end = limit(pcb), size = packet->tot_len, fin = TCPH_FLAGS(header) & TCP_FIN ? 1 : 0;
	if (!TCP_SEQ_GT(header->seqno + size + fin, end))
		return;
	if (TCP_SEQ_GT(header->seqno + size, end)) {
		u32_t left = TCP_SEQ_LT(header->seqno, end) ? end - header->seqno : 0;
		pbuf_realloc(packet, (u16_t)left);
	}
	TCPH_FLAGS_SET(header, TCPH_FLAGS(header) & ~TCP_FIN);
}

/*
 * The end of the stream takes a number, but no room: it is taken also if the data before it fill the window, as Linux
 * does. (Between two ends on the board it is lwIP itself that sends it then; seconds later it would say it again.)
 */
static void make_room_for_fin(struct tcp_pcb *pcb, const struct tcp_hdr *header, unsigned size) {
	if (!TCP_SEQ_GT(header->seqno, pcb->rcv_nxt) && header->seqno + size == pcb->rcv_nxt + pcb->rcv_wnd)
		pcb->rcv_wnd++;
}

/* lwIP has a segment for a pcb in whatever state, with so many bytes of options: an error if it is to be lost. */
err_t tcp_guard_check(struct tcp_pcb *pcb, struct tcp_hdr *header, unsigned options, struct pbuf *packet) {
	unsigned flags = TCPH_FLAGS(header);
	err_t error = tcp_storms_check(header, packet->tot_len);
	if (error != ERR_OK || pcb->state == LISTEN || pcb->state == TIME_WAIT)
		return error;
	if (options > 0 && !(flags & TCP_SYN))
		((u8_t *)header)[TCP_HLEN] = LWIP_TCP_OPT_EOL; // no other option is known to this lwIP
	if (pcb->state < ESTABLISHED) {
		// A reset without ACK cannot be the answer to our SYN; a SYN,ACK not the end of a handshake that a SYN has begun.
		bool wrong = pcb->state == SYN_SENT ? (flags & (TCP_RST | TCP_ACK)) == TCP_RST
		                                    : (flags & (TCP_RST | TCP_SYN | TCP_ACK)) == (TCP_SYN | TCP_ACK);
		if (wrong)
			return ERR_VAL;
	} else if (!(flags & (TCP_RST | TCP_SYN))) {
		if (!(flags & TCP_ACK))
			return ERR_VAL;
		if (!is_meant(pcb, header)) {
			tcp_send_empty_ack(pcb);
			return ERR_VAL;
		}
	}
	if ((flags & TCP_FIN) && pcb->state >= ESTABLISHED && pcb->state < CLOSE_WAIT)
		make_room_for_fin(pcb, header, packet->tot_len);
	if (pcb->state != SYN_SENT && (header->seqno != pcb->rcv_nxt || pcb->ooseq))
		trim(pcb, header, packet);
	return ERR_OK;
}

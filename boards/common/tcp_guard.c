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
// And at last what lwIP could do better: a FIN right behind a full window (make_room_for_fin), floods of requests
// (make_room_for_request), a request for a connection that was the same a minute ago (is_new).
#include "hooks.h"

#include <stdbool.h>

#include "lwip/ip.h"
#include "lwip/pbuf.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"

// How far behind what was received a segment may be that comes late, or again: no window is larger.
#define OLD 0x10000

/*
 * True if the peer can have meant the segment for this connection, which is established. What the peer says next may be
 * one behind the window: it has probed a window that was closed, or its end has come before its data. Such a segment
 * brings nothing but an acknowledgement, and that counts (RFC 9293, 3.10.7.4): it may say that the peer's window is
 * open.
 */
static bool is_meant(const struct tcp_pcb *pcb, const struct tcp_hdr *header) {
	return pcb->snd_nxt - header->ackno <= pcb->snd_nxt - pcb->lastack + pcb->snd_wnd_max &&
	       header->seqno - pcb->rcv_nxt + OLD <= OLD + (u32_t)pcb->rcv_wnd + 1;
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

/*
 * Takes back the oldest connection that was only asked for, of this listener's or (NULL) of anybody's, if it has not
 * answered before the answer was sent once more (RFC 4987, 3.4). lwIP itself would wait for 20 s.
 */
static bool recycle_half_open(const struct tcp_pcb_listen *listener) {
	struct tcp_pcb *oldest = NULL;
	for (struct tcp_pcb *pcb = tcp_active_pcbs; pcb; pcb = pcb->next) {
		if (pcb->state == SYN_RCVD && pcb->nrtx > 0 && (!listener || pcb->listener == listener) &&
		    (!oldest || tcp_ticks - pcb->tmr > tcp_ticks - oldest->tmr))
			oldest = pcb;
	}
	if (oldest)
		tcp_abandon(oldest, 0);
	return oldest;
}

/*
 * Somebody asks for a connection: false if there is no room for one. Where lwIP has no pcb left it would end a
 * connection for it that is closing, with what that has still to send.
 */
static bool make_room_for_request(const struct tcp_pcb_listen *listener, const struct tcp_hdr *header) {
	if (header->src == header->dest && ip_addr_cmp(ip_current_src_addr(), ip_current_dest_addr()))
		return false; // it would be answered to itself
	if (listener->accepts_pending >= listener->backlog)
		return recycle_half_open(listener);
	return lwip_stats.memp[MEMP_TCP_PCB]->used < MEMP_NUM_TCP_PCB || tcp_tw_pcbs || recycle_half_open(NULL);
}

/*
 * Whether a request for a connection that waits out its end in TIME_WAIT is a new one: RFC 9293, 3.6.1. Our own numbers
 * go on with a clock (tcp_isn.c), as RFC 6528 has it: from those before, unless the connection had sent more than 250
 * bytes in each millisecond of its life.
 */
static bool is_new(const struct tcp_pcb *pcb, const struct tcp_hdr *header, unsigned flags) {
	return (flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN && TCP_SEQ_GT(header->seqno, pcb->rcv_nxt);
}

/* lwIP has a segment for a pcb that has no connection: one that listens, or that is in TIME_WAIT. */
static err_t check_request(struct tcp_pcb *pcb, const struct tcp_hdr *header) {
	unsigned flags = TCPH_FLAGS(header);
	if (pcb->state == TIME_WAIT && is_new(pcb, header, flags)) {
		tcp_abort(pcb); // without a word to the peer, who will ask again
		return ERR_VAL;
	}
	bool asks = pcb->state == LISTEN && (flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
	return asks && !make_room_for_request((struct tcp_pcb_listen *)pcb, header) ? ERR_VAL : ERR_OK;
}

/* lwIP has a segment for a pcb in whatever state, with so many bytes of options: an error if it is to be lost. */
err_t tcp_guard_check(struct tcp_pcb *pcb, struct tcp_hdr *header, unsigned options, struct pbuf *packet) {
	unsigned flags = TCPH_FLAGS(header);
	if (pcb->state == LISTEN)
		return check_request(pcb, header);
	err_t error = tcp_storms_check(pcb, header, packet->tot_len);
	if (error != ERR_OK)
		return error;
	if (pcb->state == TIME_WAIT)
		return check_request(pcb, header);
	if (options > 0 && !(flags & TCP_SYN))
		((u8_t *)header)[TCP_HLEN] = LWIP_TCP_OPT_EOL; // no other option is known to this lwIP
	if (pcb->state < ESTABLISHED) {
		// A reset without ACK cannot be the answer to our SYN; a SYN,ACK not the end of a handshake that a SYN has
		// begun.
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
	// Not with a SYN or a RST, with which lwIP does not take it: the window would grow each time.
	if ((flags & (TCP_FIN | TCP_SYN | TCP_RST)) == TCP_FIN && pcb->state >= ESTABLISHED && pcb->state < CLOSE_WAIT)
		make_room_for_fin(pcb, header, packet->tot_len);
	// Not with a SYN, whose data lwIP takes in no state: its options, which lwIP reads after this, may be in what is
	// cut off, if it came in fragments.
	if (pcb->state != SYN_SENT && !(flags & TCP_SYN) && (header->seqno != pcb->rcv_nxt || pcb->ooseq))
		trim(pcb, header, packet);
	return ERR_OK;
}

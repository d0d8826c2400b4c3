// SPDX-License-Identifier: MIT
// The socket core: options, and addresses as text. Read sockets_tcp.h and sockets_core.h first.
#include <errno.h>

#include "lwip/priv/tcp_priv.h"
#include "sockets_core.h"

/** Copies the options of the socket to its pcb. */
void sockets_core_apply_options(const struct sockets_tcp *socket) {
	struct tcp_pcb *pcb = socket->pcb;
	if (socket->reuse_address)
		ip_set_option(pcb, SOF_REUSEADDR);
	else
		ip_reset_option(pcb, SOF_REUSEADDR);
	if (socket->state == SOCKETS_LISTENING)
		return; // such a pcb has none of the fields below; its connections get them
	if (socket->keepalive)
		ip_set_option(pcb, SOF_KEEPALIVE);
	else
		ip_reset_option(pcb, SOF_KEEPALIVE);
	if (socket->no_delay)
		tcp_nagle_disable(pcb);
	else
		tcp_nagle_enable(pcb);
	pcb->keep_idle = socket->keep_idle * 1000u;
	pcb->keep_intvl = socket->keep_interval * 1000u;
	pcb->keep_cnt = socket->keep_count;
}

/** The options of a new socket: lwIP's defaults. */
void sockets_core_default_options(struct sockets_tcp *socket) {
	socket->keep_idle = TCP_KEEPIDLE_DEFAULT / 1000;
	socket->keep_interval = TCP_KEEPINTVL_DEFAULT / 1000;
	socket->keep_count = TCP_KEEPCNT_DEFAULT;
}

/** Gives a new connection the options of its listener, as on Linux. */
void sockets_core_inherit_options(struct sockets_tcp *connection, const struct sockets_tcp *listener) {
	connection->reuse_address = listener->reuse_address;
	connection->keepalive = listener->keepalive;
	connection->no_delay = listener->no_delay;
	connection->keep_idle = listener->keep_idle;
	connection->keep_interval = listener->keep_interval;
	connection->keep_count = listener->keep_count;
	connection->linger = listener->linger;
	connection->linger_seconds = listener->linger_seconds;
}

/** sockets_tcp_set_option with the lock held. */
static int set_option(struct sockets_tcp *socket, enum sockets_tcp_option option, int value) {
	switch (option) {
	case SOCKETS_REUSEADDR:
		socket->reuse_address = value != 0;
		break;
	case SOCKETS_KEEPALIVE:
		socket->keepalive = value != 0;
		break;
	case SOCKETS_NODELAY:
		socket->no_delay = value != 0;
		break;
	case SOCKETS_KEEPIDLE:
		if (value < 1 || value > 32767)
			return -EINVAL; // Linux's range
		socket->keep_idle = (uint16_t)value;
		break;
	case SOCKETS_KEEPINTVL:
		if (value < 1 || value > 32767)
			return -EINVAL;
		socket->keep_interval = (uint16_t)value;
		break;
	case SOCKETS_KEEPCNT:
		if (value < 1 || value > 127)
			return -EINVAL;
		socket->keep_count = (uint8_t)value;
		break;
	default:
		return -ENOPROTOOPT;
	}
	if (socket->pcb != NULL)
		sockets_core_apply_options(socket);
	// What Nagle's algorithm held back goes at once, as on Linux.
	if (option == SOCKETS_NODELAY && value != 0 && socket->pcb != NULL && socket->state == SOCKETS_CONNECTED)
		(void)tcp_output(socket->pcb);
	return 0;
}

/**
 * Sets an option, as setsockopt(2). -EINVAL (out of range), -ENOPROTOOPT (one that can only be read). It holds for the
 * pcb that the socket has and for those that it will have.
 */
int sockets_tcp_set_option(struct sockets_tcp *socket, enum sockets_tcp_option option, int value) {
	sockets_port_lock();
	const int result = set_option(socket, option, value);
	sockets_port_unlock();
	return result;
}

/** Reads an option, as getsockopt(2). Always 0. */
int sockets_tcp_option(struct sockets_tcp *socket, enum sockets_tcp_option option, int *value) {
	sockets_port_lock();
	switch (option) {
	case SOCKETS_REUSEADDR:
		*value = socket->reuse_address;
		break;
	case SOCKETS_KEEPALIVE:
		*value = socket->keepalive;
		break;
	case SOCKETS_KEEPIDLE:
		*value = socket->keep_idle;
		break;
	case SOCKETS_KEEPINTVL:
		*value = socket->keep_interval;
		break;
	case SOCKETS_KEEPCNT:
		*value = socket->keep_count;
		break;
	case SOCKETS_NODELAY:
		*value = socket->no_delay;
		break;
	case SOCKETS_RCVBUF:
		*value = TCP_WND;
		break;
	case SOCKETS_ERROR:
		// A program that asks again and again how its connect goes shall see it go, also where this call steps the
		// stack.
		if (socket->state == SOCKETS_CONNECTING)
			(void)sockets_port_wait(socket->port, 0);
		*value = -sockets_core_take_error(socket);
		break;
	case SOCKETS_ACCEPTCONN:
		*value = socket->state == SOCKETS_LISTENING;
		break;
	}
	sockets_port_unlock();
	return 0;
}

/**
 * SO_LINGER, as setsockopt(2), except that close() never waits: with 0 seconds it resets the connection, with more it
 * has that time, instead of SOCKETS_TCP_CLOSE_LIMIT, to send what is unsent in the background. -EINVAL for seconds
 * outside 0 to 65535.
 */
int sockets_tcp_set_linger(struct sockets_tcp *socket, bool on, int seconds) {
	if (seconds < 0 || seconds > UINT16_MAX)
		return -EINVAL;
	sockets_port_lock();
	socket->linger = on;
	socket->linger_seconds = (uint16_t)seconds;
	sockets_port_unlock();
	return 0;
}

/** Reads SO_LINGER. Always 0. */
int sockets_tcp_linger(struct sockets_tcp *socket, bool *on, int *seconds) {
	sockets_port_lock();
	*on = socket->linger;
	*seconds = socket->linger_seconds;
	sockets_port_unlock();
	return 0;
}

/**
 * Reads an IPv4 address in the one form that means the same everywhere: four decimal numbers from 0 to 255 without
 * leading zeros, as inet_pton(3). False for anything else.
 */
bool sockets_parse_ipv4(const char *text, uint32_t *host) {
	uint32_t result = 0;
	for (int part = 0; part < 4; part += 1) {
		if (part > 0 && *text++ != '.')
			return false;
		if (*text < '0' || *text > '9')
			return false;
		const bool zero = *text == '0';
		uint32_t number = 0;
		int digits = 0;
		for (; *text >= '0' && *text <= '9'; text += 1) {
			number = number * 10 + (uint32_t)(*text - '0');
			if (++digits > 3)
				return false;
		}
		if (number > 255 || (zero && digits > 1))
			return false;
		result = result << 8 | number;
	}
	if (*text != '\0')
		return false;
	*host = result;
	return true;
}

// SPDX-License-Identifier: MIT
// The command line of native-sim: reading it, and one clear line for each thing that can be wrong with it.
#include "options.h"

#include "board.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "usage: native-sim [options] [-- words for the application]\n"
    "\n"
    "Runs the firmware as a process, with a network of its own: the board is 10.0.2.15, this machine 10.0.2.2.\n"
    "\n"
    "  --forward [HOST:]PORT:BOARDPORT  connections to PORT of this machine go to BOARDPORT of the board; may be\n"
    "                                   repeated; PORT 0 takes a free one, which is printed (default 9000:9000)\n"
    "  --no-forward                     no port leads to the board\n"
    "  --serial WHERE                   the serial line with the prompt: stdio (this terminal, the default in one), "
    "pty (a\n"
    "                                   pseudo-terminal, whose name is printed), unix:PATH (a socket), none\n"
    "  --allow-remote                   HOST may be other than loopback: other machines can reach the board\n"
#ifdef __SANITIZE_ADDRESS__
    "  --collect-always                 collect garbage at every allocation, to find pointers that outlive one\n"
#endif
    "  --help                           this text\n"
    "\n"
    "Exit status: 0 ended by a signal or by the application; 1 an error that nobody caught; 2 wrong options;\n"
    "70 the firmware is broken; 71 out of memory; 72 stack overflow; 73 out of names.\n";

/* A port number from the start of `text`, which goes on with `end`; -1 if it is none. */
static int parse_port(const char *text, char end) {
	if (*text < '0' || *text > '9')
		return -1;
	char *rest;
	long number = strtol(text, &rest, 10);
	return *rest == end && number <= 65535 ? (int)number : -1;
}

/* One --forward. False, after a message, if it does not fit. */
static bool parse_forward(struct forward *forward, const char *word, bool allow_remote) {
	const char *ports = word;
	const char *first = strchr(word, ':'), *last = strrchr(word, ':');
	forward->host.s_addr = htonl(INADDR_LOOPBACK);
	if (first && first != last) {
		char host[INET_ADDRSTRLEN];
		size_t length = (size_t)(first - word);
		ports = first + 1;
		bool known = length < sizeof host;
		if (known) {
			memcpy(host, word, length);
			host[length] = 0;
			known = !strcmp(host, "localhost") || inet_pton(AF_INET, host, &forward->host) == 1;
		}
		if (!known) {
			fprintf(stderr, "native-sim: --forward %s: HOST must be an IPv4 address such as 127.0.0.1\n", word);
			return false;
		}
		if (ntohl(forward->host.s_addr) >> 24 != 127 && !allow_remote) {
			fprintf(stderr,
			        "native-sim: --forward %s: would let other machines reach the board; add --allow-remote if so "
			        "meant\n",
			        word);
			return false;
		}
	}
	const char *colon = strchr(ports, ':');
	int port = parse_port(ports, ':');
	int board_port = colon ? parse_port(colon + 1, 0) : -1;
	if (port < 0 || board_port < 1) {
		fprintf(stderr, "native-sim: --forward %s: expected [HOST:]PORT:BOARDPORT, as in 9000:9000\n", word);
		return false;
	}
	forward->port = (uint16_t)port;
	forward->board_port = (uint16_t)board_port;
	return true;
}

int options_parse(struct options *options, int argc, char **argv) {
	const char *forwards[FORWARD_LIMIT] = {"9000:9000"};
	size_t count = 0;
	bool given = false, allow_remote = false;
	*options = (struct options){.arguments = (const char *const *)argv + argc};
	for (int i = 1; i < argc; i++) {
		const char *word = argv[i];
		if (!strcmp(word, "--")) {
			options->arguments = (const char *const *)argv + i + 1;
			options->argument_count = (size_t)(argc - i - 1);
			break;
		}
		if (!strcmp(word, "--help")) {
			fputs(usage, stdout);
			return 0;
		}
		if (!strcmp(word, "--allow-remote")) {
			allow_remote = true;
		} else if (!strcmp(word, "--no-forward")) {
			given = true;
#ifdef __SANITIZE_ADDRESS__
		} else if (!strcmp(word, "--collect-always")) {
			options->collect_always = true;
#endif
		} else if (!strcmp(word, "--serial")) {
			if (++i == argc) {
				fputs("native-sim: --serial needs none, stdio, pty or unix:PATH\n", stderr);
				return BOARD_USAGE;
			}
			options->serial = argv[i];
		} else if (!strcmp(word, "--forward")) {
			if (++i == argc) {
				fputs("native-sim: --forward needs [HOST:]PORT:BOARDPORT\n", stderr);
				return BOARD_USAGE;
			}
			if (count == FORWARD_LIMIT) {
				fprintf(stderr, "native-sim: at most %d --forward\n", FORWARD_LIMIT);
				return BOARD_USAGE;
			}
			forwards[count++] = argv[i];
			given = true;
		} else {
			fprintf(stderr, "native-sim: unknown option '%s'; --help tells which there are\n", word);
			return BOARD_USAGE;
		}
	}
	if (!given)
		count = 1;
	for (size_t i = 0; i < count; i++)
		if (!parse_forward(&options->forwards[i], forwards[i], allow_remote))
			return BOARD_USAGE;
	options->forward_count = count;
	return -1;
}

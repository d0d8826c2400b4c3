// SPDX-License-Identifier: MIT
// What native-sim does to the sockets of libslirp (boards/native-sim/network.c), for the libslirp inside of QEMU: this
// is loaded before it (LD_PRELOAD) and takes the place of functions of C's library. And what it does to a
// pseudo-terminal.
//
// libslirp lets one connection wait for it, and Linux lets all others wait for a second, then two, four …; and it fails
// an assertion if a connection is reset while its buffer of 128 KB is full to the brim.
#include <dlfcn.h>
#include <fcntl.h>
#include <pty.h>
#include <sys/socket.h>

// Connections that may wait for libslirp to take them.
#define BACKLOG 128
// Bytes that this machine may queue for a socket; Linux doubles it, for its own use.
#define QUEUE (24 * 1024)

int listen(int fd, int backlog) {
	int (*original)(int, int);
	*(void **)&original = dlsym(RTLD_NEXT, "listen");
	return original(fd, backlog < BACKLOG ? BACKLOG : backlog);
}

/* Connections that a socket accepts have its size of queue. */
int socket(int domain, int type, int protocol) {
	int (*original)(int, int, int);
	*(void **)&original = dlsym(RTLD_NEXT, "socket");
	int fd = original(domain, type, protocol), size = QUEUE;
	if (fd >= 0 && domain == AF_INET && (type & SOCK_STREAM) == SOCK_STREAM)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	return fd;
}

/* Keeps the other end of a pseudo-terminal open, so that a program that closes it does not end the line: QEMU would
 * look only once a second whether there is one again, and lose what the board sends meanwhile. */
int openpty(int *master, int *slave, char *name, const struct termios *settings, const struct winsize *size) {
	int (*original)(int *, int *, char *, const struct termios *, const struct winsize *);
	*(void **)&original = dlsym(RTLD_NEXT, "openpty");
	int result = original(master, slave, name, settings, size);
	if (result == 0)
		(void)fcntl(*slave, F_DUPFD_CLOEXEC, 3);
	return result;
}

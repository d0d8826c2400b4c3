// SPDX-License-Identifier: MIT
// The serial line of native-sim. Read the contract in boards/common/board.h first. Three kinds (--serial):
// - stdio: this process's terminal. Only while an application has opened it is it in raw mode, so that one without a
//   prompt is ended by Ctrl-C as any program is. Whatever ends the process, the terminal is as it was before.
// - pty: a pseudo-terminal that serial programs can open. This process keeps its other end open too, so that a program
//   that closes it does not end the line.
// - unix:PATH: a Unix socket, one client after the other.
#include "serial.h"

#include "board.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

// Ctrl-] on this terminal leaves the board, as it does in `npm run repl`.
#define LEAVE 0x1d
// Milliseconds that output waits for a line that takes nothing, before it counts as one that nobody reads.
#define STALL_LIMIT 500

static struct {
	enum { NONE, STDIO, PTY, UNIX_SOCKET } kind;
	int input, output; // descriptors; -1 for none
	int listener, slave;
	bool open;         // an application has the line
	bool wants_input;  // and room for what comes
	bool wants_output; // and something to send
	bool stalled;      // nobody has read for a while: output is thrown away
	bool restored;     // the terminal is as it was
	bool terminal;     // the input is a terminal of ours, whose settings are in `saved`
	struct termios saved, raw;
	char path[sizeof((struct sockaddr_un *)0)->sun_path];
} serial = {.input = -1, .output = -1, .listener = -1, .slave = -1};

/* Puts the terminal back, with what follows on a line of its own. Signal-safe. */
void serial_restore(void) {
	if (!serial.terminal || serial.restored)
		return;
	serial.restored = true;
	ssize_t ignored = write(serial.output, "\r\n", 2);
	(void)ignored;
	tcsetattr(serial.input, TCSANOW, &serial.saved);
}

/* Deadly signals: the terminal, then what the signal does by itself. */
static void on_deadly(int number) {
	serial_restore();
	signal(number, SIG_DFL);
	raise(number);
}

/* After Ctrl-Z of another terminal's, and fg: the shell has changed the settings. */
static void on_continue(int number) {
	int saved = errno;
	(void)number;
	if (serial.terminal && !serial.restored)
		tcsetattr(serial.input, TCSANOW, &serial.raw);
	errno = saved;
}

/* Makes a descriptor that does not wait. */
static void make_nonblocking(int fd) {
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* A pseudo-terminal, whose name is printed. */
static bool start_pty(void) {
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (master < 0 || grantpt(master) < 0 || unlockpt(master) < 0) {
		fprintf(stderr, "native-sim: cannot make a pty: %s\n", strerror(errno));
		return false;
	}
	const char *name = ptsname(master);
	serial.slave = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
	struct termios settings;
	if (serial.slave < 0 || tcgetattr(serial.slave, &settings) < 0) {
		fprintf(stderr, "native-sim: cannot open the pty: %s\n", strerror(errno));
		return false;
	}
	cfmakeraw(&settings);
	tcsetattr(serial.slave, TCSANOW, &settings);
	make_nonblocking(master);
	serial.input = serial.output = master;
	fprintf(stderr, "serial line: %s\n", name);
	return true;
}

/* A Unix socket. One that a process left behind is replaced; any other file stays. */
static bool start_socket(const char *path) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof address.sun_path || !*path) {
		fprintf(stderr, "native-sim: --serial unix:PATH: PATH must have 1 to %d bytes\n",
		        (int)sizeof address.sun_path - 1);
		return false;
	}
	strcpy(address.sun_path, path);
	struct stat found;
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (probe >= 0 && lstat(path, &found) == 0 && S_ISSOCK(found.st_mode) &&
	    connect(probe, (struct sockaddr *)&address, sizeof address) < 0 && errno == ECONNREFUSED)
		unlink(path);
	if (probe >= 0)
		close(probe);
	serial.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (serial.listener < 0 || bind(serial.listener, (struct sockaddr *)&address, sizeof address) < 0 ||
	    listen(serial.listener, 1) < 0) {
		fprintf(stderr, "native-sim: --serial unix:%s: %s\n", path, strerror(errno));
		return false;
	}
	strcpy(serial.path, path);
	fprintf(stderr, "serial line: unix:%s\n", path);
	return true;
}

/* Makes the line that --serial asks for; without it (NULL) this terminal, if stdin and stdout are one. False, after a
 * message, if that cannot be. */
bool serial_start(const char *where) {
	if (!where)
		where = isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) ? "stdio" : "none";
	if (!strcmp(where, "none"))
		return true;
	if (!strcmp(where, "stdio")) {
		serial.kind = STDIO;
		return true;
	}
	if (!strcmp(where, "pty")) {
		serial.kind = PTY;
		return start_pty();
	}
	if (!strncmp(where, "unix:", 5)) {
		serial.kind = UNIX_SOCKET;
		return start_socket(where + 5);
	}
	fprintf(stderr, "native-sim: --serial %s: expected none, stdio, pty or unix:PATH\n", where);
	return false;
}

/* Whether the console is somewhere else than stdout. */
bool serial_is_elsewhere(void) {
	return serial.kind == PTY || serial.kind == UNIX_SOCKET;
}

/* Takes the terminal: an open file of our own, since whether calls wait belongs to the file, which the shell shares. */
static bool open_terminal(void) {
	if (serial.input >= 0)
		return true;
	if (!isatty(STDIN_FILENO)) {
		serial.input = STDIN_FILENO;
		serial.output = STDOUT_FILENO;
		return true;
	}
	const char *name = ttyname(STDIN_FILENO);
	int fd = name ? open(name, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK) : -1;
	if (fd < 0 || tcgetattr(fd, &serial.saved) < 0) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	serial.raw = serial.saved;
	serial.raw.c_iflag &= (tcflag_t) ~(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON);
	serial.raw.c_lflag &= (tcflag_t) ~(ECHO | ECHONL | ICANON | IEXTEN | ISIG);
	serial.raw.c_cc[VMIN] = 1;
	serial.raw.c_cc[VTIME] = 0;
	serial.input = serial.output = fd;
	const int deadly[] = {SIGHUP, SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM};
	for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
		signal(deadly[i], on_deadly);
	signal(SIGCONT, on_continue);
	atexit(serial_restore);
	serial.terminal = true;
	return true;
}

bool board_serial_open(void) {
	if (serial.kind == NONE || (serial.kind == STDIO && !open_terminal()))
		return false;
	if (serial.terminal)
		tcsetattr(serial.input, TCSANOW, &serial.raw);
	serial.open = true;
	serial.wants_input = true;
	return true;
}

/* A Unix socket's client has gone. */
static void drop_client(void) {
	close(serial.input);
	serial.input = serial.output = -1;
	serial.wants_output = false;
}

/* Takes the next client of the Unix socket, if there is one. */
static void accept_client(void) {
	if (serial.listener < 0 || serial.input >= 0)
		return;
	int fd = accept4(serial.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd >= 0) {
		serial.input = serial.output = fd;
		serial.stalled = false;
	}
}

/* Whether a descriptor can be read, or written, now. For those that would wait. */
static bool ready(int fd, short events) {
	struct pollfd one = {.fd = fd, .events = events};
	return poll(&one, 1, 0) > 0;
}

size_t board_serial_read(void *data, size_t size) {
	accept_client();
	serial.wants_input = size > 0;
	if (!size || serial.input < 0)
		return 0;
	if (serial.input == STDIN_FILENO && !ready(STDIN_FILENO, POLLIN))
		return 0;
	ssize_t count = read(serial.input, data, size);
	if (count > 0) {
		serial.stalled = false; // somebody is there
		if (serial.terminal && memchr(data, LEAVE, (size_t)count))
			board_interrupt();
		return (size_t)count;
	}
	bool gone = count == 0 || (errno != EAGAIN && errno != EINTR);
	if (gone && serial.kind == UNIX_SOCKET) {
		drop_client();
	} else if (gone && serial.terminal) {
		board_interrupt(); // the terminal's window has been closed
		serial.wants_input = false;
	} else if (gone) {
		serial.input = -1; // the end of a file or pipe
	}
	return 0;
}

size_t board_serial_write(const void *data, size_t size) {
	accept_client();
	if (!size) {
		serial.wants_output = false;
		return 0;
	}
	if (serial.output < 0)
		return size; // nobody is there
	if (serial.output == STDOUT_FILENO) {
		if (!ready(STDOUT_FILENO, POLLOUT)) {
			serial.wants_output = true;
			return 0;
		}
		if (size > 512)
			size = 512; // POSIX: a pipe that is ready takes so much (PIPE_BUF) without waiting
	}
	ssize_t count =
	    serial.kind == UNIX_SOCKET ? send(serial.output, data, size, MSG_NOSIGNAL) : write(serial.output, data, size);
	serial.wants_output = count >= 0 ? (size_t)count < size : errno == EAGAIN;
	if (count > 0)
		serial.stalled = false;
	if (count >= 0)
		return (size_t)count;
	if (errno == EAGAIN && serial.stalled) {
		serial.wants_output = false;
		return size;
	}
	if (errno == EAGAIN)
		return 0;
	if (errno == EINTR)
		return 0;
	if (serial.kind == UNIX_SOCKET)
		drop_client();
	else if (serial.kind == STDIO)
		board_interrupt();
	return size;
}

/* Writes all of it, for board_write(). A line that takes nothing for a while is one that nobody reads: then what cannot
 * be written is lost, as it is on a wire, until somebody reads again. */
void serial_write_all(const void *data, size_t size) {
	const char *bytes = data;
	while (size) {
		size_t count = board_serial_write(bytes, size);
		bytes += count;
		size -= count;
		if (count || !size)
			continue;
		struct pollfd room = {.fd = serial.output, .events = POLLOUT};
		if (poll(&room, 1, STALL_LIMIT) == 0)
			serial.stalled = true;
	}
}

unsigned board_serial_columns(void) {
	struct winsize size;
	if (!serial.terminal || ioctl(serial.output, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col;
}

bool board_serial_colours(void) {
	const char *none = getenv("NO_COLOR"), *term = getenv("TERM"); // https://no-color.org
	return serial.terminal && !(none && *none) && !(term && !strcmp(term, "dumb"));
}

/* The descriptors that board_network_step() has to watch. */
size_t serial_polls(struct pollfd *polls) {
	size_t count = 0;
	if (!serial.open)
		return 0;
	if (serial.listener >= 0 && serial.input < 0)
		polls[count++] = (struct pollfd){.fd = serial.listener, .events = POLLIN};
	short events = (short)((serial.wants_input ? POLLIN : 0) | (serial.wants_output ? POLLOUT : 0));
	if (serial.input >= 0 && events && serial.input == serial.output) {
		polls[count++] = (struct pollfd){.fd = serial.input, .events = events};
	} else {
		if (serial.input >= 0 && serial.wants_input)
			polls[count++] = (struct pollfd){.fd = serial.input, .events = POLLIN};
		if (serial.output >= 0 && serial.wants_output && count < SERIAL_POLLS)
			polls[count++] = (struct pollfd){.fd = serial.output, .events = POLLOUT};
	}
	return count;
}

/* The end of the process. */
void serial_stop(void) {
	serial_restore();
	if (serial.path[0])
		unlink(serial.path);
}

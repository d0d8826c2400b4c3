// SPDX-License-Identifier: MIT
// The words for the application. Read settings.h first.
#include "settings.h"

#include "board.h"
#include "hardware.h"

#include <stdlib.h>
#include <string.h>

const char *const *board_arguments;
size_t board_argument_count;

const struct settings *settings(void) {
	static const struct settings none;
	const struct settings *given = (const struct settings *)SETTINGS_BASE;
	return given->magic == SETTINGS_MAGIC ? given : &none;
}

/* The value of a hexadecimal digit. */
static unsigned digit(char c) {
	return c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a' + 10);
}

/* Takes the %XX out of a word, in place. */
static void decode(char *word) {
	char *to = word;
	for (; *word; word++) {
		if (word[0] == '%' && word[1] && word[2]) {
			*to++ = (char)(digit(word[1]) << 4 | digit(word[2]));
			word += 2;
		} else {
			*to++ = *word;
		}
	}
	*to = 0;
}

bool settings_arguments(void) {
	if (!settings()->magic || settings()->text[0] != '/')
		return true;
	char *text = strdup(settings()->text);
	if (!text)
		return false;
	size_t count = 0;
	for (const char *p = text; *p; p++)
		count += *p == '/';
	const char **words = malloc((count + 1) * sizeof *words);
	if (!words)
		return false;
	for (char *next = text; next;) {
		char *word = next + 1;
		next = strchr(word, '/');
		if (next)
			*next = 0;
		decode(word);
		words[board_argument_count++] = word;
	}
	words[count] = NULL;
	board_arguments = words;
	return true;
}

// SPDX-License-Identifier: MIT
// Writes a compiled module as C (OUT.c) and the list of the native functions that it asks for (OUT.natives).
#include "xs_compile.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes `text` as a C string literal. */
static void write_string(FILE *file, const char *text) {
	fputc('"', file);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\' || !isprint((unsigned char)*text))
			fprintf(file, "\\%03o", (unsigned char)*text);
		else
			fputc(*text, file);
	}
	fputc('"', file);
}

/* Writes an array of bytes; C has no empty arrays, so an empty one is not written. */
static void write_bytes(FILE *file, const char *declaration, const txByte *bytes, txSize size) {
	if (!size)
		return;
	fprintf(file, "%s[%d] = {", declaration, (int)size);
	for (txSize i = 0; i < size; i++)
		fprintf(file, "%s%u,", i % 32 ? "" : "\n\t", (unsigned)(txU1)bytes[i]);
	fputs("\n};\n", file);
}

/* The name of the C variable: every character that C does not take becomes '_' and two hexadecimal digits. */
static void write_mangled(FILE *file, const char *specifier) {
	fputs("image_module_", file);
	for (; *specifier; specifier++) {
		unsigned char c = (unsigned char)*specifier;
		if (c < 0x80 && isalnum(c))
			fputc(c, file);
		else
			fprintf(file, "_%02x", c);
	}
}

/* Writes the C file. The code and the hosts are not const: the loader puts the machine's ids into
 * them, in place, once. */
static void write_code(FILE *file, const txScript *script, const char *specifier, const char *path) {
	fprintf(file, "// Compiled from %s by xs-compile.\n#include \"image.h\"\n\n", path);
	write_bytes(file, "static const uint8_t symbols", script->symbolsBuffer, script->symbolsSize);
	write_bytes(file, "IMAGE_BYTECODE static uint8_t code", script->codeBuffer, script->codeSize);
	write_bytes(file, "IMAGE_BYTECODE static uint8_t hosts", script->hostsBuffer, script->hostsSize);
	fputs("static bool remapped;\n\nconst struct image_module ", file);
	write_mangled(file, specifier);
	fputs(" = {\n\t.specifier = ", file);
	write_string(file, specifier);
	fputs(",\n\t.path = ", file);
	write_string(file, path);
	fprintf(file, ",\n\t.symbols = symbols,\n\t.symbols_size = %d,\n\t.code = code,\n\t.code_size = %d,\n",
	        (int)script->symbolsSize, (int)script->codeSize);
	if (script->hostsSize)
		fprintf(file, "\t.hosts = hosts,\n\t.hosts_size = %d,\n", (int)script->hostsSize);
	fputs("\t.remapped = &remapped,\n};\n", file);
}

/* Writes the natives: a count, then for each a signed number of parameters (-1: a destructor), an id and a name. */
static void write_natives(FILE *file, const txScript *script) {
	txByte *p = script->hostsBuffer;
	if (!p)
		return;
	txID count;
	mxDecodeID(p, count);
	for (txID i = 0; i < count; i++) {
		txS1 length = *p++;
		p += sizeof(txID);
		fprintf(file, "%s %s\n", length < 0 ? "destructor" : "function", (const char *)p);
		p += strlen((const char *)p) + 1;
	}
}

/* Closes `file`; if anything failed, says so and removes it. */
static bool finish(FILE *file, const char *path) {
	bool failed = ferror(file) != 0;
	if (fclose(file) != 0)
		failed = true;
	if (failed) {
		fprintf(stderr, "xs-compile: cannot write %s: %s\n", path, strerror(errno));
		remove(path);
	}
	return !failed;
}

/* Opens a file to write to, or says why not. */
static FILE *create(const char *path) {
	FILE *file = fopen(path, "w");
	if (!file)
		fprintf(stderr, "xs-compile: cannot write %s: %s\n", path, strerror(errno));
	return file;
}

/* Writes OUT.c (whose name is `output`) and OUT.natives. False, and a message, if that failed. */
bool write_module(const txScript *script, const char *specifier, const char *path, const char *output) {
	size_t stem = strlen(output) - strlen(".c");
	char *natives = malloc(stem + sizeof ".natives");
	if (!natives) {
		fputs("xs-compile: out of memory\n", stderr);
		return false;
	}
	memcpy(natives, output, stem);
	strcpy(natives + stem, ".natives");

	// The C file last: it is the one whose presence tells the build that the module is compiled.
	bool done = false;
	FILE *file = create(natives);
	if (file) {
		write_natives(file, script);
		done = finish(file, natives);
	}
	file = done ? create(output) : NULL;
	done = false;
	if (file) {
		write_code(file, script, specifier, path);
		done = finish(file, output);
	}
	free(natives);
	return done;
}

// SPDX-License-Identifier: MIT
// xs-compile: one JavaScript module in, one C file out that holds its XS bytecode. Runs on the machine that builds.
//
//     xs-compile --specifier echo/server --path modules/echo/server.ts --source-map server.js.map -o OUT.c server.js
//
// The parser is XS's own (the same sources that the boards run), so what compiles here is what the board would parse.
// OUT.c defines `struct image_module image_module_<specifier>`, see boards/common/image.h. OUT.natives lists the C
// functions that the module's `@ "name"` bindings ask for: lines `function NAME` or `destructor NAME`.
//
// Three things are prepared here that the board would otherwise do, or pay for, at run time:
// - functions and string literals become the opcodes that XS uses for archives, which run and point in place;
// - the line numbers are those of the TypeScript source, by its source map;
// - the debug opcodes stay in: they tell file and line. XS built for release ignores them when it runs; boards/common/
//   error_stack.c reads them when an error is made.
#include "xsScript.h"
#include "xs_compile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What the command line says.
struct options {
	const char *specifier;
	const char *path;
	const char *source_map;
	const char *output;
	const char *input;
};

static const char usage[] =
    "usage: xs-compile --specifier SPEC [--path SHOWN/PATH.ts] [--source-map FILE.map] -o OUT.c IN.js\n";

// The path and lines that error messages show: the hook for them gets no context of its own.
static const char *shown_path;
static const txInteger *shown_lines;
static txInteger shown_line_count;

/* Hook of the parser: prints an error as `path:line: message`, with the line of the TypeScript source if a map is at
 * hand. */
void fxVReportError(void *console, txString path, txInteger line, txString format, c_va_list arguments) {
	(void)console;
	(void)path;
	if (shown_lines && line > 0 && line <= shown_line_count)
		line = shown_lines[line];
	fprintf(stderr, "%s:%d: ", shown_path, (int)line);
	vfprintf(stderr, format, arguments);
	fputc('\n', stderr);
}

/* Hook of the parser: its warnings are about old-style code that TypeScript has already let pass. */
void fxVReportWarning(void *console, txString path, txInteger line, txString format, c_va_list arguments) {
	(void)console;
	(void)path;
	(void)line;
	(void)format;
	(void)arguments;
}

/* Hook of the parser: numbers for the profiler, which is not built in. */
txID fxGenerateProfileID(void *console) {
	(void)console;
	return XS_NO_ID;
}

/* Hook of the parser: the name under which a tagged template's strings are cached; unique in the image. */
void fxGenerateTag(void *console, txString buffer, txInteger size, txString path) {
	static int count;
	(void)console;
	snprintf(buffer, (size_t)size, "#%d@%s", count++, path);
}

/* Fills `options`; prints the usage and returns false if the words do not fit it. */
static bool parse_options(struct options *options, int argc, char **argv) {
	for (int i = 1; i < argc; i++) {
		const char **value = NULL;
		if (!strcmp(argv[i], "--specifier"))
			value = &options->specifier;
		else if (!strcmp(argv[i], "--path"))
			value = &options->path;
		else if (!strcmp(argv[i], "--source-map"))
			value = &options->source_map;
		else if (!strcmp(argv[i], "-o"))
			value = &options->output;
		if (value) {
			if (++i == argc)
				break;
			*value = argv[i];
		} else if (argv[i][0] == '-' || options->input) {
			fprintf(stderr, "xs-compile: unexpected '%s'\n%s", argv[i], usage);
			return false;
		} else {
			options->input = argv[i];
		}
	}
	size_t length = options->output ? strlen(options->output) : 0;
	if (!options->specifier || !options->input || length < 3 || strcmp(options->output + length - 2, ".c")) {
		fputs(usage, stderr);
		return false;
	}
	if (!options->path)
		options->path = options->input;
	return true;
}

/* Lines of the JavaScript that the map leaves out (TypeScript's helpers) count to the line before them. */
static void fill_lines(txInteger *lines, txInteger count) {
	txInteger last = 1;
	for (txInteger i = 0; i <= count; i++) {
		if (lines[i] <= 0)
			lines[i] = last;
		last = lines[i];
	}
}

/* Turns CODE_n and STRING_n into their archive forms, which do not copy. Operands and sizes are the same. */
static void make_archive(txByte *code, txSize size) {
	txByte *p = code, *end = code + size;
	while (p < end) {
		txU1 opcode = (txU1)*p;
		switch (opcode) {
		case XS_CODE_CODE_1:
			*p = (txByte)XS_CODE_CODE_ARCHIVE_1;
			break;
		case XS_CODE_CODE_2:
			*p = (txByte)XS_CODE_CODE_ARCHIVE_2;
			break;
		case XS_CODE_CODE_4:
			*p = (txByte)XS_CODE_CODE_ARCHIVE_4;
			break;
		case XS_CODE_STRING_1:
			*p = (txByte)XS_CODE_STRING_ARCHIVE_1;
			break;
		case XS_CODE_STRING_2:
			*p = (txByte)XS_CODE_STRING_ARCHIVE_2;
			break;
		case XS_CODE_STRING_4:
			*p = (txByte)XS_CODE_STRING_ARCHIVE_4;
			break;
		default:
			break;
		}
		p += xs_code_size(p);
	}
}

/* The length in bytes of the instruction at `p`, operand included. */
txSize xs_code_size(const txByte *p) {
	txS1 size = gxCodeSizes[*(const txU1 *)p];
	const txU1 *operand = (const txU1 *)p + 1;
	switch (size) {
	case 0:
		return 1 + (txSize)sizeof(txID);
	case -1:
		return 2 + operand[0];
	case -2:
		return 3 + (operand[0] | operand[1] << 8);
	case -4:
		return 5 + (txSize)(operand[0] | operand[1] << 8 | operand[2] << 16 | (txU4)operand[3] << 24);
	default:
		return size;
	}
}

/* Parses, binds and codes the module. NULL if there was an error, which has been printed. */
static txScript *compile(txParser *parser, const struct options *options) {
	txParserJump jump;
	txScript *volatile script = NULL;
	FILE *volatile file = NULL;
	txString name = NULL;

	shown_path = options->path;
	// 64 KB is the longest token; the table's size only changes the speed.
	fxInitializeParser(parser, NULL, 64 * 1024, 1993);
	parser->firstJump = &jump;
	if (c_setjmp(jump.jmp_buf) == 0) {
		// XS maps the lines of the nodes whose path is not the parser's own: so the two must differ while it parses.
		parser->origin = parser->path = fxNewParserSymbol(parser, (txString) "");
		file = fopen(options->input, "r");
		if (!file) {
			fprintf(stderr, "xs-compile: cannot read %s\n", options->input);
			c_longjmp(jump.jmp_buf, 1);
		}
		fxParserTree(parser, file, (txGetter)fgetc, mxCFlag | mxDebugFlag, &name);
		fclose(file);
		file = NULL;
		if (parser->errorCount)
			c_longjmp(jump.jmp_buf, 1);
		if (options->source_map) {
			file = fopen(options->source_map, "r");
			if (!file) {
				fprintf(stderr, "xs-compile: cannot read %s\n", options->source_map);
				c_longjmp(jump.jmp_buf, 1);
			}
			txInteger count = parser->line;
			fxParserSourceMap(parser, file, (txGetter)fgetc, mxDebugFlag, &name);
			fclose(file);
			file = NULL;
			if (parser->errorCount)
				c_longjmp(jump.jmp_buf, 1);
			fill_lines(parser->lines, count);
			shown_lines = parser->lines;
			shown_line_count = count;
		} else {
			// No map: the lines are those of the input, each mapped to itself.
			parser->lines = fxNewParserChunkClear(parser, (1 + parser->line) * (txSize)sizeof(txInteger));
			for (txInteger i = 0; i <= parser->line; i++)
				parser->lines[i] = i;
		}
		parser->path = fxNewParserSymbol(parser, (txString)options->path);
		fxParserHoist(parser);
		fxParserBind(parser);
		if (parser->errorCount)
			c_longjmp(jump.jmp_buf, 1);
		script = fxParserCode(parser);
		if (script)
			make_archive(script->codeBuffer, script->codeSize);
	}
	if (file)
		fclose(file);
	shown_lines = NULL;
	return script;
}

int main(int argc, char **argv) {
	struct options options = {0};
	if (!parse_options(&options, argc, argv))
		return 2;
	txParser parser;
	txScript *script = compile(&parser, &options);
	bool done = script && write_module(script, options.specifier, options.path, options.output);
	fxDeleteScript(script);
	fxTerminateParser(&parser);
	return done ? 0 : 1;
}

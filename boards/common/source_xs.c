// SPDX-License-Identifier: MIT
// Modules from source text, at run time: what the REPL and `npm run exec` run. The native functions of the module
// "board/source" (source.js). XS's own parser does the work; modules.c asks here for a module that is not in the image.
//
// What a person types at the prompt is a module too, an interactive one. So top-level await, import and const mean what
// they always do. Three things are added, in the syntax tree: everything that it declares is exported; the value of its
// last statement is its default export; and it begins with a call of publish(), which makes what it exports visible to
// all other code, by letting the variables of the global scope share the module's own. So a `let` can be assigned, a
// `const` cannot, declaring a name again replaces it, and what was declared before an error stays.
#include "machine.h"

#include "xsScript.h"

// Where the parser is: XS 17, the SDK's, keeps it with what is ahead.
#if XS_MAJOR_VERSION > 13
#define PARSER_TOKEN(parser) ((parser)->states[0].token)
#else
#define PARSER_TOKEN(parser) ((parser)->token)
#endif

// The name of publish() in the global scope: nobody can write it.
#define PUBLISH "%publish"

// The interactive module that was defined last.
static txID interactive_id;

// A module that has been parsed and not yet loaded.
struct source {
	struct source *next;
	txScript *script;
	char specifier[];
};

static struct source *sources;

// Where parser errors go; XS has no way to pass it.
static struct {
	txParser *parser;
	txInteger line;
	bool at_end;        // the text is not wrong, it only stops too early
	bool out_of_memory; // nor is it if the parser had no room for it
	char message[126];
} failure;

// The text that is parsed: bytes that do not move, since nothing allocates in the heap meanwhile.
struct stream {
	const uint8_t *bytes;
	size_t size, offset;
};

/* XS: the next byte, -1 at the end. A line feed more makes an unterminated string an error of its line, as it is. */
static int get_byte(void *data) {
	struct stream *stream = data;
	if (stream->offset < stream->size)
		return stream->bytes[stream->offset++];
	if (stream->offset++ == stream->size)
		return '\n';
	return C_EOF;
}

/* XS: the first error in the text. It is the last one too: XS would go on to make a string of it, for which there may
 * be no memory, which is an error, for which … */
static void report(void *console, txString path, txInteger line, txString format, c_va_list arguments) {
	(void)console;
	(void)path;
	failure.line = line;
	failure.out_of_memory = !strcmp(format, "heap overflow");
	vsnprintf(failure.message, sizeof failure.message, format, arguments);
	c_longjmp(failure.parser->firstJump->jmp_buf, 1);
}

/* XS: warnings are not shown. */
static void ignore(void *console, txString path, txInteger line, txString format, c_va_list arguments) {
	(void)console;
	(void)path;
	(void)line;
	(void)format;
	(void)arguments;
}

/* A node of the tree. */
static void *new_node(txParser *parser, txToken token, txInteger line) {
	const txNodeDescription *description = &gxTokenDescriptions[token];
	txNode *node = fxNewParserChunkClear(parser, (txSize)description->size);
	node->description = description;
	node->path = parser->path;
	node->line = line;
	return node;
}

/* Makes the expression that the last statement consists of, if it is one, the module's default export. */
static void export_value(txParser *parser) {
	txModuleNode *module = (txModuleNode *)parser->root;
	if (parser->flags & mxDefaultFlag)
		return; // it has one
	txNode **link = &module->body;
	if (*link && (*link)->description->token == XS_TOKEN_STATEMENTS) {
		txNodeList *items = ((txStatementsNode *)*link)->items;
		link = &items->first;
		while (*link && (*link)->next)
			link = &(*link)->next;
	}
	txNode *last = *link;
	if (!last || last->description->token != XS_TOKEN_STATEMENT)
		return;
	// const default = expression; as fxExport() makes of `export default expression`.
	txStatementNode *statement = (txStatementNode *)last;
	txDeclareNode *declaration = new_node(parser, XS_TOKEN_CONST, last->line);
	declaration->symbol = parser->defaultSymbol;
	txAssignNode *assignment = new_node(parser, XS_TOKEN_ASSIGN, last->line);
	assignment->reference = (txNode *)declaration;
	assignment->value = statement->expression;
	statement->expression = (txNode *)assignment;
}

/* Exports everything that the module declares, or imports, by its own name. */
static void export_declarations(txParser *parser) {
	txModuleNode *module = (txModuleNode *)parser->root;
	for (txDeclareNode *node = module->scope->firstDeclareNode; node; node = node->nextDeclareNode) {
		if (!node->symbol || node->firstExportSpecifier)
			continue;
		txSpecifierNode *specifier = new_node(parser, XS_TOKEN_SPECIFIER, node->line);
		specifier->symbol = node->symbol;
		specifier->declaration = node;
		node->firstExportSpecifier = specifier;
		node->flags |= mxDeclareNodeClosureFlag | mxDeclareNodeUseClosureFlag;
	}
}

/* Puts a call of publish() before everything else that the module does. */
static void call_publish(txParser *parser) {
	txModuleNode *module = (txModuleNode *)parser->root;
	txAccessNode *reference = new_node(parser, XS_TOKEN_ACCESS, module->line);
	reference->symbol = fxNewParserSymbol(parser, (txString)PUBLISH);
	txNodeList *arguments = fxNewParserChunkClear(parser, sizeof *arguments);
	arguments->description = &gxTokenDescriptions[XS_NO_TOKEN];
	txParamsNode *parameters = new_node(parser, XS_TOKEN_PARAMS, module->line);
	parameters->items = arguments;
	txCallNewNode *call = new_node(parser, XS_TOKEN_CALL, module->line);
	call->reference = (txNode *)reference;
	call->params = (txNode *)parameters;
	txStatementNode *statement = new_node(parser, XS_TOKEN_STATEMENT, module->line);
	statement->expression = (txNode *)call;
	if (module->body->description->token == XS_TOKEN_STATEMENTS) {
		txNodeList *items = ((txStatementsNode *)module->body)->items;
		statement->next = items->first;
		items->first = (txNode *)statement;
		items->length++;
		return;
	}
	txNodeList *items = fxNewParserChunkClear(parser, sizeof *items);
	items->description = &gxTokenDescriptions[XS_NO_TOKEN];
	items->first = (txNode *)statement;
	items->length = 2;
	statement->next = module->body;
	module->body->next = NULL;
	txStatementsNode *statements = new_node(parser, XS_TOKEN_STATEMENTS, module->line);
	statements->items = items;
	module->body = (txNode *)statements;
}

/*
 * Parses a module. The result is to be freed by fxRunScript or fxDeleteScript; NULL after an error, which is in
 * `failure`. Takes no memory of the heap.
 */
static txScript *parse(txMachine *the, struct stream *stream, const char *path, bool interactive, bool check) {
	txParser parser_, *parser = &parser_;
	txParserJump jump;
	txScript *volatile script = NULL;
	memset(&failure, 0, sizeof failure);
	fxInitializeParser(parser, the, the->parserBufferSize, the->parserTableModulo);
	parser->reportError = report;
	parser->reportWarning = ignore;
	jump.nextJump = NULL;
	parser->firstJump = &jump;
	failure.parser = parser;
	if (c_setjmp(jump.jmp_buf) == 0) {
		parser->path = fxNewParserSymbol(parser, (txString)path);
		fxParserTree(parser, stream, get_byte, mxDebugFlag, NULL);
		if (parser->errorCount) {
			failure.at_end = !failure.out_of_memory &&
			                 (PARSER_TOKEN(parser) == XS_TOKEN_EOF || !strncmp(failure.message, "end of file", 11));
		} else if (!check) {
			parser->flags |= mxDebugFlag; // lines, for error stacks
			if (interactive) {
				export_value(parser);
				call_publish(parser);
			}
			fxParserHoist(parser);
			if (interactive && !parser->errorCount)
				export_declarations(parser);
			fxParserBind(parser);
			// After an error there would be code that throws it.
			parser->errorSymbol = parser->SyntaxErrorSymbol;
			parser->errorMessage = failure.message;
			if (!parser->errorCount)
				script = fxParserCode(parser);
			failure.out_of_memory |= !script && !parser->errorCount;
		}
	}
	if (parser->errorCount && !failure.message[0])
		snprintf(failure.message, sizeof failure.message, "invalid text");
	if (parser->errorCount && script) {
		fxDeleteScript(script);
		script = NULL;
	}
	fxTerminateParser(parser);
	return script;
}

/* The text in an argument: a string, or the bytes of an ArrayBuffer. */
static void text_argument(txMachine *the, txInteger index, struct stream *stream) {
	txSlot *argument = mxArgv(index);
	stream->offset = 0;
	if (argument->kind == XS_REFERENCE_KIND && argument->value.reference->next &&
	    argument->value.reference->next->kind == XS_ARRAY_BUFFER_KIND) {
		txSlot *buffer = argument->value.reference->next;
		stream->bytes = (uint8_t *)buffer->value.arrayBuffer.address;
		stream->size = (size_t)buffer->next->value.bufferInfo.length;
	} else {
		stream->bytes = (uint8_t *)fxToString(the, argument);
		stream->size = strlen((const char *)stream->bytes);
	}
}

/* check(text): undefined if the text is a module, true if there has to be more of it, else what is wrong. */
void xs_source_check(txMachine *the) {
	struct stream stream;
	if (mxArgc < 1)
		mxTypeError("check: no text");
	text_argument(the, 0, &stream);
	parse(the, &stream, "prompt", false, true);
	if (failure.at_end)
		fxBoolean(the, mxResult, 1);
	else if (failure.message[0])
		fxString(the, mxResult, failure.message);
}

/* Takes a source out of the list; NULL if there is none. */
static struct source *take(const char *specifier) {
	struct source **link = &sources;
	while (*link && strcmp((*link)->specifier, specifier))
		link = &(*link)->next;
	struct source *source = *link;
	if (source)
		*link = source->next;
	return source;
}

/* Frees a source, and its code if nobody has run it. */
static void delete_source(struct source *source) {
	if (source->script)
		fxDeleteScript(source->script);
	free(source);
}

/* The machine goes: what was not loaded will not be. */
static void end(void) {
	while (sources) {
		struct source *source = sources;
		sources = source->next;
		delete_source(source);
	}
}

/* The realm of the application. */
static txSlot *realm(txMachine *the) {
	return mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm;
}

/* The id of a name, XS_NO_ID if there is none of it yet. */
static txID id_argument(txMachine *the, txInteger index) {
	return fxFindName(the, fxToString(the, mxArgv(index)));
}

/*
 * Forgets a module that was loaded: a new one can have its specifier. XS keeps modules that are under way in a queue
 * until all of them are done, which a program that awaits for ever (a server, or what Ctrl-C has given up) never is.
 */
static void forget(txMachine *the, txID id) {
	txSlot *modules = mxOwnModules(realm(the))->value.reference;
	txSlot *module = id == XS_NO_ID ? NULL : mxBehaviorGetProperty(the, modules, id, 0, XS_OWN);
	if (!module || module->kind != XS_REFERENCE_KIND)
		return;
	txSlot **link = &mxModuleQueue.value.reference->next;
	while (*link) {
		if ((*link)->value.reference == module->value.reference)
			*link = (*link)->next;
		else
			link = &(*link)->next;
	}
	mxBehaviorDeleteProperty(the, modules, id, 0);
}

static void ensure_publish(txMachine *the);

/*
 * define(specifier, text, path, interactive): parses a module and has it ready for import(specifier), instead of what
 * had that specifier before. The result is the bytes of its code. SyntaxError; RangeError.
 */
void xs_source_define(txMachine *the) {
	static struct board_end registration = {.run = end};
	struct stream stream;
	char path[128];
	if (mxArgc < 3)
		mxTypeError("define: specifier, text and path");
	fxToStringBuffer(the, mxArgv(2), path, sizeof path);
	fxToString(the, mxArgv(0));
	bool interactive = mxArgc > 3 && fxToBoolean(the, mxArgv(3));
	text_argument(the, 1, &stream);
	txScript *script = parse(the, &stream, path, interactive, false);
	if (failure.out_of_memory)
		mxRangeError("out of memory: the parser has no room for all of %s", path);
	if (!script)
		mxSyntaxError("%s (%s:%d)", failure.message, path, (int)failure.line);
	const char *specifier = mxArgv(0)->value.string;
	struct source *old = take(specifier), *source = malloc(sizeof *source + strlen(specifier) + 1);
	if (old)
		delete_source(old);
	if (!source) {
		fxDeleteScript(script);
		mxRangeError("out of memory");
	}
	strcpy(source->specifier, specifier);
	source->script = script;
	source->next = sources;
	sources = source;
	board_at_end(&registration);
	fxInteger(the, mxResult, script->codeSize);
	forget(the, id_argument(the, 0));
	if (interactive) {
		ensure_publish(the);
		interactive_id = fxNewName(the, mxArgv(0));
	}
}

/* undefine(specifier): the module and its source go; who has imported it still has it. */
void xs_source_undefine(txMachine *the) {
	struct source *source = take(fxToString(the, mxArgv(0)));
	if (source)
		delete_source(source);
	forget(the, id_argument(the, 0));
}

/* Whether there is such a module. */
bool source_known(const char *specifier) {
	struct source *source = sources;
	while (source && strcmp(source->specifier, specifier))
		source = source->next;
	if (source)
		return true;
	// One that is loaded already.
	txID id = machine ? fxFindName(machine, (txString)specifier) : XS_NO_ID;
	return id != XS_NO_ID &&
	       mxBehaviorGetProperty(machine, mxOwnModules(realm(machine))->value.reference, id, 0, XS_OWN);
}

/* Takes the code of a module that has been defined, for a board whose loader is the SDK's; NULL if there is none. It is
 * to be freed by fxDeleteScript. */
txScript *source_take(const char *specifier) {
	struct source *source = take(specifier);
	txScript *script = source ? source->script : NULL;
	free(source);
	return script;
}

/* Loads a module for fxLoadModule(); false if it is not here. */
bool source_load(txMachine *the, txSlot *module, txID id) {
	struct source *source = take(fxGetKeyName(the, id));
	if (!source)
		return false;
	txScript *script = source->script;
	source->script = NULL;
	free(source);
	fxResolveModule(the, module, id, script, NULL, NULL); // frees the script
	return true;
}

/* The global scope: let, const and class at the top of programs are there, and what is published. */
static txSlot *scope(txMachine *the) {
	return mxRealmClosures(realm(the))->value.reference;
}

/* publish(): makes what the interactive module exports variables of the global scope, `default` excepted. The module
 * itself calls it, once it is linked. */
static void publish(txMachine *the) {
	txSlot *module = mxBehaviorGetProperty(the, mxOwnModules(realm(the))->value.reference, interactive_id, 0, XS_OWN);
	if (!module || module->kind != XS_REFERENCE_KIND || mxModuleExports(module)->kind != XS_REFERENCE_KIND)
		return;
	for (txSlot *export = mxModuleExports(module)->value.reference->next; export; export = export->next) {
		if (export->kind != XS_EXPORT_KIND || export->ID == mxID(_default) || !export->value.export.closure)
			continue;
		mxPushUndefined();
		the->stack->kind = XS_CLOSURE_KIND;
		the->stack->value.closure = export->value.export.closure;
		mxBehaviorDefineOwnProperty(the, scope(the), export->ID, 0, the->stack, XS_NO_FLAG);
		mxPop();
	}
}

/* Gives publish() its name, in a new machine. */
static void ensure_publish(txMachine *the) {
	txID id = fxNewNameC(the, (txString)PUBLISH);
	if (mxBehaviorHasProperty(the, scope(the), id, 0))
		return;
	fxNewHostFunction(the, publish, 0, XS_NO_ID, XS_NO_ID);
	mxBehaviorDefineOwnProperty(the, scope(the), id, 0, the->stack, XS_NO_FLAG);
	mxPop();
}

/* tidy(): takes the names out of the global scope that have got no value, since what would have given it failed. */
void xs_source_tidy(txMachine *the) {
	txSlot **link = &scope(the)->next->next;
	while (*link) {
		txSlot *slot = *link;
		if (slot->kind == XS_CLOSURE_KIND && slot->value.closure->kind == XS_UNINITIALIZED_KIND)
			*link = slot->next;
		else
			link = &slot->next;
	}
}

/* names(): those of the global scope that are no properties of globalThis. */
void xs_source_names(txMachine *the) {
	mxPush(mxArrayPrototype);
	fxNewArrayInstance(the);
	fxArrayCacheBegin(the, the->stack);
	for (txSlot *slot = scope(the)->next->next; slot; slot = slot->next) {
		txSlot *key = fxGetKey(the, slot->ID);
		if (!key || (key->kind != XS_KEY_KIND && key->kind != XS_KEY_X_KIND) || !strcmp(key->value.key.string, PUBLISH))
			continue;
		mxPushUndefined();
		the->stack->kind = key->kind == XS_KEY_KIND ? XS_STRING_KIND : XS_STRING_X_KIND;
		the->stack->value.string = key->value.key.string;
		fxArrayCacheItem(the, the->stack + 1, the->stack);
		mxPop();
	}
	fxArrayCacheEnd(the, the->stack);
	mxPullSlot(mxResult);
}

/* lookup(name): the value of a variable of the global scope, undefined if there is none. */
void xs_source_lookup(txMachine *the) {
	txID id = id_argument(the, 0);
	txSlot *slot = id == XS_NO_ID ? NULL : mxBehaviorGetProperty(the, scope(the), id, 0, XS_OWN);
	if (slot && slot->kind != XS_UNINITIALIZED_KIND) {
		mxResult->kind = slot->kind;
		mxResult->value = slot->value;
	}
}

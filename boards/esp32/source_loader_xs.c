// SPDX-License-Identifier: MIT
// Modules from source text for the SDK's loader (fxFindModule and fxLoadModule in its xsHosts.c). That looks for a
// module by its specifier in a table, which is in flash. We give the machine a copy of it in RAM, with room for a few
// more: their code is that which ../common/source_xs.c has parsed.
//
// The loader runs the code of a module once, to make its functions, which have copies of it. XS frees the code that it
// runs if it still has to be given the machine's names; ours has been given them here, so that it stays until we free
// it.
#include <stdlib.h>
#include <string.h>

#include "../common/machine.h"

/* Modules at a time: what is typed, what a program is sent as, and those under way. */
#define ROOM 4

static txPreparation table;
static txScript *scripts; // table.scripts: the image's, then ROOM of ours; an unused one has the path ""
static char *paths[ROOM];

/* Our entry of a specifier, NULL if there is none. */
static txScript *find(const char *specifier) {
	if (scripts == NULL)
		return NULL;
	for (unsigned i = 0; i < ROOM; i++) {
		txScript *script = &scripts[table.scriptCount - ROOM + (txInteger)i];
		if (strcmp(script->path, specifier) == 0)
			return script;
	}
	return NULL;
}

/* Copies the image's table. */
static void begin(txMachine *the) {
	const txPreparation *image = the->preparation;
	const txInteger count = image->scriptCount;
	scripts = calloc((size_t)count + ROOM, sizeof *scripts);
	if (scripts == NULL)
		mxRangeError("out of memory");
	memcpy(scripts, image->scripts, (size_t)count * sizeof *scripts);
	for (unsigned i = 0; i < ROOM; i++)
		scripts[count + (txInteger)i].path = (txString) "";
	table = *image;
	table.scripts = scripts;
	table.scriptCount = count + ROOM;
	the->preparation = &table;
}

/* Empties an entry. */
static void clear(txScript *script) {
	char **path = &paths[script - &scripts[table.scriptCount - ROOM]];
	free(script->codeBuffer);
	free(*path);
	*path = NULL;
	memset(script, 0, sizeof *script);
	script->path = (txString) "";
}

/* enter(specifier): the module that has been defined can be imported. */
void xs_loader_enter(txMachine *the) {
	if (scripts == NULL)
		begin(the);
	char *specifier = strdup(fxToString(the, mxArgv(0)));
	if (specifier == NULL)
		mxRangeError("out of memory");
	txScript *entry = find(specifier);
	if (entry != NULL)
		clear(entry);
	else
		entry = find("");
	txScript *script = source_take(specifier);
	if (entry == NULL || script == NULL) {
		free(specifier);
		fxDeleteScript(script);
		if (script == NULL)
			mxReferenceError("enter: nothing is defined");
		mxRangeError("too many modules");
	}
	fxRemapScript(the, script);
	mxPop();
	*entry = *script;
	entry->path = specifier;
	entry->callback = NULL;
	paths[entry - &scripts[table.scriptCount - ROOM]] = specifier;
	entry->symbolsBuffer = NULL;
	entry->hostsBuffer = NULL;
	script->codeBuffer = NULL;
	fxDeleteScript(script);
}

/* leave(specifier): the module's code is not needed any more. */
void xs_loader_leave(txMachine *the) {
	txScript *entry = find(fxToString(the, mxArgv(0)));
	if (entry != NULL)
		clear(entry);
}

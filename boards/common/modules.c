// SPDX-License-Identifier: MIT
// Finding and loading the modules of the image: names to ids, native functions to addresses. Read image.h first.
#include "machine.h"

// xsRun.c; no header of XS has it.
extern void fxRemapIDs(txMachine *the, txByte *code, txSize size, txID *ids);

// Longest specifier, with its end.
#define SPECIFIER_SIZE 128

// The module whose native functions are being made; fxRunScript has no way to tell its callback.
static const struct image_module *loading;

/* The module with this specifier, or NULL. */
static const struct image_module *find(const char *specifier) {
	for (const struct image_module *const *module = image.modules; *module; module++)
		if (!strcmp((*module)->specifier, specifier))
			return *module;
	return NULL;
}

/*
 * Resolves `name` as module `base` means it: "./" and "../" count from its folder, a final ".js" falls away. The result
 * is in `path`, of SPECIFIER_SIZE; false if it is too long or leaves the top.
 */
static bool resolve(char *path, const char *name, const char *base) {
	size_t length = 0;
	bool relative = name[0] == '.' && (name[1] == '/' || (name[1] == '.' && name[2] == '/'));
	if (relative && base) {
		const char *slash = strrchr(base, '/');
		length = slash ? (size_t)(slash - base) + 1 : 0;
		if (length >= SPECIFIER_SIZE)
			return false;
		memcpy(path, base, length);
	}
	while (relative && name[0] == '.') {
		if (name[1] == '/') {
			name += 2;
		} else if (name[1] == '.' && name[2] == '/') {
			if (!length)
				return false;
			for (length--; length && path[length - 1] != '/'; length--)
				;
			name += 3;
		} else {
			break;
		}
	}
	size_t rest = strlen(name);
	if (rest > 3 && !strcmp(name + rest - 3, ".js"))
		rest -= 3;
	if (length + rest >= SPECIFIER_SIZE)
		return false;
	memcpy(path + length, name, rest);
	path[length + rest] = 0;
	return true;
}

/* XS: the id of the module that `slot` names when module `importer` imports it; XS_NO_ID if there is none. */
txID fxFindModule(txMachine *the, txSlot *realm, txID importer, txSlot *slot) {
	(void)realm;
	char name[SPECIFIER_SIZE], path[SPECIFIER_SIZE];
	fxToStringBuffer(the, slot, name, sizeof name); // throws if it is too long
	if (!resolve(path, name, importer == XS_NO_ID ? NULL : fxGetKeyName(the, importer)))
		return XS_NO_ID;
	const struct image_module *module = find(path);
	if (module)
		return fxNewNameX(the, (txString)module->specifier);
	return source_known(path) ? fxNewNameC(the, path) : XS_NO_ID;
}

/* The address of a native function; they are sorted by name. */
static void (*find_native(txMachine *the, const char *name))(void) {
	uint32_t low = 0, high = image.native_count;
	while (low < high) {
		uint32_t middle = (low + high) / 2;
		int order = strcmp(name, image.natives[middle].name);
		if (!order)
			return image.natives[middle].function;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	mxReferenceError("native function \"%s\" not found", name);
}

/*
 * fxRunScript calls this before the module's code, for the array of its native functions and destructors. In
 * module.hosts are a count, then for each a signed number of parameters (-1: a destructor), the id of its name, its C
 * name.
 */
static void build_hosts(txMachine *the) {
	const struct image_module *module = loading;
	txByte *p = (txByte *)board_bytecode(module->hosts);
	txID count;
	mxDecodeID(p, count);
	mxPush(mxArrayPrototype);
	fxNewArrayInstance(the);
	fxArrayCacheBegin(the, the->stack);
	while (count--) {
		txS1 length = *p++;
		txID id;
		mxDecodeID(p, id);
		void (*function)(void) = find_native(the, (const char *)p);
		p += strlen((const char *)p) + 1;
		if (length >= 0)
			fxNewHostFunction(the, (txCallback)function, length, id, XS_NO_ID);
		else
			fxNewHostObject(the, (txDestructor)function);
		fxArrayCacheItem(the, the->stack + 1, the->stack);
		mxPop();
	}
	fxArrayCacheEnd(the, the->stack);
	mxPullSlot(mxResult);
}

/*
 * Puts the machine's ids into a module's code and hosts, in place. Done once, in the root machine: the application's
 * machines share its ids.
 */
static void remap(txMachine *the, const struct image_module *module) {
	if (board_prepared() || *module->remapped)
		return;
	txByte *p = (txByte *)module->symbols;
	txID count;
	mxDecodeID(p, count);
	mxPushUndefined();
	the->stack->value.IDs = fxNewChunk(the, count * (txSize)sizeof(txID));
	the->stack->kind = XS_IDS_KIND;
	the->stack->value.IDs[0] = XS_NO_ID;
	for (txID i = 1; i < count; i++) {
		txID id = fxNewNameX(the, (txString)p);
		the->stack->value.IDs[i] = id;
		p += strlen((const char *)p) + 1;
	}
	const txID *ids = the->stack->value.IDs;
	fxRemapIDs(the, (txByte *)board_bytecode(module->code), (txSize)module->code_size, (txID *)ids);
	if (module->hosts) {
		p = (txByte *)board_bytecode(module->hosts);
		mxDecodeID(p, count);
		while (count--) {
			txID id;
			p++;
			mxDecodeID(p, id);
			id = ids[id];
			p -= sizeof id;
			mxEncodeID(p, id);
			p += strlen((const char *)p) + 1;
		}
	}
	mxPop();
	*module->remapped = true;
}

/* XS: loads the module whose id is `id` into `module`. */
void fxLoadModule(txMachine *the, txSlot *module, txID id) {
	const struct image_module *found = find(fxGetKeyName(the, id));
	if (!found) {
		source_load(the, module, id); // if it has not got it either, XS says "no module"
		return;
	}
	remap(the, found);
	loading = found;
	// Without symbols XS takes the code as it is and leaves it to us.
	txScript script = {
	    .callback = found->hosts ? build_hosts : NULL,
	    .codeBuffer = (txByte *)board_bytecode(found->code),
	    .codeSize = (txSize)found->code_size,
	    .path = (txString)found->path,
	    .version = {XS_MAJOR_VERSION, XS_MINOR_VERSION, XS_PATCH_VERSION, 0},
	};
	fxResolveModule(the, module, id, &script, NULL, NULL);
}

/* Makes the names of all modules of the image names of the root machine, as the linker does for the camera boards. */
void modules_share_names(txMachine *the) {
	for (const struct image_module *const *module = image.modules; *module; module++)
		remap(the, *module);
}

/* The specifier of the image's module with this number, NULL beyond the last. */
const char *modules_specifier(size_t index) {
	for (size_t i = 0; image.modules[i]; i++)
		if (i == index)
			return image.modules[i]->specifier;
	return NULL;
}

/* Imports a module from C; its namespace, or with XS_IMPORT_ASYNC the promise of it, is pushed. */
void modules_import(txMachine *the, const char *specifier, txFlag how) {
	mxPushStringX((txString)specifier);
	fxAwaitImport(the, how);
}

/* Gives the names that C sources use their ids in this machine. */
void modules_make_ids(txMachine *the) {
	for (size_t i = 0; image.ids[i]; i++)
		image_ids[i] = fxNewNameX(the, (txString)image.ids[i]);
}

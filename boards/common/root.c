// SPDX-License-Identifier: MIT
// The root machine: the built-ins of the language and the preloaded modules, made once, frozen, and shared with the
// application's machine, whose heap then holds only what the application makes itself. It is made at the start, or when
// the image is built (boards/qemu-riscv32/prepare.c), and lies in flash then.
//
// On the camera boards the SDK's linker (xsl) does this when the firmware is built, and the result lies in flash. What
// it freezes is frozen here, by the same rules:
// - the prototypes of the built-ins and the name space objects (Math, JSON, …);
// - every function, and the prototype of every class;
// - environments, and the instances that cannot be aliased: Map, Set, WeakMap, WeakSet, WeakRef, ArrayBuffer, DataView,
//   typed arrays, Promise, Proxy, RegExp;
// - variables that hold functions become constants.
// What is not frozen (a plain object or array in a preloaded module, a `let`) is aliased: the application's machine
// makes a copy when it first writes. The globals themselves are not frozen: an application may define its own.
#include "machine.h"

// Sizes of the root machine: it only has to be larger than what is preloaded, and grows in these steps.
#define ROOT_CHUNKS 16384
#define ROOT_SLOTS 5120
#define ROOT_STEP 1024
#define ROOT_STACK 512
#define ROOT_KEYS 1536

/* Object.freeze(value) of the slot on top of the stack, which is popped. */
static void freeze(txMachine *the) {
	txSlot *value = the->stack;
	mxPush(mxObjectConstructor);
	mxDub();
	mxGetID(mxID(_freeze));
	mxCall();
	mxPushSlot(value);
	mxRunCount(1);
	mxPop();
	mxPop();
}

/* Freezes the prototypes and name spaces of the built-ins. */
static void freeze_built_ins(txMachine *the) {
	const txSlot *const instances[] = {
	    &mxAtomicsObject,
	    &mxJSONObject,
	    &mxMathObject,
	    &mxReflectObject,
	    &mxAggregateErrorPrototype,
	    &mxArgumentsSloppyPrototype,
	    &mxArgumentsStrictPrototype,
	    &mxArrayBufferPrototype,
	    &mxArrayIteratorPrototype,
	    &mxArrayPrototype,
	    &mxAsyncFromSyncIteratorPrototype,
	    &mxAsyncFunctionPrototype,
	    &mxAsyncGeneratorFunctionPrototype,
	    &mxAsyncGeneratorPrototype,
	    &mxAsyncIteratorPrototype,
	    &mxBigIntPrototype,
	    &mxBooleanPrototype,
	    &mxCompartmentPrototype,
	    &mxDataViewPrototype,
	    &mxDatePrototype,
	    &mxErrorPrototype,
	    &mxEvalErrorPrototype,
	    &mxFinalizationRegistryPrototype,
	    &mxFunctionPrototype,
	    &mxGeneratorFunctionPrototype,
	    &mxGeneratorPrototype,
	    &mxHostPrototype,
	    &mxIteratorPrototype,
	    &mxMapIteratorPrototype,
	    &mxMapPrototype,
	    &mxModulePrototype,
	    &mxNumberPrototype,
	    &mxObjectPrototype,
	    &mxPromisePrototype,
	    &mxProxyPrototype,
	    &mxRangeErrorPrototype,
	    &mxReferenceErrorPrototype,
	    &mxRegExpPrototype,
	    &mxRegExpStringIteratorPrototype,
	    &mxSetIteratorPrototype,
	    &mxSetPrototype,
	    &mxSharedArrayBufferPrototype,
	    &mxStringIteratorPrototype,
	    &mxStringPrototype,
	    &mxSymbolPrototype,
	    &mxSyntaxErrorPrototype,
	    &mxTransferPrototype,
	    &mxTypedArrayPrototype,
	    &mxTypeErrorPrototype,
	    &mxURIErrorPrototype,
	    &mxWeakMapPrototype,
	    &mxWeakRefPrototype,
	    &mxWeakSetPrototype,
	};
	for (size_t i = 0; i < sizeof instances / sizeof *instances; i++) {
		mxPushSlot(instances[i]);
		freeze(the);
	}
	for (int i = 0; i < mxTypeArrayCount; i++) {
		mxPush(the->stackPrototypes[-1 - (txInteger)gxTypeDispatches[i].constructorID]);
		mxGetID(mxID(_prototype));
		freeze(the);
	}
	mxPush(mxEnumeratorFunction);
	mxGetID(mxID(_prototype));
	freeze(the);
	mxPush(mxArrayPrototype);
	mxGetID(mxID(_Symbol_unscopables));
	freeze(the);
}

/* Freezes an instance without asking it: internal properties too. */
static void freeze_instance(txSlot *instance) {
	for (txSlot *property = instance->next; property; property = property->next) {
		if (property->kind != XS_ACCESSOR_KIND)
			property->flag |= XS_DONT_SET_FLAG;
		property->flag |= XS_DONT_DELETE_FLAG;
	}
	instance->flag |= XS_DONT_PATCH_FLAG;
}

/* True for the internal property of a function. */
static bool is_code(const txSlot *property) {
	return property->kind == XS_CALLBACK_KIND || property->kind == XS_CALLBACK_X_KIND ||
	       property->kind == XS_CODE_KIND || property->kind == XS_CODE_X_KIND;
}

/* Freezes an instance if it is of the kinds that the linker freezes. */
static void freeze_by_kind(txSlot *instance) {
	txSlot *property = instance->next;
	if (!property || !(property->flag & XS_INTERNAL_FLAG))
		return;
	if (property->ID == XS_ENVIRONMENT_BEHAVIOR) {
		freeze_instance(instance);
	} else if (is_code(property)) {
		freeze_instance(instance);
		if (!(instance->flag & XS_CAN_CONSTRUCT_FLAG))
			return;
		for (property = property->next; property; property = property->next) {
			if (property->ID == mxID(_prototype) && property->kind == XS_REFERENCE_KIND) {
				freeze_instance(property->value.reference);
				break;
			}
		}
	} else {
		switch (property->kind) {
		case XS_CLOSURE_KIND:
			if (property->value.closure->kind != XS_FINALIZATION_REGISTRY_KIND)
				return;
			break;
		case XS_PROMISE_KIND:
			freeze_instance(property->next->value.reference); // the reactions
			break;
		case XS_MAP_KIND:
		case XS_SET_KIND:
		case XS_WEAK_MAP_KIND:
		case XS_WEAK_SET_KIND:
		case XS_WEAK_REF_KIND:
		case XS_ARRAY_BUFFER_KIND:
		case XS_DATA_VIEW_KIND:
		case XS_TYPED_ARRAY_KIND:
		case XS_PROXY_KIND:
		case XS_REGEXP_KIND:
			break;
		default:
			return;
		}
		freeze_instance(instance);
	}
}

/* True if nothing of the instance can change, so that it needs no alias. */
static bool is_frozen(txMachine *the, txSlot *instance) {
	if (!(instance->flag & XS_DONT_PATCH_FLAG))
		return false;
	txSlot *property = instance->next;
	for (; property && (property->flag & XS_INTERNAL_FLAG); property = property->next) {
		if (property->kind != XS_ARRAY_KIND)
			continue;
		txSlot *item = property->value.array.address;
		for (txIndex length = fxGetIndexSize(the, property); length; length--, item++) {
			if (item->kind != XS_ACCESSOR_KIND && !(item->flag & XS_DONT_SET_FLAG))
				return false;
			if (!(item->flag & XS_DONT_DELETE_FLAG))
				return false;
		}
	}
	for (; property; property = property->next) {
		if (property->kind != XS_ACCESSOR_KIND && !(property->flag & XS_DONT_SET_FLAG))
			return false;
		if (!(property->flag & XS_DONT_DELETE_FLAG))
			return false;
	}
	return true;
}

/* Calls visit(the, slot) for every slot of the heap, in its order. */
static void each_slot(txMachine *the, void (*visit)(txMachine *the, txSlot *slot)) {
	for (txSlot *heap = the->firstHeap; heap; heap = heap->next)
		for (txSlot *slot = heap + 1; slot < heap->value.reference; slot++)
			(*visit)(the, slot);
}

/* First pass: freezes. */
static void visit_freeze(txMachine *the, txSlot *slot) {
	(void)the;
	if (slot->kind == XS_INSTANCE_KIND)
		freeze_by_kind(slot);
}

/* Second pass: numbers the instances that can change. */
static void visit_number_instance(txMachine *the, txSlot *slot) {
	if (slot->kind == XS_INSTANCE_KIND)
		slot->ID = is_frozen(the, slot) ? XS_NO_ID : the->aliasCount++;
}

/* Third pass: constants, and numbers for the variables that can change. */
static void visit_number_closure(txMachine *the, txSlot *slot) {
	if (slot->kind != XS_CLOSURE_KIND)
		return;
	txSlot *closure = slot->value.closure;
	if (closure->kind == XS_REFERENCE_KIND) {
		txSlot *internal = closure->value.reference->next;
		if (internal && is_code(internal))
			closure->flag |= XS_DONT_SET_FLAG;
	}
	if (closure->flag & XS_DONT_SET_FLAG) {
		if (closure->ID != XS_NO_ID)
			closure->flag |= XS_DONT_DELETE_FLAG;
	} else {
		if (closure->ID == XS_NO_ID)
			closure->ID = the->aliasCount++;
		slot->flag &= (txFlag)~XS_DONT_SET_FLAG;
	}
}

/*
 * Chunks of the root machine never move, and a copy of one of its slots in the application's machine must not let that
 * machine's collector believe that the chunk is its own: so the slots become the kinds that say "constant, elsewhere".
 */
static void petrify(txSlot *slot) {
	switch (slot->kind) {
	case XS_STRING_KIND:
		slot->kind = XS_STRING_X_KIND;
		break;
	case XS_BIGINT_KIND:
		slot->kind = XS_BIGINT_X_KIND;
		break;
	case XS_CODE_KIND:
		slot->kind = XS_CODE_X_KIND;
		break;
	case XS_KEY_KIND:
		slot->kind = XS_KEY_X_KIND;
		break;
	case XS_REGEXP_KIND:
		slot->value.regexp.data = NULL; // where a match writes: without, each one takes memory of its own
		break;
	default:
		break;
	}
}

/* Last pass: petrifies the slot and the items of an array, and marks it for good, so that no collector looks into it.
 */
static void visit_petrify(txMachine *the, txSlot *slot) {
	petrify(slot);
	if (slot->kind == XS_ARRAY_KIND) {
		txSlot *item = slot->value.array.address;
		for (txIndex length = fxGetIndexSize(the, slot); length; length--)
			petrify(item++);
	}
	slot->flag |= XS_MARK_FLAG;
}

/*
 * Freezes and shares the machine. XS's own fxShareMachine does not freeze, leaves chunks as they are, and gives the
 * first instance that can change the number 0, which means "none": so this is done here, after the linker's model.
 */
static void share(txMachine *the) {
	// What XS's fxCloneMachine reads: the modules from mxProgram, the realm's variables from mxException.
	txSlot *realm = mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm;
	txSlot *modules = mxOwnModules(realm)->value.reference;
	for (txSlot *module = modules->next; module; module = module->next)
		mxModuleInstanceInternal(module->value.reference)->value.module.realm = NULL;
	mxModuleInstanceInternal(mxProgram.value.reference)->value.module.realm = NULL;
	mxException.kind = XS_REFERENCE_KIND;
	mxException.value.reference = mxRealmClosures(realm)->value.reference;
	mxProgram.value.reference = modules;
	freeze_instance(modules);

	mxHosts = mxUndefined;
	mxModuleQueue = mxUndefined;
	mxUnhandledPromises = mxUndefined;
	mxDuringJobs = mxUndefined;
	mxFinalizationRegistries = mxUndefined;
	mxPendingJobs = mxUndefined;
	mxRunningJobs = mxUndefined;
	mxBreakpoints = mxUndefined;
	mxHostInspectors = mxUndefined;
	mxInstanceInspectors = mxUndefined;

	fxCollectGarbage(the);
	each_slot(the, visit_freeze);
	the->aliasCount = 1; // 0 is XS_NO_ID
	each_slot(the, visit_number_instance);
	each_slot(the, visit_number_closure);
	each_slot(the, visit_petrify);
	for (txSlot *slot = the->stack; slot < the->stackTop; slot++)
		petrify(slot);
	the->shared = 1;
}

// What the global object of a prepared root machine has found so far, by id: XS writes it at the first look, so it
// cannot be in flash with the rest.
static txSlot *found_globals[XS_INTRINSICS_COUNT];

/* A slot that has no value has in its place what was there before: nothing, from now. */
static void clear_value(txSlot *slot) {
	if (slot->kind == XS_UNINITIALIZED_KIND || slot->kind == XS_UNDEFINED_KIND || slot->kind == XS_NULL_KIND)
		memset(&slot->value, 0, sizeof slot->value);
}

/* Clears the slot and the items of an array. */
static void visit_clear(txMachine *the, txSlot *slot) {
	clear_value(slot);
	if (slot->kind == XS_ARRAY_KIND) {
		txSlot *item = slot->value.array.address;
		for (txIndex length = fxGetIndexSize(the, slot); length; length--)
			clear_value(item++);
	}
}

/* Makes a machine fit for flash: what XS writes to even when a machine is shared is in RAM, and everything else the
 * same whenever it is made. */
static void settle(txMachine *the) {
	txSlot *table = mxGlobal.value.reference->next;
	table->value.table.address = found_globals;
	each_slot(the, visit_clear);
	for (txSlot *slot = the->stack; slot < the->stackTop; slot++)
		clear_value(slot);
}

/* Imports what the manifest preloads, in its order. */
static void preload(txMachine *the, void *argument) {
	const struct image *from = argument;
	modules_make_ids(the);
	for (const char *const *specifier = from->preload; *specifier; specifier++) {
		modules_import(the, *specifier, XS_IMPORT_NAMESPACE);
		mxPop();
	}
	modules_share_names(the);
}

/* Freezes with JavaScript's own means. */
static void freeze_all(txMachine *the, void *argument) {
	(void)argument;
	freeze_built_ins(the);
}

/*
 * Makes the root machine. With `whole` it is one to be kept, and started from later: settle() clears what belongs to
 * this run. NULL if there is no memory; machine_stopping() if a preloaded module failed.
 */
txMachine *root_create(const struct image *from, bool whole) {
	txCreation creation = {
	    .initialChunkSize = ROOT_CHUNKS,
	    .incrementalChunkSize = ROOT_STEP,
	    .initialHeapCount = ROOT_SLOTS,
	    .incrementalHeapCount = ROOT_STEP,
	    .stackCount = ROOT_STACK,
	    .initialKeyCount = ROOT_KEYS,
	    .incrementalKeyCount = 64,
	    .nameModulo = (txSize)from->creation.keys_name,     // the application's machine copies these tables
	    .symbolModulo = (txSize)from->creation.keys_symbol, // and so must have them of the same size
	    .parserBufferSize = (txSize)from->creation.parser_buffer,
	    .parserTableModulo = (txSize)from->creation.parser_table,
	};
	machine = fxCreateMachine(&creation, "root", NULL, XS_NO_ID);
	if (!machine) {
		report_line("out of memory while making the JavaScript machine");
		machine_stop(BOARD_OUT_OF_MEMORY);
		return NULL;
	}
	heap_collect_always();
	machine_call(preload, (void *)from);
	if (!machine_stopping())
		machine_call(freeze_all, NULL);
	if (!machine_stopping())
		share(machine);
	if (!machine_stopping() && whole)
		settle(machine);
	return machine;
}

/* The root machine of the image: the prepared one, or a new one, as root_create makes it. */
txMachine *root_get(void) {
	const struct image_prepared *prepared = board_prepared();
	if (!prepared)
		return root_create(&image, false);
	memcpy(image_ids, prepared->ids, image.id_count * sizeof *image_ids);
	return prepared->root;
}

/* Deletes what root_get has made. */
void root_delete(txMachine *root) {
	if (root && !board_prepared())
		fxDeleteMachine(root);
}

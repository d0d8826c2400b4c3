// SPDX-License-Identifier: MIT
// What the build tool puts into a firmware image: the compiled modules, the native functions, the sizes of the machine.
// tools/ writes image.c with the one `const struct image image`; tools/xs-compile writes a C file per module.
// modules.c and machine.c read it.
#ifndef CAMSOCK_IMAGE_H
#define CAMSOCK_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

// Where the build puts bytecode and what belongs to it: all that the loader puts ids into lies together.
#define IMAGE_BYTECODE __attribute__((section(".bytecode")))

// A JavaScript module as XS bytecode.
struct image_module {
	const char *specifier;  // as in `import … from "specifier"`
	const char *path;       // of its source, as error stacks show it
	const uint8_t *symbols; // a 2-byte count, then the names that the code's ids stand for; number 0 has no name
	uint32_t symbols_size;
	uint8_t *code; // ids are the module's own until the loader has put the machine's in
	uint32_t code_size;
	uint8_t *hosts; // with ids, as in `code`; NULL if the module binds no native functions
	uint32_t hosts_size;
	bool *remapped; // true once the ids in `code` are the machine's (always, if the root machine is prepared)
};

// A native function that a module binds by `@ "name"`: void name(xsMachine *the), or a destructor void name(void *).
struct image_native {
	const char *name;
	void (*function)(void);
};

// The machine's sizes: `creation` of the manifest, as mcconfig has it. Slots count as 16 bytes, as on the boards.
struct image_creation {
	uint32_t static_size;       // bytes for chunks, slots and stack together; 0: no limit
	uint32_t chunk_initial;     // bytes
	uint32_t chunk_incremental; // bytes
	uint32_t heap_initial;      // slots
	uint32_t heap_incremental;  // slots
	uint32_t stack;             // slots
	uint32_t keys_initial;      // names beyond those in the image's modules
	uint32_t keys_incremental;  // 0: running out of names is fatal
	uint32_t keys_name;         // size of the hash table of names
	uint32_t keys_symbol;       // size of the hash table of registered symbols
	uint32_t parser_buffer;     // bytes: the longest token
	uint32_t parser_table;      // size of the parser's hash table
};

struct image {
	const struct image_module *const *modules; // NULL at the end
	const char *const *preload;                // specifiers in the order of the manifest; NULL at the end
	const struct image_native *natives;        // sorted by name (strcmp)
	uint32_t native_count;
	const char *const *ids; // the names behind the xsID_… that C sources use; NULL at the end
	uint32_t id_count;
	struct image_creation creation;
	const char *main; // specifier of the application's main module
};

extern const struct image image;

// A root machine that was made when the image was built, with all names of the image in it; see root.c. The ids in the
// image's bytecode are its ids.
struct image_prepared {
	uint32_t magic; // IMAGE_PREPARED
	void *root;     // the machine
	uint16_t ids[]; // for image_ids
};
#define IMAGE_PREPARED 0x746f6f72 // "root"

// The ids of `image.ids` in the machine; mc.xs.h names them xsID_….
extern uint16_t image_ids[];

#endif

// SPDX-License-Identifier: MIT
// The root machine in flash: the built-ins of the language, the preloaded modules, and the bytecode of all modules with
// their ids in place. None of it is in RAM when the firmware runs.
//
// The build (tools/qemu/prepare.ts) starts the firmware itself for that, told by its settings to do no more than make
// the root machine, with memory beyond the board's own. There lie, from `base` on: a copy of the bytecode, the struct
// image_prepared, and everything that was allocated. The firmware writes them out as they are. The build moves them to
// where link.ld has .bytecode, the last thing in flash: every pointer into them moves by the same distance. Which words
// are pointers it knows from doing this twice, from different bases: those that differ.
#include "prepare.h"

#include "board.h"
#include "hardware.h"
#include "machine.h"

extern uint8_t memory_bytecode[], memory_prepared[];

// Memory for the root machine: flash for it is what is left there.
#define SIZE 0x300000u

static uint8_t *copy; // of the bytecode, while the machine is being prepared

uint8_t *board_bytecode(const uint8_t *address) {
	return copy && address ? copy + (address - memory_bytecode) : (uint8_t *)address;
}

const struct image_prepared *board_prepared(void) {
	const struct image_prepared *prepared = (const struct image_prepared *)memory_prepared;
	return copy || prepared->magic != IMAGE_PREPARED ? NULL : prepared;
}

int prepare(uint32_t base) {
	size_t bytecode = (size_t)(memory_prepared - memory_bytecode);
	size_t head = (sizeof(struct image_prepared) + image.id_count * sizeof(uint16_t) + 15) & ~(size_t)15;
	copy = (uint8_t *)base;
	memcpy(copy, memory_bytecode, bytecode);
	struct image_prepared *prepared = (struct image_prepared *)(copy + bytecode);
	memset(prepared, 0, SIZE - bytecode);
	libc_memory(copy + bytecode + head, copy + SIZE);

	txMachine *root = root_create(&image, true);
	if (!root || machine_stopping())
		return machine_status();
	prepared->magic = IMAGE_PREPARED;
	prepared->root = root;
	memcpy(prepared->ids, image_ids, image.id_count * sizeof(uint16_t));
	board_write(copy, (size_t)(libc_memory_used() - copy));
	return 0;
}

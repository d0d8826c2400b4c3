// SPDX-License-Identifier: MIT
// Where the settings are: wherever the target has put them.
extern const void *settings_memory;
#define SETTINGS_BASE ((uintptr_t)settings_memory)

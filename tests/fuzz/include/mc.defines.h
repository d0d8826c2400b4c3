// SPDX-License-Identifier: MIT
// What the build makes of a manifest's `defines`; for the fuzz targets, a buffer that is full often.
#define MODDEF_CONSOLE_BUFFER 64

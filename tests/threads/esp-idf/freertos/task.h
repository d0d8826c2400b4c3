// SPDX-License-Identifier: MIT
// Nothing of FreeRTOS's tasks is used but that they are threads.

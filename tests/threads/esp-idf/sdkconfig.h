// SPDX-License-Identifier: MIT
// What ESP-IDF's build would write of the options that the port looks at.
#define CONFIG_ESP_TASK_WDT_EN 1

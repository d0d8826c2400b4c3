// SPDX-License-Identifier: MIT
// The firmware's version, from the manifest's `config`.

import config from "mc/config";

export const VERSION = config.version ?? "unknown";

// SPDX-License-Identifier: MIT
// The firmware's version, from the manifest's `config`.

/// <reference path="./config.d.ts" />
import config from "mc/config";

export const VERSION = config.version ?? "unknown";

// SPDX-License-Identifier: MIT
// Nothing but the variable: lwIP's hooks want it wherever lwIP is, stack.c is not everywhere.
#include "beside.h"

const struct beside *beside;

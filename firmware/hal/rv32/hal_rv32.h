// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// What the assembly of this HAL and its C call in each other.

#ifndef MOORING_HAL_RV32_HAL_RV32_H_
#define MOORING_HAL_RV32_HAL_RV32_H_

#include <stdint.h>

/** Runs the ROM for good; entered once, from reset. */
_Noreturn void mooring_hal_main(void);

/** Shuts the chip down after a trap of `cause` (mcause). */
_Noreturn void mooring_hal_trap(uint32_t cause);

#endif  // MOORING_HAL_RV32_HAL_RV32_H_

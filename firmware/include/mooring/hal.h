// SPDX-FileCopyrightText: 2026 The Mooring Authors
// SPDX-License-Identifier: Apache-2.0

// The hardware contract: all that the firmware asks of the chip.
//
// Addresses and fields come from mooring/generated/chip_regs.h. No function
// reports failure: a bus fault (unmapped, misaligned or forbidden access) does
// not return. On RV32 it traps; on the host the HAL leaves through longjmp to
// the step that entered the ROM. The same holds once power is cut.

#ifndef MOORING_HAL_H_
#define MOORING_HAL_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/namespace.h"

#define hal_read32 MOORING_NAMESPACE(hal_read32)
#define hal_write32 MOORING_NAMESPACE(hal_write32)
#define hal_read_window MOORING_NAMESPACE(hal_read_window)
#define hal_write_window MOORING_NAMESPACE(hal_write_window)
#define hal_read_fifo MOORING_NAMESPACE(hal_read_fifo)
#define hal_write_fifo MOORING_NAMESPACE(hal_write_fifo)
#define hal_halt MOORING_NAMESPACE(hal_halt)

// The bus of one chip; opaque to the firmware.
typedef struct hal_bus hal_bus_t;

#ifdef __riscv
#include "hal/rv32/mmio.h"  // the same functions, inline
#else
/** Reads the 32-bit register at `address` (a multiple of 4). */
uint32_t hal_read32(hal_bus_t *bus, uint32_t address);

/** Writes the 32-bit register at `address` (a multiple of 4). */
void hal_write32(hal_bus_t *bus, uint32_t address, uint32_t value);

/**
 * Reads `len` bytes from consecutive words starting at `address`, least
 * significant byte first. `len` is a multiple of 4.
 */
void hal_read_window(hal_bus_t *bus, uint32_t address, uint8_t *out,
                     size_t len);

/** Writes `len` bytes to consecutive words, as hal_read_window reads them. */
void hal_write_window(hal_bus_t *bus, uint32_t address, const uint8_t *data,
                      size_t len);

/**
 * Reads `len` bytes from a byte FIFO register. The caller has checked the
 * fill level.
 */
void hal_read_fifo(hal_bus_t *bus, uint32_t address, uint8_t *out, size_t len);

/** Writes `len` bytes to a byte FIFO register with that much space. */
void hal_write_fifo(hal_bus_t *bus, uint32_t address, const uint8_t *data,
                    size_t len);

/**
 * Stops the CPU for good after the ROM latched its error word in
 * RSTMGR.SHUTDOWN. Also what hardened_trap() ends in.
 */
_Noreturn void hal_halt(hal_bus_t *bus);
#endif

#endif  // MOORING_HAL_H_

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The HAL's word accesses on RV32: one instruction each. A fault traps.

#ifndef MOORING_HAL_RV32_MMIO_H_
#define MOORING_HAL_RV32_MMIO_H_

#include <stdint.h>

struct hal_bus;

static inline uint32_t hal_read32(struct hal_bus *bus, uint32_t address) {
  (void)bus;
  return *(const volatile uint32_t *)address;
}

static inline void hal_write32(struct hal_bus *bus, uint32_t address,
                               uint32_t value) {
  (void)bus;
  *(volatile uint32_t *)address = value;
}

#endif  // MOORING_HAL_RV32_MMIO_H_

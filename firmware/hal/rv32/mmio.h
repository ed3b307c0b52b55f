// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The HAL on RV32: a word access is one instruction, a fault traps, and the
// bus, of which there is one, is not handed on.

#ifndef MOORING_HAL_RV32_MMIO_H_
#define MOORING_HAL_RV32_MMIO_H_

#include <stddef.h>
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

void mooring_mmio_read_window(uint32_t address, uint8_t *out, size_t len);
void mooring_mmio_write_window(uint32_t address, const uint8_t *data,
                               size_t len);
void mooring_mmio_read_fifo(uint32_t address, uint8_t *out, size_t len);
void mooring_mmio_write_fifo(uint32_t address, const uint8_t *data, size_t len);
_Noreturn void mooring_hal_stop(void);

static inline void hal_read_window(struct hal_bus *bus, uint32_t address,
                                   uint8_t *out, size_t len) {
  (void)bus;
  mooring_mmio_read_window(address, out, len);
}

static inline void hal_write_window(struct hal_bus *bus, uint32_t address,
                                    const uint8_t *data, size_t len) {
  (void)bus;
  mooring_mmio_write_window(address, data, len);
}

static inline void hal_read_fifo(struct hal_bus *bus, uint32_t address,
                                 uint8_t *out, size_t len) {
  (void)bus;
  mooring_mmio_read_fifo(address, out, len);
}

static inline void hal_write_fifo(struct hal_bus *bus, uint32_t address,
                                  const uint8_t *data, size_t len) {
  (void)bus;
  mooring_mmio_write_fifo(address, data, len);
}

static inline _Noreturn void hal_halt(struct hal_bus *bus) {
  (void)bus;
  mooring_hal_stop();
}

#endif  // MOORING_HAL_RV32_MMIO_H_

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// cffi declarations of the host HAL: how a chip model runs the boot ROM
// (mooring/hal_host.h says what each one means).

enum {
  kStepWaiting = ...,
  kStepHalted = ...,
  kStepBusFault = ...,
  kStepPowerLost = ...,
  ...
};

size_t mooring_rom_size(void);
void mooring_rom_init(void *rom, void *handle);
uint32_t mooring_rom_step(void *rom, void *handle);
void mooring_rom_measurement(uint8_t *out);

enum {
  kBusOk = ...,
  kBusFault = ...,
  kBusPowerLost = ...,
  ...
};

extern "Python+C" {
int mooring_bus_read32(void *handle, uint32_t address, uint32_t *out);
int mooring_bus_write32(void *handle, uint32_t address, uint32_t value);
int mooring_bus_read_window(void *handle, uint32_t address, uint8_t *out,
                            size_t len_bytes);
int mooring_bus_write_window(void *handle, uint32_t address,
                             const uint8_t *data, size_t len_bytes);
int mooring_bus_read_fifo(void *handle, uint32_t address, uint8_t *out,
                          size_t len_bytes);
int mooring_bus_write_fifo(void *handle, uint32_t address, const uint8_t *data,
                           size_t len_bytes);
}

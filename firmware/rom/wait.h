// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Waiting: which interrupts may wake the ROM.

#ifndef MOORING_ROM_WAIT_H_
#define MOORING_ROM_WAIT_H_

#include <stdint.h>

#include "mooring/rom.h"

/** What may wake the ROM; any of these together. */
typedef enum wait_event {
  kWaitReceive = 1,   // the link's receive FIFO reaches its trigger or idles
  kWaitTransmit = 2,  // the link's transmit FIFO is at most half full
  kWaitEngine = 4,    // a job has completed
  kWaitAlarm = 8,     // the time that clock_set_alarm() set
} wait_event_t;

/** Enables exactly the interrupts `events` and makes rom_step() return. */
static inline void wait_for(rom_t *rom, uint32_t events) {
  rom->waiting = 1;
  if (events == rom->enabled) {
    return;  // most waits are for the next bytes of one message
  }
  rom->enabled = events;
  uint32_t link = 0;
  link |= (events & kWaitReceive) != 0 ? UART_IER_RX_MASK : 0;
  link |= (events & kWaitTransmit) != 0 ? UART_IER_TX_MASK : 0;
  hal_write32(rom->bus, CHIP_UART1_BASE + UART_IER_OFFSET, link);
  hal_write32(rom->bus, CHIP_ENGINE_BASE + ENGINE_IER_OFFSET,
              (events & kWaitEngine) != 0 ? ENGINE_IER_COMPLETE_MASK : 0);
  hal_write32(rom->bus, CHIP_TIMER_BASE + TIMER_IER_OFFSET,
              (events & kWaitAlarm) != 0 ? TIMER_IER_ALARM_MASK : 0);
}

#endif  // MOORING_ROM_WAIT_H_

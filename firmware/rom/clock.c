// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/clock.h"

enum {
  kDividendBits = 64,
};

// Bit by bit: a 64-bit division would need the compiler's run-time library,
// which a bare target does not have.
static uint64_t divide(uint64_t dividend, uint32_t divisor) {
  uint64_t quotient = 0;
  uint64_t remainder = 0;
  for (int i = kDividendBits - 1; i >= 0; i--) {
    remainder = remainder << 1 | (dividend >> i & 1);
    quotient <<= 1;
    if (remainder >= divisor) {
      remainder -= divisor;
      quotient |= 1;
    }
  }
  return quotient;
}

static uint32_t saturate(uint64_t value) {
  return value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
}

uint64_t clock_ticks(rom_t *rom) {
  // Reading the low word latches the high one.
  const uint32_t low =
      hal_read32(rom->bus, CHIP_TIMER_BASE + TIMER_TIME_LO_OFFSET);
  const uint32_t high =
      hal_read32(rom->bus, CHIP_TIMER_BASE + TIMER_TIME_HI_OFFSET);
  return (uint64_t)high << 32 | low;
}

uint64_t clock_after(rom_t *rom, uint32_t seconds) {
  return clock_ticks(rom) + (uint64_t)seconds * rom->ticks_per_second;
}

uint32_t clock_seconds(rom_t *rom) {
  return saturate(divide(clock_ticks(rom), rom->ticks_per_second));
}

uint32_t clock_seconds_until(rom_t *rom, uint64_t deadline_ticks) {
  const uint64_t now = clock_ticks(rom);
  if (now >= deadline_ticks) {
    return 0;
  }
  const uint64_t round_up = rom->ticks_per_second - 1;
  return saturate(divide(deadline_ticks - now + round_up,  //
                         rom->ticks_per_second));
}

void clock_set_alarm(rom_t *rom, uint64_t deadline_ticks) {
  // High word first to a far time, so that no moment between the writes holds
  // an alarm that has already passed.
  hal_write32(rom->bus, CHIP_TIMER_BASE + TIMER_ALARM_HI_OFFSET, UINT32_MAX);
  hal_write32(rom->bus, CHIP_TIMER_BASE + TIMER_ALARM_LO_OFFSET,
              (uint32_t)deadline_ticks);
  // Cleared before the alarm is set: an alarm that strikes at once must stay.
  hal_write32(rom->bus, CHIP_TIMER_BASE + TIMER_STATUS_OFFSET,
              TIMER_STATUS_ALARM_MASK);
  hal_write32(rom->bus, CHIP_TIMER_BASE + TIMER_ALARM_HI_OFFSET,
              (uint32_t)(deadline_ticks >> 32));
}

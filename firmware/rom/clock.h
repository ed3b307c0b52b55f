// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Time since reset. The chip has no other: what it knows of the world's time
// is the floor in its record.

#ifndef MOORING_ROM_CLOCK_H_
#define MOORING_ROM_CLOCK_H_

#include <stdint.h>

#include "mooring/rom.h"
#include "rom/names.h"

/** Ticks since reset. */
uint64_t clock_ticks(rom_t *rom);

/** The tick `seconds` from now. */
uint64_t clock_after(rom_t *rom, uint32_t seconds);

/** Whole seconds since reset, saturating. */
uint32_t clock_seconds(rom_t *rom);

/** Seconds until `deadline_ticks`, rounded up; 0 if it has passed. */
uint32_t clock_seconds_until(rom_t *rom, uint64_t deadline_ticks);

/** Sets the timer's alarm, which wakes a waiting ROM. */
void clock_set_alarm(rom_t *rom, uint64_t deadline_ticks);

#endif  // MOORING_ROM_CLOCK_H_

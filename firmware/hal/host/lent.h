// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Accesses of registers that have more to them than a stored word: what the
// model has lent for a while is used here, without calling it.
//
// Each function says whether it did the access. If not, nothing has changed,
// and the access is the model's, which takes back first what it has lent.

#ifndef MOORING_HAL_HOST_LENT_H_
#define MOORING_HAL_HOST_LENT_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/hal_host.h"
#include "mooring/namespace.h"

#define lent_read32 MOORING_NAMESPACE(lent_read32)
#define lent_write32 MOORING_NAMESPACE(lent_write32)
#define lent_read_fifo MOORING_NAMESPACE(lent_read_fifo)
#define lent_write_fifo MOORING_NAMESPACE(lent_write_fifo)
#define lent_wait MOORING_NAMESPACE(lent_wait)

/** Reads TIMER.TIME_LO, TRNG.DATA, or the level or space of a UART's FIFO. */
int lent_read32(mooring_bus_t *bus, uint32_t address, uint32_t *out);

/** Writes RSTMGR.PHASE: a phase takes its time. */
int lent_write32(mooring_bus_t *bus, uint32_t address, uint32_t value);

/** Takes bytes out of a UART's receive FIFO, zeros beyond the last. */
int lent_read_fifo(mooring_bus_t *bus, uint32_t address, uint8_t *out,
                   size_t len);

/** Puts bytes into a UART's transmit FIFO, as many as fit. */
int lent_write_fifo(mooring_bus_t *bus, uint32_t address, const uint8_t *data,
                    size_t len);

/**
 * Finds out when each receiver will interrupt, and waits for the link's if the
 * model lets it.
 *
 * @return Not 0 if the CPU goes on.
 */
int lent_wait(mooring_bus_t *bus);

#endif  // MOORING_HAL_HOST_LENT_H_

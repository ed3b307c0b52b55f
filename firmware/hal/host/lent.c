// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "hal/host/lent.h"

#include <string.h>

#include "mooring/generated/chip_regs.h"

enum {
  kWordBits = 32,
  kIdleCharacters = 4,
};

static uint64_t present(const mooring_bus_t *bus) {
  return bus->began + *bus->spent;
}

// How far `moment` is behind `now`; negative if it is still to come.
static int64_t since(uint64_t now, uint64_t moment) {
  return (int64_t)(now - moment);
}

// -----------------------------------------------------------------------------
// UART
// -----------------------------------------------------------------------------

// The UART at this page, if it has lent something; and the register's offset.
static mooring_uart_t *uart_at(const mooring_bus_t *bus, uint32_t address,
                               uint32_t *offset) {
  const uint32_t page = (address - bus->base) >> kBusPageBits;
  if (bus->watched != 0 || page >= kBusPages) {
    return NULL;
  }
  mooring_uart_t *uart = bus->pages[page].uart;
  *offset = address & ((1U << kBusPageBits) - 1);
  return uart != NULL && uart->lent != 0 ? uart : NULL;
}

// How many of `size` bytes have passed since the first one began.
static uint32_t passed(const mooring_uart_t *uart, uint64_t now, uint64_t began,
                       uint32_t size) {
  const int64_t time = since(now, began);
  if (time <= 0) {
    return 0;
  }
  const uint64_t bytes = (uint64_t)time / uart->byte_time;
  return bytes < size ? (uint32_t)bytes : size;
}

// Moves what has arrived by now into the FIFO; 0 if that is the model's to do:
// bytes are lost, or others have arrived behind those that were lent.
static int receive(mooring_uart_t *uart, uint64_t now) {
  const uint32_t arrived = passed(uart, now, uart->rx_began, uart->rx_size);
  if (arrived <= uart->rx_arrived) {
    return uart->rx_arrived < uart->rx_size || uart->rx_more == 0;
  }
  if ((arrived == uart->rx_size && uart->rx_more != 0) ||
      arrived - uart->rx_taken > uart->fifo_bytes) {
    return 0;
  }
  uart->rx_arrived = arrived;
  uart->rx_changed = uart->rx_began + arrived * uart->byte_time;
  return 1;
}

static uint32_t send_space(const mooring_uart_t *uart, uint64_t now) {
  const uint32_t sent = passed(uart, now, uart->tx_began, uart->tx_size) +
                        passed(uart, now, uart->added_began, uart->added);
  return uart->fifo_bytes - (uart->tx_size + uart->added - sent);
}

// Whether `tx` goes on without a gap, if need be from a new beginning.
static int may_add(mooring_uart_t *uart, uint64_t now) {
  const uint64_t free = uart->tx_began + uart->tx_size * uart->byte_time;
  const int busy = uart->tx_size != 0 && since(now, free) <= 0;
  if (uart->added != 0) {
    return since(now, uart->added_began + uart->added * uart->byte_time) <= 0;
  }
  uart->added_began = busy ? free : now;
  return 1;
}

// When the receiver will interrupt if nothing else comes: once the level
// reaches the trigger, or once the line has been idle with something in the
// FIFO.
static void find_receive_wake(mooring_uart_t *uart, uint32_t trigger,
                              uint64_t now) {
  if (!receive(uart, now)) {
    return;
  }
  const uint32_t level = uart->rx_arrived - uart->rx_taken;
  const uint32_t left = uart->rx_size - uart->rx_arrived;
  const uint64_t idle = kIdleCharacters * uart->byte_time;
  const uint64_t next =
      uart->rx_began + (uart->rx_arrived + 1) * uart->byte_time;
  uint64_t last = uart->rx_changed;
  if (level >= trigger) {
    uart->wake = kWakeAt;
    uart->wake_at = now;
    return;
  }
  if (left != 0 && (level == 0 || since(next, last) <= (int64_t)idle)) {
    if (level + left < trigger && uart->rx_more != 0) {
      return;
    }
    if (level + left >= trigger) {
      const uint32_t count = uart->rx_arrived + trigger - level;
      uart->wake = kWakeAt;
      uart->wake_at = uart->rx_began + count * uart->byte_time;
      return;
    }
    last = uart->rx_began + uart->rx_size * uart->byte_time;
  } else if (level == 0) {
    uart->wake = kWakeNever;
    return;
  }
  uart->wake = kWakeAt;
  uart->wake_at = since(now, last + idle) > 0 ? now : last + idle;
}

// When the transmitter will interrupt: once its FIFO is half empty.
static void find_send_wake(mooring_uart_t *uart, uint64_t now) {
  const uint32_t sent = passed(uart, now, uart->tx_began, uart->tx_size);
  const uint32_t before = uart->tx_size - sent;
  const uint32_t half = uart->fifo_bytes / 2;
  const uint32_t level = uart->fifo_bytes - send_space(uart, now);
  uart->wake = kWakeAt;
  if (level <= half) {
    uart->wake_at = now;
  } else if (level - half <= before) {
    uart->wake_at = uart->tx_began + (sent + level - half) * uart->byte_time;
  } else {
    const uint32_t gone = passed(uart, now, uart->added_began, uart->added);
    uart->wake_at =
        uart->added_began + (gone + level - half - before) * uart->byte_time;
  }
}

// Finds out when the UART of a block will interrupt, if one half of it may.
static void find_wake(const mooring_block_t *block, uint64_t now) {
  mooring_uart_t *uart = block->uart;
  const uint32_t trigger = block->memory[UART_TRIGGER_OFFSET];
  uart->wake = kWakeUnknown;
  if (block->memory[UART_IER_OFFSET] == UART_IER_RX_MASK) {
    find_receive_wake(uart, trigger != 0 ? trigger : 1, now);
  } else if (block->memory[UART_IER_OFFSET] == UART_IER_TX_MASK) {
    find_send_wake(uart, now);
  }
}

// -----------------------------------------------------------------------------
// TRNG
// -----------------------------------------------------------------------------

static int read_noise(const mooring_bus_t *bus, uint32_t *out) {
  mooring_noise_t *noise =
      bus->pages[(CHIP_TRNG_BASE - bus->base) >> kBusPageBits].noise;
  if (noise->size - noise->taken < sizeof(*out)) {
    return 0;
  }
  *out = 0;
  for (uint32_t i = 0; i < sizeof(*out); i++) {
    *out |= (uint32_t)noise->bytes[noise->taken++] << 8 * i;
  }
  return 1;
}

// -----------------------------------------------------------------------------
// TIMER
// -----------------------------------------------------------------------------

// Shows the low word and latches the high one beside it.
static uint32_t read_ticks(const mooring_bus_t *bus) {
  const uint64_t ticks = (present(bus) - bus->timer_began) / bus->tick_time;
  const mooring_block_t *block =
      &bus->pages[(CHIP_TIMER_BASE - bus->base) >> kBusPageBits];
  const uint32_t high = (uint32_t)(ticks >> kWordBits);
  for (uint32_t i = 0; i < sizeof(high); i++) {
    block->memory[TIMER_TIME_HI_OFFSET + i] = (uint8_t)(high >> 8 * i);
  }
  return (uint32_t)ticks;
}

// -----------------------------------------------------------------------------
// All of them
// -----------------------------------------------------------------------------

static int read_uart(const mooring_bus_t *bus, uint32_t address,
                     uint32_t *out) {
  uint32_t offset = 0;
  mooring_uart_t *uart = uart_at(bus, address, &offset);
  if (uart == NULL) {
    return 0;
  }
  if (offset == UART_RX_LEVEL_OFFSET && receive(uart, present(bus))) {
    *out = uart->rx_arrived - uart->rx_taken;
  } else if (offset == UART_TX_SPACE_OFFSET) {
    *out = send_space(uart, present(bus));
  } else {
    return 0;
  }
  return 1;
}

int lent_read32(mooring_bus_t *bus, uint32_t address, uint32_t *out) {
  int done = 0;
  if (bus->watched != 0) {
    return 0;
  }
  if (address == CHIP_TIMER_BASE + TIMER_TIME_LO_OFFSET) {
    *out = read_ticks(bus);
    done = 1;
  } else if (address == CHIP_TRNG_BASE + TRNG_DATA_OFFSET) {
    done = read_noise(bus, out);
  } else {
    done = read_uart(bus, address, out);
  }
  bus->accesses += (uint64_t)done;
  return done;
}

int lent_write32(mooring_bus_t *bus, uint32_t address, uint32_t value) {
  if (address != CHIP_RSTMGR_BASE + RSTMGR_PHASE_OFFSET || bus->watched != 0 ||
      value >= bus->phases) {
    return 0;
  }
  *bus->spent += bus->phase_time[value];
  bus->accesses++;
  return 1;
}

int lent_read_fifo(mooring_bus_t *bus, uint32_t address, uint8_t *out,
                   size_t len) {
  uint32_t offset = 0;
  mooring_uart_t *uart = uart_at(bus, address, &offset);
  const uint64_t now = present(bus);
  if (uart == NULL || offset != UART_RBR_OFFSET || !receive(uart, now)) {
    return 0;
  }
  const uint32_t level = uart->rx_arrived - uart->rx_taken;
  const size_t count = len < level ? len : level;
  memcpy(out, uart->rx + uart->rx_taken, count);
  memset(out + count, 0, len - count);
  uart->rx_taken += (uint32_t)count;
  if (since(now, uart->rx_changed) > 0) {
    uart->rx_changed = now;
  }
  bus->accesses++;
  return 1;
}

int lent_write_fifo(mooring_bus_t *bus, uint32_t address, const uint8_t *data,
                    size_t len) {
  uint32_t offset = 0;
  mooring_uart_t *uart = uart_at(bus, address, &offset);
  if (uart == NULL || offset != UART_THR_OFFSET) {
    return 0;
  }
  const uint64_t now = present(bus);
  const uint32_t space = send_space(uart, now);
  const size_t count = len < space ? len : space;
  if (count > kUartSentBytes - uart->added) {
    return 0;
  }
  if (count != 0) {
    if (!may_add(uart, now)) {
      return 0;
    }
    memcpy(uart->tx + uart->added, data, count);
    uart->added += (uint32_t)count;
    bus->sends |= 1U << ((address - bus->base) >> kBusPageBits);
  }
  bus->accesses++;
  return 1;
}

// Whether an interrupt is enabled in the block at `base`: none has more than
// one byte of them.
static uint32_t enabled(const mooring_bus_t *bus, uint32_t base,
                        uint32_t offset) {
  return bus->pages[(base - bus->base) >> kBusPageBits].memory[offset];
}

// The link's UART, if the CPU waits for its receiver and for nothing else.
static const mooring_uart_t *waits_for(const mooring_bus_t *bus) {
  const mooring_uart_t *link =
      bus->pages[(CHIP_UART1_BASE - bus->base) >> kBusPageBits].uart;
  const mooring_uart_t *console =
      bus->pages[(CHIP_UART0_BASE - bus->base) >> kBusPageBits].uart;
  const int alone =
      enabled(bus, CHIP_UART1_BASE, UART_IER_OFFSET) == UART_IER_RX_MASK &&
      enabled(bus, CHIP_UART0_BASE, UART_IER_OFFSET) == 0 &&
      enabled(bus, CHIP_TIMER_BASE, TIMER_IER_OFFSET) == 0 &&
      enabled(bus, CHIP_ENGINE_BASE, ENGINE_IER_OFFSET) == 0;
  // What is to be sent must be known to all before time goes on.
  const int silent = link->added == 0 && console->added == 0;
  return bus->watched == 0 && alone && silent && link->lent != 0 ? link : NULL;
}

int lent_wait(mooring_bus_t *bus) {
  for (uint32_t page = 0; page < kBusPages; page++) {
    const mooring_block_t *block = &bus->pages[page];
    if (block->uart != NULL && block->uart->lent != 0) {
      find_wake(block, present(bus));
    }
  }
  const mooring_uart_t *link = waits_for(bus);
  return link != NULL && link->wake == kWakeAt &&
         since(link->wake_at, present(bus)) > 0 &&
         mooring_bus_sleep(bus->handle, link->wake_at) != 0;
}

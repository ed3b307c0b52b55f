// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Traps: exceptions, interrupts, and the way back. [ISA II, 3.1 and 3.3]

#include "csr.h"
#include "internal.h"

#define CAUSE_INTERRUPT (1U << 31)

static void enter(rv32_t *core, uint32_t cause, uint32_t value) {
  rv32_state_t *state = &core->state;
  state->mepc = state->pc;
  state->mcause = cause;
  state->mtval = value;
  state->trap_cause = cause;
  const uint32_t enabled = state->mstatus & RV32_MSTATUS_MIE;
  state->mstatus = RV32_MSTATUS_MPP | (enabled != 0 ? RV32_MSTATUS_MPIE : 0);
  state->pc = state->mtvec;
  if (state->mtvec - core->layout.rom_base >= core->layout.rom_bytes) {
    state->locked_up = 1;
  }
}

void rv32_trap(rv32_t *core, uint32_t cause, uint32_t value) {
  const bool in_first = core->state.pc == core->state.mtvec;
  enter(core, cause, value);
  // It has an index, but does not retire. [ISA II, 3.3.1]
  core->state.minstret_offset--;
  if (in_first) {
    core->state.locked_up = 1;
  }
}

void rv32_take_interrupt(rv32_t *core) {
  const uint32_t pending = core->state.mip & core->state.mie;
  if (pending == 0 || (core->state.mstatus & RV32_MSTATUS_MIE) == 0) {
    return;
  }
  const bool external = (pending >> RV32_INTERRUPT_EXTERNAL & 1) != 0;
  enter(core,
        CAUSE_INTERRUPT |
            (external ? RV32_INTERRUPT_EXTERNAL : RV32_INTERRUPT_TIMER),
        0);
}

void rv32_return_from_trap(rv32_t *core) {
  rv32_state_t *state = &core->state;
  const uint32_t previous = state->mstatus & RV32_MSTATUS_MPIE;
  state->mstatus = RV32_MSTATUS_MPP | RV32_MSTATUS_MPIE |
                   (previous != 0 ? RV32_MSTATUS_MIE : 0);
  state->pc = state->mepc;
}

static void set_line(rv32_t *core, uint32_t number, int level) {
  core->state.mip &= ~(1U << number);
  core->state.mip |= level != 0 ? 1U << number : 0;
}

void rv32_set_external_irq(rv32_t *core, int level) {
  set_line(core, RV32_INTERRUPT_EXTERNAL, level);
}

void rv32_set_timer_irq(rv32_t *core, int level) {
  set_line(core, RV32_INTERRUPT_TIMER, level);
}

uint32_t rv32_trap_cause(const rv32_t *core) {
  return core->state.trap_cause;
}

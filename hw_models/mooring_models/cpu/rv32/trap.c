// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Traps, and the control and status registers. [ISA II, 2 and 3]

#include "internal.h"

#define MSTATUS_MIE (1U << 3)
#define MSTATUS_MPIE (1U << 7)
#define MSTATUS_MPP (3U << 11)  // always machine mode: there is no other

#define INTERRUPT_TIMER 7U
#define INTERRUPT_EXTERNAL 11U
#define INTERRUPTS ((1U << INTERRUPT_TIMER) | (1U << INTERRUPT_EXTERNAL))
#define CAUSE_INTERRUPT (1U << 31)

// MXL = 32 bits; I, M and C.
#define MISA_VALUE (1U << 30 | 1U << 8 | 1U << 12 | 1U << 2)

enum {
  kCsrMisa = 0x301,
  kCsrMie = 0x304,
  kCsrMtvec = 0x305,
  kCsrMstatush = 0x310,
  kCsrMcountinhibit = 0x320,
  kCsrMhpmevent3 = 0x323,
  kCsrMhpmevent31 = 0x33F,
  kCsrMscratch = 0x340,
  kCsrMepc = 0x341,
  kCsrMcause = 0x342,
  kCsrMtval = 0x343,
  kCsrMip = 0x344,
  kCsrMcycle = 0xB00,
  kCsrMinstret = 0xB02,
  kCsrMhpmcounter3 = 0xB03,
  kCsrMhpmcounter31 = 0xB1F,
  kCsrMcycleh = 0xB80,
  kCsrMinstreth = 0xB82,
  kCsrMhpmcounter3h = 0xB83,
  kCsrMhpmcounter31h = 0xB9F,
  kCsrCycle = 0xC00,
  kCsrInstret = 0xC02,
  kCsrCycleh = 0xC80,
  kCsrInstreth = 0xC82,
  kCsrMvendorid = 0xF11,
  kCsrMconfigptr = 0xF15,
};

// -----------------------------------------------------------------------------
// Traps
// -----------------------------------------------------------------------------

static void enter(rv32_t *core, uint32_t cause, uint32_t value) {
  rv32_state_t *state = &core->state;
  state->mepc = state->pc;
  state->mcause = cause;
  state->mtval = value;
  state->trap_cause = cause;
  const uint32_t enabled = state->mstatus & MSTATUS_MIE;
  state->mstatus = MSTATUS_MPP | (enabled != 0 ? MSTATUS_MPIE : 0);
  state->pc = state->mtvec;
  if (state->mtvec - core->layout.rom_base >= core->layout.rom_bytes) {
    state->locked_up = 1;
  }
}

void rv32_trap(rv32_t *core, uint32_t cause, uint32_t value) {
  const bool in_first = core->state.pc == core->state.mtvec;
  enter(core, cause, value);
  if (in_first) {
    core->state.locked_up = 1;
  }
}

void rv32_take_interrupt(rv32_t *core) {
  const uint32_t pending = core->state.mip & core->state.mie;
  if (pending == 0 || (core->state.mstatus & MSTATUS_MIE) == 0) {
    return;
  }
  const bool external = (pending >> INTERRUPT_EXTERNAL & 1) != 0;
  enter(core,
        CAUSE_INTERRUPT | (external ? INTERRUPT_EXTERNAL : INTERRUPT_TIMER), 0);
}

void rv32_return_from_trap(rv32_t *core) {
  rv32_state_t *state = &core->state;
  const uint32_t previous = state->mstatus & MSTATUS_MPIE;
  state->mstatus =
      MSTATUS_MPP | MSTATUS_MPIE | (previous != 0 ? MSTATUS_MIE : 0);
  state->pc = state->mepc;
}

static void set_line(rv32_t *core, uint32_t number, int level) {
  core->state.mip &= ~(1U << number);
  core->state.mip |= level != 0 ? 1U << number : 0;
}

void rv32_set_external_irq(rv32_t *core, int level) {
  set_line(core, INTERRUPT_EXTERNAL, level);
}

void rv32_set_timer_irq(rv32_t *core, int level) {
  set_line(core, INTERRUPT_TIMER, level);
}

uint32_t rv32_trap_cause(const rv32_t *core) {
  return core->state.trap_cause;
}

// -----------------------------------------------------------------------------
// CSRs
// -----------------------------------------------------------------------------

static bool between(uint32_t number, uint32_t first, uint32_t last) {
  return number >= first && number <= last;
}

// Read-only zero in this core, and there in each: [ISA II, 3.1]
static bool is_zero(uint32_t number) {
  return number == kCsrMstatush || number == kCsrMcountinhibit ||
         between(number, kCsrMhpmevent3, kCsrMhpmevent31) ||
         between(number, kCsrMhpmcounter3, kCsrMhpmcounter31) ||
         between(number, kCsrMhpmcounter3h, kCsrMhpmcounter31h) ||
         between(number, kCsrMvendorid, kCsrMconfigptr);
}

// The counter's value while the present instruction executes.
static uint64_t counter(const rv32_t *core, uint64_t offset) {
  return core->state.instret + offset;
}

static uint32_t high(uint64_t value) {
  return (uint32_t)(value >> kRv32WordBits);
}

static bool read_csr(const rv32_t *core, uint32_t number, uint32_t *out) {
  const rv32_state_t *state = &core->state;
  const uint64_t cycles = counter(core, state->mcycle_offset);
  const uint64_t retired = counter(core, state->minstret_offset);
  switch (number) {
    case kRv32CsrMstatus:
      *out = state->mstatus;
      return true;
    case kCsrMisa:
      *out = MISA_VALUE;
      return true;
    case kCsrMie:
      *out = state->mie;
      return true;
    case kCsrMtvec:
      *out = state->mtvec;
      return true;
    case kCsrMscratch:
      *out = state->mscratch;
      return true;
    case kCsrMepc:
      *out = state->mepc;
      return true;
    case kCsrMcause:
      *out = state->mcause;
      return true;
    case kCsrMtval:
      *out = state->mtval;
      return true;
    case kCsrMip:
      *out = state->mip;
      return true;
    case kCsrMcycle:
    case kCsrCycle:
      *out = (uint32_t)cycles;
      return true;
    case kCsrMcycleh:
    case kCsrCycleh:
      *out = high(cycles);
      return true;
    case kCsrMinstret:
    case kCsrInstret:
      *out = (uint32_t)retired;
      return true;
    case kCsrMinstreth:
    case kCsrInstreth:
      *out = high(retired);
      return true;
    default:
      *out = 0;
      return is_zero(number);
  }
}

static uint64_t with_low(uint64_t value, uint32_t low) {
  return (value & ~(uint64_t)UINT32_MAX) | low;
}

static uint64_t with_high(uint64_t value, uint32_t upper) {
  return (uint64_t)upper << kRv32WordBits | (uint32_t)value;
}

// `next` is the index of the first instruction that sees the new value.
static void write_counter(rv32_state_t *state, uint32_t number, uint32_t value,
                          uint64_t next) {
  uint64_t *offset = number == kCsrMinstret || number == kCsrMinstreth
                         ? &state->minstret_offset
                         : &state->mcycle_offset;
  const uint64_t now = next + *offset;
  const bool low = number == kCsrMinstret || number == kCsrMcycle;
  *offset = (low ? with_low(now, value) : with_high(now, value)) - next;
}

// Writes to those that are not listed change nothing.
static void write_csr(rv32_t *core, uint32_t number, uint32_t value,
                      uint64_t next) {
  rv32_state_t *state = &core->state;
  switch (number) {
    case kRv32CsrMstatus:
      state->mstatus = (value & (MSTATUS_MIE | MSTATUS_MPIE)) | MSTATUS_MPP;
      break;
    case kCsrMie:
      state->mie = value & INTERRUPTS;
      break;
    case kCsrMtvec:
      state->mtvec = value & ~3U;  // direct mode only
      break;
    case kCsrMscratch:
      state->mscratch = value;
      break;
    case kCsrMepc:
      state->mepc = value & ~1U;
      break;
    case kCsrMcause:
      state->mcause = value;
      break;
    case kCsrMtval:
      state->mtval = value;
      break;
    case kCsrMcycle:
    case kCsrMcycleh:
    case kCsrMinstret:
    case kCsrMinstreth:
      write_counter(state, number, value, next);
      break;
    default:
      break;
  }
}

// A CSR's number says in its top bits whether it can be written.
static bool is_read_only(uint32_t number) {
  return number >> 10 == 3;
}

static uint32_t combine(uint8_t operation, uint32_t old, uint32_t operand) {
  switch (operation) {
#define RV32_COMBINE(name, mnemonic, meaning) \
  case kRv32Op##name:                         \
    return meaning;
    RV32_CSR_OPERATIONS(RV32_COMBINE)
#undef RV32_COMBINE
    default:
      return old;
  }
}

bool rv32_perform_csr(rv32_t *core, const rv32_insn_t *insn) {
  const uint8_t operation = insn->operation;
  const bool immediate = operation >= kRv32OpCsrrwi;
  const bool swap = operation == kRv32OpCsrrw || operation == kRv32OpCsrrwi;
  // Setting or clearing the bits of x0, or of 0, is a read. [ISA I, 6.1]
  const bool writes = swap || insn->rs1 != 0;
  uint32_t old;
  if (!read_csr(core, insn->imm, &old) || (writes && is_read_only(insn->imm))) {
    return false;
  }
  const uint32_t operand = immediate ? insn->rs1 : core->state.x[insn->rs1];
  if (writes) {
    write_csr(core, insn->imm, combine(operation, old, operand),
              core->state.instret + 1);
  }
  core->state.x[insn->rd == 0 ? kRv32Sink : insn->rd] = old;
  return true;
}

uint32_t rv32_get_csr(const rv32_t *core, uint32_t number) {
  uint32_t value;
  (void)read_csr(core, number, &value);
  return value;
}

void rv32_set_csr(rv32_t *core, uint32_t number, uint32_t value) {
  write_csr(core, number, value, core->state.instret);
}

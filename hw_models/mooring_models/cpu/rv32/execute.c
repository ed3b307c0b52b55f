// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The fast loop: threaded code over predecoded entries.
//
// Instructions are counted a block at a time: entering one charges all of it,
// and whatever leaves it early gives the rest back, so the count is exact
// wherever it can be seen. Whatever is rare (the bus, CSRs, traps) leaves the
// loop for rv32_step(), which does the instruction from its beginning.

#include "internal.h"

#if defined(__GNUC__) && !defined(__clang__)
// Each handler keeps its own indirect jump, which is what branch predictors
// learn from; joining them into one would halve the speed.
#pragma GCC optimize("no-crossjumping", "no-gcse")
#endif

// Handlers beyond the operations themselves.
#define EXTRA_HANDLERS(X) \
  X(Constant)             \
  X(Jump)                 \
  X(JumpRegister)         \
  X(Nothing)              \
  X(Leave)

enum {  // in the order of the lists
#define RV32_NAME(name, ...) kHandler##name,
  RV32_REGISTER_OPERATIONS(RV32_NAME) RV32_IMMEDIATE_OPERATIONS(RV32_NAME)
      RV32_BRANCH_OPERATIONS(RV32_NAME) RV32_LOAD_OPERATIONS(RV32_NAME)
          RV32_STORE_OPERATIONS(RV32_NAME) EXTRA_HANDLERS(RV32_NAME)
#undef RV32_NAME
              kHandlers
};

// An instruction's handler is the one for its length: going on to the next
// entry then needs nothing from memory.
typedef struct handler {
  const void *of_length[2];
} handler_t;

// The whole loop; without a core, where its handlers are.
static const handler_t *threaded(rv32_t *core, uint64_t limit) {
  static const handler_t handlers[] = {
#define RV32_LABELS(name, ...) {{&&do_##name##_2, &&do_##name##_4}},
      RV32_REGISTER_OPERATIONS(RV32_LABELS) RV32_IMMEDIATE_OPERATIONS(
          RV32_LABELS) RV32_BRANCH_OPERATIONS(RV32_LABELS)
          RV32_LOAD_OPERATIONS(RV32_LABELS) RV32_STORE_OPERATIONS(RV32_LABELS)
              EXTRA_HANDLERS(RV32_LABELS)
#undef RV32_LABELS
  };
  if (core == NULL) {
    return handlers;
  }

  uint32_t *const x = core->state.x;
  uint8_t *const ram = core->ram;
  const uint8_t *const rom = core->rom;
  const uint32_t ram_base = core->layout.ram_base;
  const uint32_t ram_bytes = core->layout.ram_bytes;
  const uint32_t rom_base = core->layout.rom_base;
  const uint32_t rom_bytes = core->layout.rom_bytes;
  const rv32_entry_t *const entries = core->entries;
  const rv32_entry_t *entry;
  uint64_t left = limit;
  uint32_t target = core->state.pc;
  goto go_to_target;

#define PC() \
  (rom_base + (uint32_t)(entry - entries) * (uint32_t)kRv32HalfwordBytes)
#define NEXT(size)         \
  do {                     \
    entry += (size) / 2;   \
    goto * entry->handler; \
  } while (0)
#define ENTER_BLOCK()          \
  do {                         \
    if (left < entry->block) { \
      goto leave;              \
    }                          \
    left -= entry->block;      \
    goto * entry->handler;     \
  } while (0)
#define BOTH(define, ...) define(2, __VA_ARGS__) define(4, __VA_ARGS__)

#define REGISTER(size, name, meaning) \
  do_##name##_##size : {              \
    const uint32_t a = x[entry->rs1]; \
    const uint32_t b = x[entry->imm]; \
    x[entry->rd] = meaning;           \
    NEXT(size);                       \
  }
#define EACH_REGISTER(name, mnemonic, meaning) BOTH(REGISTER, name, meaning)
  RV32_REGISTER_OPERATIONS(EACH_REGISTER)

#define IMMEDIATE(size, name, meaning) \
  do_##name##_##size : {               \
    const uint32_t a = x[entry->rs1];  \
    const uint32_t b = entry->imm;     \
    x[entry->rd] = meaning;            \
    NEXT(size);                        \
  }
#define EACH_IMMEDIATE(name, mnemonic, meaning) BOTH(IMMEDIATE, name, meaning)
  RV32_IMMEDIATE_OPERATIONS(EACH_IMMEDIATE)

#define BRANCH(size, name, meaning)                                          \
  do_##name##_##size : {                                                     \
    const uint32_t a = x[entry->rs1];                                        \
    const uint32_t b = x[entry->rd];                                         \
    if (meaning) {                                                           \
      entry =                                                                \
          (const rv32_entry_t *)((const char *)entry + (int32_t)entry->imm); \
      ENTER_BLOCK();                                                         \
    }                                                                        \
    entry += (size) / 2;                                                     \
    ENTER_BLOCK();                                                           \
  }
#define EACH_BRANCH(name, mnemonic, meaning) BOTH(BRANCH, name, meaning)
  RV32_BRANCH_OPERATIONS(EACH_BRANCH)

#define LOAD(size, name, log2_bytes, meaning)                            \
  do_##name##_##size : {                                                 \
    const uint32_t address = x[entry->rs1] + entry->imm;                 \
    const uint8_t *from;                                                 \
    if (rv32_inside(address - ram_base, ram_bytes, log2_bytes)) {        \
      from = ram + (address - ram_base);                                 \
    } else if (rv32_inside(address - rom_base, rom_bytes, log2_bytes)) { \
      from = rom + (address - rom_base);                                 \
    } else {                                                             \
      goto leave_block;                                                  \
    }                                                                    \
    const uint32_t raw = rv32_load(from, log2_bytes);                    \
    x[entry->rd] = meaning;                                              \
    NEXT(size);                                                          \
  }
#define EACH_LOAD(name, mnemonic, log2_bytes, meaning) \
  BOTH(LOAD, name, log2_bytes, meaning)
  RV32_LOAD_OPERATIONS(EACH_LOAD)

#define STORE(size, name, log2_bytes)                              \
  do_##name##_##size : {                                           \
    const uint32_t offset = x[entry->rs1] + entry->imm - ram_base; \
    if (!rv32_inside(offset, ram_bytes, log2_bytes)) {             \
      goto leave_block;                                            \
    }                                                              \
    rv32_store(ram + offset, x[entry->rd], log2_bytes);            \
    core->dirty[offset >> kRv32PageShift] = 1;                     \
    NEXT(size);                                                    \
  }
#define EACH_STORE(name, mnemonic, log2_bytes) BOTH(STORE, name, log2_bytes)
  RV32_STORE_OPERATIONS(EACH_STORE)

#define OTHERS(size, unused)                                                   \
  do_Constant_##size : {                                                       \
    x[entry->rd] = entry->imm;                                                 \
    NEXT(size);                                                                \
  }                                                                            \
  do_Nothing_##size : {                                                        \
    NEXT(size);                                                                \
  }                                                                            \
  do_Jump_##size : {                                                           \
    x[entry->rd] = PC() + (size);                                              \
    entry = (const rv32_entry_t *)((const char *)entry + (int32_t)entry->imm); \
    ENTER_BLOCK();                                                             \
  }                                                                            \
  do_JumpRegister_##size : {                                                   \
    target = (x[entry->rs1] + entry->imm) & ~1U;                               \
    x[entry->rd] = PC() + (size);                                              \
    goto go_to_target;                                                         \
  }
  BOTH(OTHERS, )

go_to_target:
  if (target - rom_base >= rom_bytes) {
    core->state.pc = target;
    core->state.instret += limit - left;
    return NULL;
  }
  entry = entries + (target - rom_base) / kRv32HalfwordBytes;
  ENTER_BLOCK();

do_Leave_2:
do_Leave_4:
leave_block:  // the instruction at hand and those behind it have not happened
  left += entry->block;
leave:
  core->state.pc = PC();
  core->state.instret += limit - left;
  return NULL;
}

void rv32_execute(rv32_t *core, uint64_t limit) {
  (void)threaded(core, limit);
}

// -----------------------------------------------------------------------------
// Translation
// -----------------------------------------------------------------------------

static uint32_t handler_of(const rv32_insn_t *insn) {
  switch (insn->operation) {
#define RV32_HANDLER(name, ...) \
  case kRv32Op##name:           \
    return kHandler##name;
    RV32_REGISTER_OPERATIONS(RV32_HANDLER)
    RV32_IMMEDIATE_OPERATIONS(RV32_HANDLER)
    RV32_BRANCH_OPERATIONS(RV32_HANDLER)
    RV32_LOAD_OPERATIONS(RV32_HANDLER)
    RV32_STORE_OPERATIONS(RV32_HANDLER)
#undef RV32_HANDLER
    case kRv32OpLui:
    case kRv32OpAuipc:
      return kHandlerConstant;
    case kRv32OpJal:
      return kHandlerJump;
    case kRv32OpJalr:
      return kHandlerJumpRegister;
    case kRv32OpFence:
      return kHandlerNothing;
    default:
      return kHandlerLeave;
  }
}

static bool is_branch(uint32_t handler) {
  return handler >= kHandlerBeq && handler <= kHandlerBgeu;
}

static bool is_store(uint32_t handler) {
  return handler >= kHandlerSb && handler <= kHandlerSw;
}

static bool is_register(uint32_t handler) {
  return handler <= kHandlerRemu;
}

bool rv32_ends_block(const rv32_insn_t *insn) {
  const uint32_t handler = handler_of(insn);
  return is_branch(handler) || handler == kHandlerJump ||
         handler == kHandlerJumpRegister || handler == kHandlerLeave;
}

rv32_entry_t rv32_translate(const rv32_t *core, const rv32_insn_t *insn,
                            uint32_t offset) {
  uint32_t handler = handler_of(insn);
  uint32_t imm = insn->imm;
  uint8_t rd = insn->rd == 0 ? kRv32Sink : insn->rd;
  if (is_branch(handler) || handler == kHandlerJump) {
    if (offset + imm >= core->layout.rom_bytes) {
      handler = kHandlerLeave;
    }
    imm = imm / kRv32HalfwordBytes * (uint32_t)sizeof(rv32_entry_t);
  }
  if (is_branch(handler) || is_store(handler)) {
    rd = insn->rs2;
  } else if (is_register(handler)) {
    imm = insn->rs2;
  } else if (insn->operation == kRv32OpAuipc) {
    imm += core->layout.rom_base + offset;
  }
  if (core->breakpoints[offset / kRv32HalfwordBytes] != 0) {
    handler = kHandlerLeave;
  }
  const handler_t *handlers = threaded(NULL, 0);
  return (rv32_entry_t){
      .handler = handlers[handler].of_length[insn->length_bytes / 2 - 1],
      .imm = imm,
      .rd = rd,
      .rs1 = insn->rs1,
  };
}

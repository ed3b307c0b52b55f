// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// What each operation computes, said once. The fast loop, the stepping path,
// the decoder and the disassembler are all made from these lists.
//
// In an expression `a` is the value of rs1 and `b` that of rs2 or the
// immediate; `raw` is what was read from memory, zero-extended.

#ifndef MOORING_MODELS_CPU_RV32_OPERATIONS_H_
#define MOORING_MODELS_CPU_RV32_OPERATIONS_H_

#include <stdint.h>

// -----------------------------------------------------------------------------
// Arithmetic that C does not define as RISC-V does
// -----------------------------------------------------------------------------

enum {
  kRv32ShiftMask = 31,
  kRv32Sign = 31,
  kRv32WordBits = 32,
};

/** Shifts right and copies the sign. */
static inline uint32_t rv32_shift_arithmetic(uint32_t a, uint32_t count) {
  const uint32_t fill = ~(UINT32_MAX >> count);
  return (a >> count) | ((a >> kRv32Sign) != 0 ? fill : 0);
}

static inline uint32_t rv32_high(uint64_t product) {
  return (uint32_t)(product >> kRv32WordBits);
}

static inline int64_t rv32_signed(uint32_t a) {
  return (int32_t)a;
}

// A division by zero gives all ones and the dividend; the one that overflows
// gives the dividend and zero. [ISA I, 7.2]
static inline uint32_t rv32_div(uint32_t a, uint32_t b) {
  return b == 0 ? UINT32_MAX : (uint32_t)(rv32_signed(a) / rv32_signed(b));
}

static inline uint32_t rv32_rem(uint32_t a, uint32_t b) {
  return b == 0 ? a : (uint32_t)(rv32_signed(a) % rv32_signed(b));
}

static inline uint32_t rv32_divu(uint32_t a, uint32_t b) {
  return b == 0 ? UINT32_MAX : a / b;
}

static inline uint32_t rv32_remu(uint32_t a, uint32_t b) {
  return b == 0 ? a : a % b;
}

// -----------------------------------------------------------------------------
// The lists: name, mnemonic, meaning
// -----------------------------------------------------------------------------

/** rd = f(rs1, rs2) */
#define RV32_REGISTER_OPERATIONS(X)                                       \
  X(Add, "add", a + b)                                                    \
  X(Sub, "sub", a - b)                                                    \
  X(Sll, "sll", a << (b & kRv32ShiftMask))                                \
  X(Slt, "slt", (int32_t)a < (int32_t)b)                                  \
  X(Sltu, "sltu", a < b)                                                  \
  X(Xor, "xor", a ^ b)                                                    \
  X(Srl, "srl", a >> (b & kRv32ShiftMask))                                \
  X(Sra, "sra", rv32_shift_arithmetic(a, b &kRv32ShiftMask))              \
  X(Or, "or", a | b)                                                      \
  X(And, "and", a &b)                                                     \
  X(Mul, "mul", a *b)                                                     \
  X(Mulh, "mulh", rv32_high((uint64_t)(rv32_signed(a) * rv32_signed(b)))) \
  X(Mulhsu, "mulhsu", rv32_high((uint64_t)(rv32_signed(a) * (int64_t)b))) \
  X(Mulhu, "mulhu", rv32_high((uint64_t)a *b))                            \
  X(Div, "div", rv32_div(a, b))                                           \
  X(Divu, "divu", rv32_divu(a, b))                                        \
  X(Rem, "rem", rv32_rem(a, b))                                           \
  X(Remu, "remu", rv32_remu(a, b))

/** rd = f(rs1, immediate) */
#define RV32_IMMEDIATE_OPERATIONS(X)       \
  X(Addi, "addi", a + b)                   \
  X(Slti, "slti", (int32_t)a < (int32_t)b) \
  X(Sltiu, "sltiu", a < b)                 \
  X(Xori, "xori", a ^ b)                   \
  X(Ori, "ori", a | b)                     \
  X(Andi, "andi", a &b)                    \
  X(Slli, "slli", a << b)                  \
  X(Srli, "srli", a >> b)                  \
  X(Srai, "srai", rv32_shift_arithmetic(a, b))

/** if f(rs1, rs2), go to pc + immediate */
#define RV32_BRANCH_OPERATIONS(X)         \
  X(Beq, "beq", a == b)                   \
  X(Bne, "bne", a != b)                   \
  X(Blt, "blt", (int32_t)a < (int32_t)b)  \
  X(Bge, "bge", (int32_t)a >= (int32_t)b) \
  X(Bltu, "bltu", a < b)                  \
  X(Bgeu, "bgeu", a >= b)

/** rd = f(memory at rs1 + immediate); log2 of the width in bytes */
#define RV32_LOAD_OPERATIONS(X)                   \
  X(Lb, "lb", 0, (uint32_t)(int32_t)(int8_t)raw)  \
  X(Lh, "lh", 1, (uint32_t)(int32_t)(int16_t)raw) \
  X(Lw, "lw", 2, raw)                             \
  X(Lbu, "lbu", 0, raw)                           \
  X(Lhu, "lhu", 1, raw)

/** memory at rs1 + immediate = rs2; log2 of the width in bytes */
#define RV32_STORE_OPERATIONS(X) \
  X(Sb, "sb", 0)                 \
  X(Sh, "sh", 1)                 \
  X(Sw, "sw", 2)

/** rd = a CSR, which becomes f(its value, rs1 or the immediate) */
#define RV32_CSR_OPERATIONS(X)       \
  X(Csrrw, "csrrw", operand)         \
  X(Csrrs, "csrrs", old | operand)   \
  X(Csrrc, "csrrc", old & ~operand)  \
  X(Csrrwi, "csrrwi", operand)       \
  X(Csrrsi, "csrrsi", old | operand) \
  X(Csrrci, "csrrci", old & ~operand)

/** Each with a meaning of its own. */
#define RV32_OTHER_OPERATIONS(X) \
  X(Lui, "lui")                  \
  X(Auipc, "auipc")              \
  X(Jal, "jal")                  \
  X(Jalr, "jalr")                \
  X(Fence, "fence")              \
  X(Ecall, "ecall")              \
  X(Ebreak, "ebreak")            \
  X(Mret, "mret")                \
  X(Wfi, "wfi")                  \
  X(Illegal, "illegal")

#define RV32_ALL_OPERATIONS(X) \
  RV32_REGISTER_OPERATIONS(X)  \
  RV32_IMMEDIATE_OPERATIONS(X) \
  RV32_BRANCH_OPERATIONS(X)    \
  RV32_LOAD_OPERATIONS(X)      \
  RV32_STORE_OPERATIONS(X)     \
  RV32_CSR_OPERATIONS(X)       \
  RV32_OTHER_OPERATIONS(X)

typedef enum rv32_operation {
#define RV32_ENUMERATOR(name, ...) kRv32Op##name,
  RV32_ALL_OPERATIONS(RV32_ENUMERATOR)
#undef RV32_ENUMERATOR
      kRv32Operations
} rv32_operation_t;

#endif  // MOORING_MODELS_CPU_RV32_OPERATIONS_H_

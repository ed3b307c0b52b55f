// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The CSRs that the core has, but for counters that count nothing.
// [ISA II, 2.2: CSR listing]

#ifndef MOORING_MODELS_CPU_RV32_CSR_H_
#define MOORING_MODELS_CPU_RV32_CSR_H_

#define RV32_CSRS(X)               \
  X(Mstatus, "mstatus", 0x300)     \
  X(Misa, "misa", 0x301)           \
  X(Mie, "mie", 0x304)             \
  X(Mtvec, "mtvec", 0x305)         \
  X(Mscratch, "mscratch", 0x340)   \
  X(Mepc, "mepc", 0x341)           \
  X(Mcause, "mcause", 0x342)       \
  X(Mtval, "mtval", 0x343)         \
  X(Mip, "mip", 0x344)             \
  X(Mcycle, "mcycle", 0xB00)       \
  X(Minstret, "minstret", 0xB02)   \
  X(Mcycleh, "mcycleh", 0xB80)     \
  X(Minstreth, "minstreth", 0xB82) \
  X(Cycle, "cycle", 0xC00)         \
  X(Instret, "instret", 0xC02)     \
  X(Cycleh, "cycleh", 0xC80)       \
  X(Instreth, "instreth", 0xC82)   \
  X(Mvendorid, "mvendorid", 0xF11) \
  X(Marchid, "marchid", 0xF12)     \
  X(Mimpid, "mimpid", 0xF13)       \
  X(Mhartid, "mhartid", 0xF14)     \
  X(Mconfigptr, "mconfigptr", 0xF15)

enum {
#define RV32_CSR(name, text, number) kRv32Csr##name = number,
  RV32_CSRS(RV32_CSR)
#undef RV32_CSR
};

// Fields of mstatus.
#define RV32_MSTATUS_MIE (1U << 3)
#define RV32_MSTATUS_MPIE (1U << 7)
#define RV32_MSTATUS_MPP (3U << 11)  // always machine mode: there is no other

// Bits of mie and mip, and causes.
#define RV32_INTERRUPT_TIMER 7U
#define RV32_INTERRUPT_EXTERNAL 11U
#define RV32_INTERRUPTS \
  ((1U << RV32_INTERRUPT_TIMER) | (1U << RV32_INTERRUPT_EXTERNAL))

#endif  // MOORING_MODELS_CPU_RV32_CSR_H_

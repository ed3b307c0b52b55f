// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Shared prologues and epilogues, which -msave-restore calls in place of a
// list of stores and loads in every function.
//
// The RISC-V ABI names __riscv_save_N and __riscv_restore_N for N + 1 registers
// of ra, s0, s1, ... in this order from the top of a frame rounded up to 16
// bytes. Saving a whole frame's worth serves every N of that frame. A save is
// called through t0; a restore is jumped to and returns for its caller.

  .macro entry name
  .globl \name
  .type \name, @function
\name:
  .endm

  .macro store first, registers:vararg
  .set at, \first
  .irp register, \registers
  sw \register, at(sp)
  .set at, at - 4
  .endr
  .endm

  .macro fetch first, registers:vararg
  .set at, \first
  .irp register, \registers
  lw \register, at(sp)
  .set at, at - 4
  .endr
  .endm

  .section .text.save_restore_16, "ax", @progbits
entry __riscv_save_0
entry __riscv_save_1
entry __riscv_save_2
entry __riscv_save_3
  addi sp, sp, -16
  store 12, ra, s0, s1, s2
  jr t0

entry __riscv_restore_0
entry __riscv_restore_1
entry __riscv_restore_2
entry __riscv_restore_3
  fetch 12, ra, s0, s1, s2
  addi sp, sp, 16
  ret

  .section .text.save_restore_32, "ax", @progbits
entry __riscv_save_4
entry __riscv_save_5
entry __riscv_save_6
entry __riscv_save_7
  addi sp, sp, -32
  store 28, ra, s0, s1, s2, s3, s4, s5, s6
  jr t0

entry __riscv_restore_4
entry __riscv_restore_5
entry __riscv_restore_6
entry __riscv_restore_7
  fetch 28, ra, s0, s1, s2, s3, s4, s5, s6
  addi sp, sp, 32
  ret

  .section .text.save_restore_48, "ax", @progbits
entry __riscv_save_8
entry __riscv_save_9
entry __riscv_save_10
entry __riscv_save_11
  addi sp, sp, -48
  store 44, ra, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10
  jr t0

entry __riscv_restore_8
entry __riscv_restore_9
entry __riscv_restore_10
entry __riscv_restore_11
  fetch 44, ra, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10
  addi sp, sp, 48
  ret

  .section .text.save_restore_64, "ax", @progbits
entry __riscv_save_12
  addi sp, sp, -64
  store 60, ra, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
  jr t0

entry __riscv_restore_12
  fetch 60, ra, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
  addi sp, sp, 64
  ret

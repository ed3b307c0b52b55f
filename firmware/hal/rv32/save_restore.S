// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Shared prologues and epilogues, which -msave-restore calls in place of a
// list of stores and loads in every function.
//
// The RISC-V ABI names __riscv_save_N and __riscv_restore_N for N + 1 registers
// of ra, s0, s1, ... in this order from the top of a frame rounded up to 16
// bytes. Saving a whole frame's worth serves every N of that frame. A save is
// called through t0; a restore is jumped to and returns for its caller.

  .macro begin names:vararg
  .irp name, \names
  .globl __riscv_\name
  .type __riscv_\name, @function
__riscv_\name:
  .endr
  .endm

  .macro end names:vararg
  .irp name, \names
  .size __riscv_\name, . - __riscv_\name
  .endr
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
  begin save_0, save_1, save_2, save_3
  addi sp, sp, -16
  store 12, ra, s0, s1, s2
  jr t0
  end save_0, save_1, save_2, save_3

  begin restore_0, restore_1, restore_2, restore_3
  fetch 12, ra, s0, s1, s2
  addi sp, sp, 16
  ret
  end restore_0, restore_1, restore_2, restore_3

  .section .text.save_restore_32, "ax", @progbits
  begin save_4, save_5, save_6, save_7
  addi sp, sp, -32
  store 28, ra, s0, s1, s2, s3, s4, s5, s6
  jr t0
  end save_4, save_5, save_6, save_7

  begin restore_4, restore_5, restore_6, restore_7
  fetch 28, ra, s0, s1, s2, s3, s4, s5, s6
  addi sp, sp, 32
  ret
  end restore_4, restore_5, restore_6, restore_7

  .section .text.save_restore_48, "ax", @progbits
  begin save_8, save_9, save_10, save_11
  addi sp, sp, -48
  store 44, ra, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10
  jr t0
  end save_8, save_9, save_10, save_11

  begin restore_8, restore_9, restore_10, restore_11
  fetch 44, ra, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10
  addi sp, sp, 48
  ret
  end restore_8, restore_9, restore_10, restore_11

  .section .text.save_restore_64, "ax", @progbits
  begin save_12
  addi sp, sp, -64
  store 60, ra, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
  jr t0
  end save_12

  begin restore_12
  fetch 60, ra, s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11
  addi sp, sp, 64
  ret
  end restore_12

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// memcpy and memset: words where everything is aligned, else bytes. In
// assembly, because a compiler may make a call of memcpy out of a loop in C
// that is memcpy.

  .section .text.memcpy, "ax", @progbits
  .globl memcpy
  .type memcpy, @function
memcpy:
  mv a3, a0
  add a2, a2, a1  // end of the source
  or a4, a0, a1
  or a4, a4, a2
  andi a4, a4, 3
  bnez a4, 4f
  j 2f
1:
  lw a5, 0(a1)
  sw a5, 0(a3)
  addi a1, a1, 4
  addi a3, a3, 4
2:
  bltu a1, a2, 1b
  ret
3:
  lbu a5, 0(a1)
  sb a5, 0(a3)
  addi a1, a1, 1
  addi a3, a3, 1
4:
  bltu a1, a2, 3b
  ret
  .size memcpy, . - memcpy

  .section .text.memset, "ax", @progbits
  .globl memset
  .type memset, @function
memset:
  mv a3, a0
  add a2, a2, a0  // end of the target
  or a4, a0, a2
  andi a4, a4, 3
  or a4, a4, a1
  bnez a4, 4f  // unaligned, or not zero, which has no word at hand
  j 2f
1:
  sw zero, 0(a3)
  addi a3, a3, 4
2:
  bltu a3, a2, 1b
  ret
3:
  sb a1, 0(a3)
  addi a3, a3, 1
4:
  bltu a3, a2, 3b
  ret
  .size memset, . - memset

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Shifts of 64-bit values by a variable count, which a compiler that saves
// bytes calls instead of writing them out. Names and registers are those of
// the ABI's run-time library: the value in a0 (low) and a1, the count in a2.

  .section .text.__ashldi3, "ax", @progbits
  .globl __ashldi3
  .type __ashldi3, @function
__ashldi3:
  andi a3, a2, 32
  beqz a3, 1f
  mv a1, a0
  li a0, 0
1:
  not a3, a2  // a shift takes its count modulo 32: this is 31 - count
  srli a4, a0, 1
  srl a4, a4, a3
  sll a1, a1, a2
  or a1, a1, a4
  sll a0, a0, a2
  ret
  .size __ashldi3, . - __ashldi3

  .section .text.__lshrdi3, "ax", @progbits
  .globl __lshrdi3
  .type __lshrdi3, @function
__lshrdi3:
  andi a3, a2, 32
  beqz a3, 1f
  mv a0, a1
  li a1, 0
1:
  not a3, a2
  slli a4, a1, 1
  sll a4, a4, a3
  srl a0, a0, a2
  or a0, a0, a4
  srl a1, a1, a2
  ret
  .size __lshrdi3, . - __lshrdi3

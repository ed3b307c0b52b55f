// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The reset vector and the trap entry.
//
// There are no interrupt handlers: mstatus.MIE stays clear, and an interrupt
// that mie enables only ends a wfi. Whatever else enters mtvec is a fault.

  .cfi_sections .debug_frame
  .section .reset, "ax", @progbits
  .globl _start
  .type _start, @function
_start:
  .cfi_startproc
  .cfi_undefined ra  // nobody called: a debugger's stack ends here
  la sp, mooring_stack_top
  la t0, mooring_trap_entry
  csrw mtvec, t0
  // SRAM holds anything after power-up, and earlier secrets after a reset.
  la t0, mooring_ram_start
  la t1, mooring_ram_end
1:
  sw zero, 0(t0)
  addi t0, t0, 4
  bltu t0, t1, 1b
  tail mooring_hal_main
  .cfi_endproc
  .size _start, . - _start

// A trap is answered on a fresh stack: the old pointer may be what trapped.
// From here on, another trap stops the CPU at once, so that no fault in the
// answer can begin it again.
  .section .text.trap, "ax", @progbits
  .globl mooring_trap_entry
  .type mooring_trap_entry, @function
  .p2align 2  // mtvec keeps the mode in its two low bits
mooring_trap_entry:
  .cfi_startproc
  .cfi_undefined ra  // what trapped did not call
  la t0, mooring_hal_stop
  csrw mtvec, t0
  la sp, mooring_stack_top
  csrr a0, mcause
  tail mooring_hal_trap
  .cfi_endproc
  .size mooring_trap_entry, . - mooring_trap_entry

// Nothing wakes a CPU that enables no interrupt; the loop is for one that a
// fault wakes, and is long enough for a fault to skip a jump of it.
  .section .text.stop, "ax", @progbits
  .globl mooring_hal_stop
  .type mooring_hal_stop, @function
  .p2align 2
mooring_hal_stop:
  csrw mie, zero
  wfi
  j mooring_hal_stop
  j mooring_hal_stop
  j mooring_hal_stop
  .size mooring_hal_stop, . - mooring_hal_stop

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// An RV32IMC core: machine mode only, one ROM, one RAM, everything else on a
// bus that the caller answers.
//
// "The RISC-V Instruction Set Manual", volume I: RV32I 2.1, M 2.0, C 2.0,
// Zicsr, Zicntr's instret; volume II: machine mode 1.12. Encodings that these
// reserve, and those of extensions that the core lacks, trap as illegal.
//
// An instruction's index is how many came before it: 0 for the first after
// reset. Faults are named by that index, so a run is repeated exactly by
// resetting (or restoring) and asking for the same faults. An instruction that
// traps and one that is skipped by a fault take an index, too; mcycle counts
// them all, minstret all but those that trap.
//
// Nothing here is global; cores are independent.

#ifndef MOORING_MODELS_CPU_RV32_RV32_H_
#define MOORING_MODELS_CPU_RV32_RV32_H_

#include <stddef.h>
#include <stdint.h>

typedef struct rv32 rv32_t;
typedef struct rv32_snapshot rv32_snapshot_t;

// -----------------------------------------------------------------------------
// The bus
// -----------------------------------------------------------------------------

/** What a bus access answers. */
enum {
  kRv32BusOk = 0,
  kRv32BusFault = 1,  // load or store access fault
  kRv32BusStop = 2,   // the core stops; the access has not happened
  kRv32BusLast = 3,   // the access has happened; the core stops after it
};

/**
 * Reads or writes the aligned word at `address`, which is in neither ROM nor
 * RAM. Loads and stores of bytes and halfwords there are access faults: the
 * bus has words only.
 *
 * @param instret index of the instruction that asks.
 */
typedef int (*rv32_bus_read_t)(void *handle, uint64_t instret, uint32_t address,
                               uint32_t *out);
typedef int (*rv32_bus_write_t)(void *handle, uint64_t instret,
                                uint32_t address, uint32_t value);

enum { kRv32RomBytesMax = 65536 };

/**
 * Where memories lie: apart, below the last byte of the address space. Bases
 * and sizes are multiples of 256, sizes not 0.
 */
typedef struct rv32_layout {
  uint32_t rom_base;   // executable, never written; also the reset vector
  uint32_t rom_bytes;  // at most kRv32RomBytesMax
  uint32_t ram_base;   // read and written, never executed
  uint32_t ram_bytes;
} rv32_layout_t;

// -----------------------------------------------------------------------------
// Life
// -----------------------------------------------------------------------------

/**
 * A core in reset, its RAM zero.
 *
 * @param rom   layout->rom_bytes bytes, copied.
 * @param handle passed to the bus functions only.
 * @return NULL if the layout is malformed or there is no memory.
 */
rv32_t *rv32_new(const rv32_layout_t *layout, const uint8_t *rom,
                 rv32_bus_read_t bus_read, rv32_bus_write_t bus_write,
                 void *handle);

void rv32_free(rv32_t *core);

/**
 * pc at the reset vector, registers, CSRs, counters and RAM zero; interrupt
 * lines as they are driven. Ends faults, as a restored or loaded state does.
 */
void rv32_reset(rv32_t *core);

/** Why rv32_run() returned. */
enum {
  kRv32Wfi = 1,         // wfi, and nothing that mie enables is pending
  kRv32Budget = 2,      // `budget` instructions have executed
  kRv32Stopped = 3,     // a bus function said so
  kRv32Breakpoint = 4,  // pc is at a breakpoint, not yet executed
  kRv32Lockup = 5,      // a trap with mtvec outside ROM, or in its first
                        // instruction: nothing can go on
};

/**
 * Executes until something of the above happens.
 *
 * A wfi that returned kRv32Wfi has executed: the next call goes on behind it.
 * A breakpoint at the pc of entry does not stop.
 */
int rv32_run(rv32_t *core, uint64_t budget);

/** Level of the external interrupt line, mip.MEIP; and of mip.MTIP. */
void rv32_set_external_irq(rv32_t *core, int level);
void rv32_set_timer_irq(rv32_t *core, int level);

// -----------------------------------------------------------------------------
// State
// -----------------------------------------------------------------------------

/** Registers: x0 to x31, then these. */
enum {
  kRv32Pc = 32,
};

uint32_t rv32_get(const rv32_t *core, uint32_t reg);
void rv32_set(rv32_t *core, uint32_t reg, uint32_t value);

/** A CSR by number; reading or writing one the core lacks does nothing. */
uint32_t rv32_get_csr(const rv32_t *core, uint32_t number);
void rv32_set_csr(rv32_t *core, uint32_t number, uint32_t value);

/** Index of the next instruction, whatever software wrote to minstret. */
uint64_t rv32_instret(const rv32_t *core);

/** mcause of the last trap since reset, whatever software wrote there; ~0 if
 * there was none. */
uint32_t rv32_trap_cause(const rv32_t *core);

/** Copies ROM or RAM; returns 0, or -1 if it is not all in one memory. */
int rv32_read_memory(const rv32_t *core, uint32_t address, uint8_t *out,
                     size_t len_bytes);
/** Writes RAM, or patches ROM for a test; returns as rv32_read_memory(). */
int rv32_write_memory(rv32_t *core, uint32_t address, const uint8_t *data,
                      size_t len_bytes);

/**
 * A copy of registers, CSRs, counters and RAM (not of ROM, faults, breakpoints
 * or profile).
 *
 * Restoring the one that was taken or restored last copies only pages of RAM
 * written since. Restoring answers 0, or -1 for one of another size of RAM.
 * A core may keep one beyond rv32_snapshot_free(), so cores that share one must
 * not run at the same time.
 */
rv32_snapshot_t *rv32_snapshot_new(rv32_t *core);
int rv32_snapshot_restore(rv32_t *core, rv32_snapshot_t *snapshot);
void rv32_snapshot_free(rv32_snapshot_t *snapshot);

/** Bytes of a flat image of the same state, and the image, for files. */
size_t rv32_image_size(const rv32_t *core);
void rv32_image_save(const rv32_t *core, uint8_t *out);
int rv32_image_load(rv32_t *core, const uint8_t *image, size_t len_bytes);

// -----------------------------------------------------------------------------
// Faults
// -----------------------------------------------------------------------------

/** What a fault does to one dynamic instruction. */
enum {
  kRv32FaultSkip = 1,      // a: how many instructions do not happen, at least 1
  kRv32FaultOpcode = 2,    // a: bits flipped in the encoding as fetched, this
                           // once; the low 16 bits of a compressed instruction
  kRv32FaultRegister = 3,  // before it: a: register 1 to 31, b: bits flipped
  kRv32FaultMemory = 4,    // before it: a: aligned address in RAM, b: bits
  kRv32FaultResult = 5,    // after it: rd, if it writes one, becomes a
};

typedef struct rv32_fault {
  uint64_t at;  // index of the instruction
  uint32_t kind;
  uint32_t a;
  uint32_t b;
  uint32_t struck;  // out: 1 once it was applied
  uint32_t pc;      // out: of the instruction it was applied to
} rv32_fault_t;

enum { kRv32FaultsMax = 16 };

/**
 * Arranges faults, in ascending order of `at`; replaces earlier ones. Several
 * may strike one instruction.
 *
 * Resetting, restoring and loading end a skip under way; what has struck
 * strikes again only once it is arranged anew.
 *
 * @param faults kept by reference until replaced or ended; `struck` and `pc`
 *               are set.
 * @return 0, or -1 if they are too many, unordered or malformed.
 */
int rv32_set_faults(rv32_t *core, rv32_fault_t *faults, size_t count);

// -----------------------------------------------------------------------------
// Observation
// -----------------------------------------------------------------------------

/** Stops (1) or no longer stops (0) before the instruction at `address`. */
int rv32_set_breakpoint(rv32_t *core, uint32_t address, int stop);

/**
 * Records the pc of each instruction from now on, at most `capacity` of them;
 * NULL ends it. Slower.
 */
void rv32_trace(rv32_t *core, uint32_t *pcs, size_t capacity);
size_t rv32_traced(const rv32_t *core);

/**
 * Counts, for each halfword of ROM, the instructions executed there, and the
 * branches taken there; either may be NULL, both NULL end it. Slower.
 *
 * @param executed, taken rom_bytes / 2 counters each.
 */
void rv32_profile(rv32_t *core, uint64_t *executed, uint64_t *taken);

/** What an encoding is: its mnemonic and operands, or "illegal". */
size_t rv32_disassemble(uint32_t address, uint32_t encoding, char *out,
                        size_t capacity);

/** Bytes of the instruction that starts with `halfword`: 2 or 4. */
uint32_t rv32_length(uint32_t halfword);

#endif  // MOORING_MODELS_CPU_RV32_RV32_H_

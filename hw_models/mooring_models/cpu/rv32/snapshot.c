// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Snapshots: in memory, where only pages that differ are copied, and as bytes.

#include <stdlib.h>
#include <string.h>

#include "csr.h"
#include "internal.h"

enum {
  kImageMagic = 0x32335652,  // "RV32"
  kImageVersion = 1,
  kImageHeaderWords = 6,
  kImageCounters = 3,
  kImageStateWords =
          (sizeof(rv32_state_t) - kImageCounters * sizeof(uint64_t)) /
      kRv32WordBytes,
};

// -----------------------------------------------------------------------------
// In memory
// -----------------------------------------------------------------------------

static size_t pages(const rv32_t *core) {
  return core->layout.ram_bytes / kRv32PageBytes;
}

// From now on, pages that are not dirty equal those of `snapshot`.
static void rest_on(rv32_t *core, rv32_snapshot_t *snapshot) {
  if (core->base != snapshot) {
    rv32_snapshot_free(core->base);
    snapshot->references++;
    core->base = snapshot;
  }
  memset(core->dirty, 0, pages(core));
}

rv32_snapshot_t *rv32_snapshot_new(rv32_t *core) {
  const uint32_t ram_bytes = core->layout.ram_bytes;
  rv32_snapshot_t *snapshot = malloc(sizeof *snapshot + ram_bytes);
  if (snapshot == NULL) {
    return NULL;
  }
  snapshot->references = 1;
  snapshot->ram_bytes = ram_bytes;
  snapshot->state = core->state;
  memcpy(snapshot->ram, core->ram, ram_bytes);
  rest_on(core, snapshot);
  return snapshot;
}

static void copy_dirty(rv32_t *core, const rv32_snapshot_t *snapshot) {
  const size_t count = pages(core);
  const uint8_t *page = core->dirty;
  while ((page = memchr(page, 1, count - (size_t)(page - core->dirty))) !=
         NULL) {
    const size_t at = (size_t)(page - core->dirty) * kRv32PageBytes;
    memcpy(core->ram + at, snapshot->ram + at, kRv32PageBytes);
    page++;
  }
}

int rv32_snapshot_restore(rv32_t *core, rv32_snapshot_t *snapshot) {
  if (snapshot->ram_bytes != core->layout.ram_bytes) {
    return -1;
  }
  if (core->base == snapshot) {
    copy_dirty(core, snapshot);
  } else {
    memcpy(core->ram, snapshot->ram, snapshot->ram_bytes);
  }
  core->state = snapshot->state;
  rv32_end_faults(core);
  rest_on(core, snapshot);
  return 0;
}

void rv32_snapshot_free(rv32_snapshot_t *snapshot) {
  if (snapshot != NULL && --snapshot->references == 0) {
    free(snapshot);
  }
}

// -----------------------------------------------------------------------------
// As bytes: header, words of the state, counters, RAM; little-endian
// -----------------------------------------------------------------------------

static void header(const rv32_t *core, uint32_t out[kImageHeaderWords]) {
  out[0] = kImageMagic;
  out[1] = kImageVersion;
  out[2] = core->layout.rom_base;
  out[3] = core->layout.rom_bytes;
  out[4] = core->layout.ram_base;
  out[5] = core->layout.ram_bytes;
}

static uint8_t *put(uint8_t *out, uint32_t word) {
  rv32_store(out, word, 2);
  return out + kRv32WordBytes;
}

static uint32_t take(const uint8_t **image) {
  const uint32_t word = rv32_load(*image, 2);
  *image += kRv32WordBytes;
  return word;
}

size_t rv32_image_size(const rv32_t *core) {
  const size_t words =
      kImageHeaderWords + kImageStateWords + 2 * kImageCounters;
  return words * kRv32WordBytes + core->layout.ram_bytes;
}

void rv32_image_save(const rv32_t *core, uint8_t *out) {
  uint32_t head[kImageHeaderWords];
  header(core, head);
  for (size_t i = 0; i < kImageHeaderWords; i++) {
    out = put(out, head[i]);
  }
  uint32_t words[kImageStateWords];
  memcpy(words, &core->state, sizeof words);
  for (size_t i = 0; i < kImageStateWords; i++) {
    out = put(out, words[i]);
  }
  const uint64_t counters[kImageCounters] = {core->state.instret,
                                             core->state.minstret_offset,
                                             core->state.mcycle_offset};
  for (size_t i = 0; i < kImageCounters; i++) {
    out = put(out, (uint32_t)counters[i]);
    out = put(out, (uint32_t)(counters[i] >> kRv32WordBits));
  }
  memcpy(out, core->ram, core->layout.ram_bytes);
}

static uint64_t take_counter(const uint8_t **image) {
  const uint64_t low = take(image);
  return low | (uint64_t)take(image) << kRv32WordBits;
}

// A core can be in no state that no instruction leads to.
static void confine(rv32_t *core) {
  rv32_state_t *state = &core->state;
  state->x[0] = 0;
  state->pc &= ~1U;
  state->mip &= RV32_INTERRUPTS;
  rv32_set_csr(core, kRv32CsrMstatus, state->mstatus);
  rv32_set_csr(core, kRv32CsrMie, state->mie);
  rv32_set_csr(core, kRv32CsrMtvec, state->mtvec);
  rv32_set_csr(core, kRv32CsrMepc, state->mepc);
}

int rv32_image_load(rv32_t *core, const uint8_t *image, size_t len_bytes) {
  if (len_bytes != rv32_image_size(core)) {
    return -1;
  }
  uint32_t head[kImageHeaderWords];
  header(core, head);
  for (size_t i = 0; i < kImageHeaderWords; i++) {
    if (take(&image) != head[i]) {
      return -1;
    }
  }
  uint32_t words[kImageStateWords] = {0};
  for (size_t i = 0; i < kImageStateWords; i++) {
    words[i] = take(&image);
  }
  memcpy(&core->state, words, sizeof words);
  confine(core);
  core->state.instret = take_counter(&image);
  core->state.minstret_offset = take_counter(&image);
  core->state.mcycle_offset = take_counter(&image);
  memcpy(core->ram, image, core->layout.ram_bytes);
  memset(core->dirty, 1, pages(core));
  rv32_end_faults(core);
  return 0;
}

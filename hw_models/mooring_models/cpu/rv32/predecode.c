// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Decodes ROM ahead of its execution, at every halfword: a jump may go to any.

#include "internal.h"

// The instruction at halfword `index`; its second half may lie behind the end.
static rv32_insn_t decode_at(const rv32_t *core, uint32_t index) {
  const uint32_t offset = index * kRv32HalfwordBytes;
  uint32_t encoding = rv32_load(core->rom + offset, 1);
  if (rv32_length(encoding) == kRv32WordBytes) {
    if (offset + kRv32HalfwordBytes == core->layout.rom_bytes) {
      // The fetch traps before anything of this is seen.
      return (rv32_insn_t){.operation = kRv32OpIllegal,
                           .length_bytes = kRv32WordBytes};
    }
    encoding |= rv32_load(core->rom + offset + kRv32HalfwordBytes, 1) << 16;
  }
  return rv32_decode(encoding);
}

static uint16_t block_at(const rv32_t *core, uint32_t index) {
  const rv32_insn_t *insn = &core->insns[index];
  if (rv32_ends_block(insn)) {
    return 1;
  }
  const rv32_entry_t *next =
      &core->entries[index + insn->length_bytes / kRv32HalfwordBytes];
  return (uint16_t)(1 + next->block);
}

void rv32_retranslate(rv32_t *core, uint32_t index) {
  const uint16_t block = core->entries[index].block;
  core->entries[index] =
      rv32_translate(core, &core->insns[index], index * kRv32HalfwordBytes);
  core->entries[index].block = block;
}

void rv32_predecode(rv32_t *core, uint32_t offset, uint32_t len_bytes) {
  const uint32_t first =
      offset < kRv32HalfwordBytes ? 0 : offset / kRv32HalfwordBytes - 1;
  const uint32_t last = (offset + len_bytes - 1) / kRv32HalfwordBytes;
  for (uint32_t i = first; i <= last; i++) {
    core->insns[i] = decode_at(core, i);
    rv32_retranslate(core, i);
  }
  // Backwards, and on below `first`: blocks that begin there reach into it.
  // They end to change where two halfwords in a row have not, since none is
  // longer.
  uint32_t unchanged = 0;
  for (uint32_t i = last + 1; i-- > 0 && unchanged < 2;) {
    const uint16_t block = block_at(core, i);
    const bool same = i < first && block == core->entries[i].block;
    unchanged = same ? unchanged + 1 : 0;
    core->entries[i].block = block;
  }
}

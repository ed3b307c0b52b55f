// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Tells the image's symbol table where the members of rom_t lie: absolute
// symbols, `rom_t.NAME` for the offset and `rom_t.NAME.size`. They take no byte
// of the ROM. Fault campaigns strike, and judge, the memory by them.

#include <stddef.h>

#include "mooring/rom.h"

#define MEMBER(name)                                                    \
  __asm__(".globl rom_t." #name "\n.set rom_t." #name                   \
          ", %c0\n"                                                     \
          ".globl rom_t." #name ".size\n.set rom_t." #name ".size, %c1" \
          :                                                             \
          : "i"(offsetof(rom_t, name)), "i"(sizeof(((rom_t *)0)->name)))

void rom_layout(void);

// Never called, and left out of the image.
void rom_layout(void) {
  MEMBER(state);
  MEMBER(waiting);
  MEMBER(enabled);
  MEMBER(ticks_per_second);
  MEMBER(lifecycle);
  MEMBER(public_key);
  MEMBER(ueid);
  MEMBER(request);
  MEMBER(after_respond);
  MEMBER(nonce);
  MEMBER(attempt);
  MEMBER(back_off_ticks);
  MEMBER(bad_signatures);
  MEMBER(has_trust);
  MEMBER(trust_digest);
  MEMBER(trust);
  MEMBER(candidate);
  MEMBER(has_accepted);
  MEMBER(accepted);
  MEMBER(slot);
  MEMBER(has_record);
  MEMBER(record);
  MEMBER(draft);
  MEMBER(location_key);
  MEMBER(licence_key);
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/signature.h"

#include "rom/bits.h"

rom_error_t signature_recompute(rom_t *rom, const cose_sign1_t *token,
                                const uint8_t key[kEd25519KeyBytes],
                                uint8_t recomputed[kEd25519RBytes]) {
  phase_mark(rom, kPhaseVerifySignature);
  cose_sig_structure_t signed_bytes;
  cose_sig_structure(token, &signed_bytes);
  ed25519_t verification;
  ed25519_status_t status =
      ed25519_start(&verification, key, token->signature.data);
  uint32_t parts = 0;
  for (uint32_t i = 0; i < kCoseSigStructureParts; i++) {
    ed25519_update(&verification, signed_bytes.parts[i].data,
                   signed_bytes.parts[i].size);
    HARDENED_COUNT(parts);
  }
  HARDENED_CHECK_LOOP_DONE(rom->bus, parts, kCoseSigStructureParts);
  if (status == kEd25519Ok) {
    status = ed25519_finish(&verification, recomputed);
  }
  REFUSE_IF(status != kEd25519Ok ||
                !bits_same(recomputed, token->signature.data, kEd25519RBytes),
            kErrorKeySignature);
  return kErrorOk;
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "rom/signature.h"

#include <stddef.h>

#include "rom/bits.h"

// Begins with the key's multiples, which are made if they are not there, or
// without any. A refusal comes back from the finish.
static void start(ed25519_t *verification, ed25519_prepared_t *multiples,
                  const uint8_t *key, const uint8_t *signature) {
  ed25519_status_t status;
  if (multiples == NULL) {
    status = ed25519_start(verification, key, signature);
  } else {
    status = ed25519_start_prepared(verification, multiples, key, signature);
    if (status == kEd25519NotPrepared) {
      // What it could not prepare cannot be started.
      // NOLINTNEXTLINE(clang-analyzer-deadcode.DeadStores)
      status = ed25519_prepare(multiples, key);
      status = ed25519_start_prepared(verification, multiples, key, signature);
    }
  }
  (void)status;
}

static rom_error_t recompute(rom_t *rom, const cose_sign1_t *token,
                             const uint8_t key[kEd25519KeyBytes],
                             ed25519_prepared_t *multiples,
                             uint8_t recomputed[kEd25519RBytes]) {
  phase_mark(rom, kPhaseVerifySignature);
  cose_sig_structure_t signed_bytes;
  cose_sig_structure(token, &signed_bytes);
  ed25519_t verification;
  start(&verification, multiples, key, token->signature.data);
  uint32_t parts = 0;
  for (uint32_t i = 0; i < kCoseSigStructureParts; i++) {
    ed25519_update(&verification, signed_bytes.parts[i].data,
                   signed_bytes.parts[i].size);
    HARDENED_COUNT(parts);
  }
  HARDENED_CHECK_LOOP_DONE(rom->bus, parts, kCoseSigStructureParts);
  const ed25519_status_t status =
      multiples == NULL
          ? ed25519_finish(&verification, recomputed)
          : ed25519_finish_prepared(&verification, multiples, recomputed);
  REFUSE_IF(status != kEd25519Ok || bits_same(recomputed, token->signature.data,
                                              kEd25519RBytes) != kHardenedTrue,
            kErrorKeySignature);
  return kErrorOk;
}

rom_error_t signature_recompute(rom_t *rom, const cose_sign1_t *token,
                                const uint8_t key[kEd25519KeyBytes],
                                uint8_t recomputed[kEd25519RBytes]) {
  return recompute(rom, token, key, NULL, recomputed);
}

rom_error_t signature_recompute_prepared(rom_t *rom, const cose_sign1_t *token,
                                         const uint8_t key[kEd25519KeyBytes],
                                         ed25519_prepared_t *multiples,
                                         uint8_t recomputed[kEd25519RBytes]) {
  return recompute(rom, token, key, multiples, recomputed);
}

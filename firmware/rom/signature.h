// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#ifndef MOORING_ROM_SIGNATURE_H_
#define MOORING_ROM_SIGNATURE_H_

#include "mooring/cose.h"
#include "mooring/ed25519.h"
#include "mooring/error.h"
#include "mooring/rom.h"
#include "rom/names.h"

/**
 * Recomputes the R of a token's signature, for the gate to compare.
 *
 * It is compared here too, before the gate sees it: a wrong value kills the
 * gate, and a bad token from the line must not be able to.
 *
 * @param key        the signer's public key.
 * @param recomputed encode([S]B - [k]A).
 * @return kErrorKeySignature if it is not the signature's R.
 */
WARN_UNUSED_RESULT
rom_error_t signature_recompute(rom_t *rom, const cose_sign1_t *token,
                                const uint8_t key[kEd25519KeyBytes],
                                uint8_t recomputed[kEd25519RBytes]);

/**
 * The same by way of the key's multiples.
 *
 * @param multiples of any key or none; on return of this one, if it is a point.
 */
WARN_UNUSED_RESULT
rom_error_t signature_recompute_prepared(rom_t *rom, const cose_sign1_t *token,
                                         const uint8_t key[kEd25519KeyBytes],
                                         ed25519_prepared_t *multiples,
                                         uint8_t recomputed[kEd25519RBytes]);

#endif  // MOORING_ROM_SIGNATURE_H_

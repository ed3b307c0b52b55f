// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "verifier/judge.h"

#include <string.h>

#include "mooring/claims.h"
#include "mooring/token_verify.h"

size_t judge_write_signed(const cose_sign1_t *token, uint8_t *out) {
  cose_sig_structure_t structure;
  cose_sig_structure(token, &structure);
  size_t size = 0;
  for (size_t i = 0; i < kCoseSigStructureParts; i++) {
    memcpy(out + size, structure.parts[i].data, structure.parts[i].size);
    size += structure.parts[i].size;
  }
  return size;
}

rom_error_t judge_claims(cose_typ_t typ, byte_span_t payload,
                         const uint8_t key[kCosePublicKeyBytes]) {
  union {
    trust_list_t trust;
    licence_t licence;
    location_t location;
  } claims;
  switch (typ) {
    case kCoseTypTrust: {
      const rom_error_t error = claims_parse_trust(payload, &claims.trust);
      return error != kErrorOk ? error
                               : claims_check_trust_keys(&claims.trust, key);
    }
    case kCoseTypLicence:
      return claims_parse_licence(payload, &claims.licence);
    case kCoseTypLocation:
      return claims_parse_location(payload, &claims.location);
    case kCoseTypEvidence:
    default:
      return kErrorOk;
  }
}

rom_error_t token_verify(cose_typ_t typ, const uint8_t *key,
                         const mooring_prepared_t *prepared,
                         byte_span_t token) {
  cose_sign1_t frame;
  const rom_error_t error = cose_sign1_parse(token, typ, &frame);
  if (error != kErrorOk) {
    return error;
  }
  uint8_t kid[kCoseKidBytes];
  cose_key_kid(key, kid);
  if (cbor_compare(frame.kid, byte_span(kid, sizeof kid)) != 0) {
    return kErrorKeyUnknown;
  }
  uint8_t message[kSignedMaxBytes];
  const size_t size = judge_write_signed(&frame, message);
  const uint8_t *const signature = frame.signature.data;
  const verify_status_t status =
      prepared == NULL
          ? mooring_verify(frame.algorithm, key, kCosePublicKeyBytes, message,
                           size, signature, kCoseSignatureBytes)
          : mooring_verify_prepared(prepared, key, message, size, signature);
  if (status != kVerifyOk) {
    return kErrorKeySignature;
  }
  return judge_claims(typ, frame.payload, key);
}

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// COSE_Sign1 (RFC 9052 §4.2) in the one form that docs/protocol.md "Tokens"
// allows, and the Ed25519 COSE_Key with its RFC 9679 thumbprint.
//
// Parsing a token judges its frame and header only; the payload stays opaque
// until the signature has been verified.

#ifndef MOORING_INCLUDE_MOORING_COSE_H_
#define MOORING_INCLUDE_MOORING_COSE_H_

#include <stddef.h>
#include <stdint.h>

#include "mooring/cbor.h"
#include "mooring/error.h"
#include "mooring/namespace.h"

#define cose_sign1_parse MOORING_NAMESPACE(cose_sign1_parse)
#define cose_sig_structure MOORING_NAMESPACE(cose_sig_structure)
#define cose_write_header MOORING_NAMESPACE(cose_write_header)
#define cose_key_encode MOORING_NAMESPACE(cose_key_encode)
#define cose_root_key_parse MOORING_NAMESPACE(cose_root_key_parse)
#define cose_key_thumbprint MOORING_NAMESPACE(cose_key_thumbprint)
#define cose_key_kid MOORING_NAMESPACE(cose_key_kid)
#define cose_key_ueid MOORING_NAMESPACE(cose_key_ueid)

enum {
  kCoseTokenMaxBytes = 4096,
  kCoseTagSign1 = 18,
  kCoseAlgorithmEd25519 = -19,  // [RFC9864 §2.2]
  kCoseSignatureBytes = 64,
  kCoseKidBytes = 8,
  kCoseThumbprintBytes = 32,
  kCoseUeidBytes = 33,
  kCosePublicKeyBytes = 32,
  // {1: 1, -1: 6, -2: x}, the only encoding of a root or device key.
  kCoseKeyBytes = 40,
  // Header labels [RFC9052 §3.1], [RFC9596 §2].
  kCoseHeaderAlg = 1,
  kCoseHeaderKid = 4,
  kCoseHeaderTyp = 16,
  // Parameters of a COSE_Key [RFC9052 §7.1], [RFC9053 §7.2].
  kCoseKeyKty = 1,
  kCoseKeyAlg = 3,
  kCoseKeyCrv = -1,
  kCoseKeyX = -2,
  kCoseKeyPrivate = -4,
  kCoseKtyOkp = 1,
  kCoseCrvEd25519 = 6,
};

/** Which token is expected; decides `typ`. */
typedef enum cose_typ {
  kCoseTypTrust = 0,
  kCoseTypLicence = 1,
  kCoseTypLocation = 2,
  kCoseTypEvidence = 3,
} cose_typ_t;

// -----------------------------------------------------------------------------
// Tokens
// -----------------------------------------------------------------------------

/** A token whose frame is right; all spans point into it. */
typedef struct cose_sign1 {
  int32_t algorithm;
  byte_span_t kid;                // kCoseKidBytes
  byte_span_t payload;            // opaque, not empty
  byte_span_t signature;          // kCoseSignatureBytes
  byte_span_t protected_encoded;  // the bstr with its head
  byte_span_t payload_encoded;    // the bstr with its head
} cose_sign1_t;

/*@ predicate token_readable(cose_sign1_t *token) =
  @   span_readable(token->kid) && token->kid.size == kCoseKidBytes &&
  @   span_readable(token->payload) && token->payload.size > 0 &&
  @   span_readable(token->signature) &&
  @   token->signature.size == kCoseSignatureBytes &&
  @   span_readable(token->protected_encoded) &&
  @   span_readable(token->payload_encoded);
  @*/

/**
 * Parses the frame and header of a token.
 *
 * Judged in this order, each by its own word: kErrorCoseTokenTooLong,
 * kErrorCoseTag, kErrorCoseStructure, kErrorCoseProtected (the header is not a
 * map of exactly alg, kid and typ), kErrorCoseAlgorithm, kErrorCoseKid,
 * kErrorCoseTyp, kErrorCoseUnprotected, kErrorCosePayload,
 * kErrorCoseSignatureLength, and last kErrorCborTrailing. Where the bytes at a
 * place are not deterministic CBOR, the kErrorCbor… word for that comes before
 * the kErrorCose… word of the place.
 *
 * @param out zeroed on error.
 */
/*@ requires span_readable(token) && \valid(out) && typ <= kCoseTypEvidence;
  @ assigns *out;
  @ ensures \result == kErrorOk ==> token_readable(out);
  @*/
WARN_UNUSED_RESULT
rom_error_t cose_sign1_parse(byte_span_t token, cose_typ_t typ,
                             cose_sign1_t *out);

enum { kCoseSigStructureParts = 4 };

/** The bytes that are signed, to be hashed part after part. */
typedef struct cose_sig_structure {
  byte_span_t parts[kCoseSigStructureParts];
} cose_sig_structure_t;

/**
 * Lists the parts of ["Signature1", protected, h'', payload] [RFC9052 §4.4].
 *
 * Nothing is copied: both byte strings are deterministic CBOR, so that their
 * encoding in the token is their encoding in the Sig_structure.
 */
/*@ requires \valid_read(token) && \valid(out) && \separated(token, out);
  @ requires span_readable(token->protected_encoded);
  @ requires span_readable(token->payload_encoded);
  @ assigns *out;
  @ ensures \forall integer i; 0 <= i < kCoseSigStructureParts ==>
  @   span_readable(out->parts[i]);
  @*/
void cose_sig_structure(const cose_sign1_t *token, cose_sig_structure_t *out);

/** Writes the protected header {1: -19, 4: kid, 16: typ}, without a bstr. */
/*@ requires cbor_writer(writer) && typ <= kCoseTypEvidence;
  @ requires \valid_read(kid + (0 .. kCoseKidBytes - 1));
  @ requires \separated(writer, kid + (0 .. kCoseKidBytes - 1));
  @ requires \separated(writer->data + (0 .. writer->capacity - 1),
  @                      kid + (0 .. kCoseKidBytes - 1));
  @ assigns writer->size, writer->overflow,
  @         writer->data[0 .. writer->capacity - 1];
  @ ensures cbor_writer(writer);
  @*/
void cose_write_header(cbor_writer_t *writer, cose_typ_t typ,
                       const uint8_t kid[kCoseKidBytes]);

// -----------------------------------------------------------------------------
// Keys
// -----------------------------------------------------------------------------

/** Encodes {1: 1, -1: 6, -2: x}. */
/*@ requires \valid_read(x + (0 .. kCosePublicKeyBytes - 1));
  @ requires \valid(out + (0 .. kCoseKeyBytes - 1));
  @ requires \separated(x + (0 .. kCosePublicKeyBytes - 1),
  @                      out + (0 .. kCoseKeyBytes - 1));
  @ assigns out[0 .. kCoseKeyBytes - 1];
  @*/
void cose_key_encode(const uint8_t x[kCosePublicKeyBytes],
                     uint8_t out[kCoseKeyBytes]);

/**
 * Takes x out of a root key's message, which must be exactly the encoding that
 * cose_key_encode() gives.
 *
 * @return kErrorTrustRootKey for anything else.
 */
/*@ requires span_readable(key) && \valid(x + (0 .. kCosePublicKeyBytes - 1));
  @ requires \separated(x + (0 .. kCosePublicKeyBytes - 1),
  @                      key.data + (0 .. key.size - 1));
  @ assigns x[0 .. kCosePublicKeyBytes - 1];
  @*/
WARN_UNUSED_RESULT
rom_error_t cose_root_key_parse(byte_span_t key,
                                uint8_t x[kCosePublicKeyBytes]);

/** SHA-256 of cose_key_encode(x) [RFC9679 §3]. */
/*@ requires \valid_read(x + (0 .. kCosePublicKeyBytes - 1));
  @ requires \valid(thumbprint + (0 .. kCoseThumbprintBytes - 1));
  @ assigns thumbprint[0 .. kCoseThumbprintBytes - 1];
  @*/
void cose_key_thumbprint(const uint8_t x[kCosePublicKeyBytes],
                         uint8_t thumbprint[kCoseThumbprintBytes]);

/** The first 8 bytes of the thumbprint. */
/*@ requires \valid_read(x + (0 .. kCosePublicKeyBytes - 1));
  @ requires \valid(kid + (0 .. kCoseKidBytes - 1));
  @ assigns kid[0 .. kCoseKidBytes - 1];
  @*/
void cose_key_kid(const uint8_t x[kCosePublicKeyBytes],
                  uint8_t kid[kCoseKidBytes]);

/** 01, then the thumbprint: a chip's id [RFC9711 §4.2.1]. */
/*@ requires \valid_read(x + (0 .. kCosePublicKeyBytes - 1));
  @ requires \valid(ueid + (0 .. kCoseUeidBytes - 1));
  @ assigns ueid[0 .. kCoseUeidBytes - 1];
  @*/
void cose_key_ueid(const uint8_t x[kCosePublicKeyBytes],
                   uint8_t ueid[kCoseUeidBytes]);

#endif  // MOORING_INCLUDE_MOORING_COSE_H_

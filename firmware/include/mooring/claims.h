// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The claims of trust list, licence and location result: form only. Whether
// they suit this chip at this time is the ROM's decision.
//
// A claim map is closed. Its form is judged in the order of docs/protocol.md,
// each word over the whole map before the next one:
//   kErrorClaimMalformed   the payload is not one deterministic CBOR map
//   kErrorClaimUnknown     a claim that the profile does not know
//   kErrorClaimValue       wrong type, length or range; claims in ascending
//                          order of encoded key
//   kErrorClaimProfile     claim 265 is another text
//   kErrorClaimMissing     a required claim is absent
//   kErrorClaimZoneEmpty, kErrorClaimZoneName, kErrorClaimZoneOrder
//                          for "inside" and then for "excluded"
//   kErrorClaimZoneBoth
//   kErrorClaimFreshnessForm, kErrorClaimNoCondition, kErrorClaimAllowance
//                          (licence)
//   kErrorTrustKeyCount, then each listed key (trust list)
// On error the output is zeroed.

#ifndef MOORING_INCLUDE_MOORING_CLAIMS_H_
#define MOORING_INCLUDE_MOORING_CLAIMS_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mooring/cbor.h"
#include "mooring/cose.h"
#include "mooring/error.h"
#include "mooring/hardened.h"
#include "mooring/namespace.h"

#define claims_parse_trust MOORING_NAMESPACE(claims_parse_trust)
#define claims_check_trust_keys MOORING_NAMESPACE(claims_check_trust_keys)
#define claims_find_key MOORING_NAMESPACE(claims_find_key)
#define claims_parse_licence MOORING_NAMESPACE(claims_parse_licence)
#define claims_parse_location MOORING_NAMESPACE(claims_parse_location)
#define claims_profile MOORING_NAMESPACE(claims_profile)
#define zones_contains MOORING_NAMESPACE(zones_contains)
#define zones_all_in MOORING_NAMESPACE(zones_all_in)
#define zones_any_in MOORING_NAMESPACE(zones_any_in)

enum {
  // Claim keys [RFC8392 §3.1], [RFC9711 §4], docs/protocol.md "Tokens".
  kClaimExp = 4,
  kClaimNbf = 5,
  kClaimIat = 6,
  kClaimCti = 7,
  kClaimNonce = 10,
  kClaimUeid = 256,
  kClaimProfile = 265,
  kClaimEpoch = -75001,
  kClaimSequence = -75002,
  kClaimEndRunning = -75003,
  kClaimKeys = -75004,
  kClaimAllowance = -75005,
  kClaimRequiredInside = -75006,
  kClaimRequiredExcluded = -75007,
  kClaimLocationDigest = -75008,
  kClaimMethod = -75009,
  kClaimProvenInside = -75010,
  kClaimProvenExcluded = -75011,
  kClaimZoneSet = -75012,
  kClaimOwnNonce = -75013,
  kClaimLifecycle = -75014,
  kClaimMode = -75015,
  kClaimFloor = -75016,
  kClaimGateState = -75017,
  kClaimAllowanceLeft = -75018,
  kClaimLogCount = -75019,
  kClaimLogHead = -75020,
  kClaimMeasurement = -75021,
  kClaimGeneration = -75022,
  kClaimRevision = -75023,
  kClaimCounterLeft = -75024,
  kClaimRecordState = -75025,
  kClaimRootSlot = -75026,
  kClaimTrustDigest = -75027,
  kClaimSequenceEpoch = -75028,
  kClaimKeyRole = -75101,
  kClaimKeyFirstEpoch = -75102,
  kClaimKeyNotBefore = -75103,
  kClaimKeyNotAfter = -75104,
};

enum {
  kClaimsTrustKeysMax = 16,
  kClaimsZonesMax = 32,
  kClaimsZoneNameMaxBytes = 24,
  kClaimsNonceBytes = 32,
  kClaimsDigestBytes = 32,
  kClaimsCtiBytes = 16,
  kClaimsZoneSetBytes = 8,
};

// Times are below 2^40 seconds since 1970.
#define CLAIMS_TIME_MAX ((UINT64_C(1) << 40) - 1)

// -----------------------------------------------------------------------------
// Trust list
// -----------------------------------------------------------------------------

/** The one thing that a listed key may sign, as on the wire. */
typedef enum claims_role {
  kClaimsRoleLicence = 1,
  kClaimsRoleLocation = 2,
  kClaimsRoleLandmark = 3,
} claims_role_t;

/** A listed issuer key. */
typedef struct trust_key {
  uint64_t first_epoch;
  uint64_t not_before;  // seconds since 1970
  uint64_t not_after;   // an iat must be below it
  int32_t algorithm;    // COSE number
  uint32_t role;        // claims_role_t
  uint8_t kid[kCoseKidBytes];
  uint8_t x[kCosePublicKeyBytes];
} trust_key_t;

/** A trust list; holds no pointer, so that it may be kept. */
typedef struct trust_list {
  uint64_t epoch;
  uint64_t issued_at;    // seconds since 1970
  uint32_t end_running;  // hardened_bool_t: running grants end at once
  uint32_t count;        // keys, 1 to 16
  trust_key_t keys[kClaimsTrustKeysMax];
} trust_list_t;

/**
 * Parses the payload of a trust list and computes the kid of each key.
 *
 * For each key in turn: kErrorTrustKeyMalformed if it is no map with integer
 * keys; kErrorTrustKeyPrivate if it has a private parameter;
 * kErrorTrustKeyMalformed for an unknown, missing or wrong parameter;
 * kErrorTrustKeyRole, kErrorTrustKeyWindow, kErrorTrustKeyEpoch. Two keys that
 * are equal or a root key in the list are not found here but by
 * claims_check_trust_keys().
 */
/*@ requires span_readable(payload) && \valid(out);
  @ requires \separated(out, payload.data + (0 .. payload.size - 1));
  @ assigns *out;
  @ ensures \result == kErrorOk ==> 0 < out->count <= kClaimsTrustKeysMax;
  @*/
WARN_UNUSED_RESULT
rom_error_t claims_parse_trust(byte_span_t payload, trust_list_t *out);

/**
 * Checks the listed keys against each other and against the root key.
 *
 * @param root_x the public key of the root that signed the list.
 * @return kErrorTrustKeyDuplicate if two keys or two kids are equal;
 *         kErrorTrustKeyIsRoot.
 */
/*@ requires \valid_read(list) && list->count <= kClaimsTrustKeysMax;
  @ requires \valid_read(root_x + (0 .. kCosePublicKeyBytes - 1));
  @ assigns \nothing;
  @*/
WARN_UNUSED_RESULT
rom_error_t claims_check_trust_keys(const trust_list_t *list,
                                    const uint8_t root_x[kCosePublicKeyBytes]);

/**
 * Finds the listed key whose kid is `kid`.
 *
 * The kid of each entry is computed from its key again: a kid is a hint in the
 * token, and one stored in RAM might have been changed by a fault.
 *
 * @return the key, or NULL.
 */
/*@ requires \valid_read(list) && list->count <= kClaimsTrustKeysMax;
  @ requires \valid_read(kid + (0 .. kCoseKidBytes - 1));
  @ assigns \nothing;
  @ ensures \result == \null || \valid_read(\result);
  @*/
const trust_key_t *claims_find_key(const trust_list_t *list,
                                   const uint8_t kid[kCoseKidBytes]);

// -----------------------------------------------------------------------------
// Zones
// -----------------------------------------------------------------------------

/** A zone list of valid, ordered and distinct names; count 0 means absent. */
typedef struct zone_list {
  byte_span_t names;  // the encoded text strings, one after the other
  uint32_t count;
} zone_list_t;

/*@ predicate zones_readable(zone_list_t *list) =
  @   \valid_read(list) && span_readable(list->names);
  @*/

/** Returns kHardenedTrue if `name` is in `list`, else kHardenedFalse. */
/*@ requires zones_readable(list) && span_readable(name);
  @ assigns \nothing;
  @*/
WARN_UNUSED_RESULT
hardened_bool_t zones_contains(const zone_list_t *list, byte_span_t name);

/**
 * Returns kHardenedTrue if every zone of `required` is in `proven` (always so
 * for an absent `required`), else kHardenedFalse.
 */
/*@ requires zones_readable(required) && zones_readable(proven);
  @ assigns \nothing;
  @*/
WARN_UNUSED_RESULT
hardened_bool_t zones_all_in(const zone_list_t *required,
                             const zone_list_t *proven);

/**
 * Returns kHardenedTrue if some zone of `required` is in `proven`, else
 * kHardenedFalse (always so for an absent `required`).
 */
/*@ requires zones_readable(required) && zones_readable(proven);
  @ assigns \nothing;
  @*/
WARN_UNUSED_RESULT
hardened_bool_t zones_any_in(const zone_list_t *required,
                             const zone_list_t *proven);

// -----------------------------------------------------------------------------
// Licence and location result
// -----------------------------------------------------------------------------
//
// Zone lists point into the payload: these live no longer than the buffer.

/** How a token is bound to its one use. */
typedef enum claims_freshness {
  // sparse_words.py --count 3 --distance 16 --seed 11
  kClaimsFreshnessNone = 0x39e792b6,
  kClaimsFreshnessNonce = 0x764c8846,
  kClaimsFreshnessSequence = 0x3b9a6be0,
} claims_freshness_t;

/** The claims of a licence. */
typedef struct licence {
  uint64_t expires;     // seconds since 1970
  uint64_t not_before;  // seconds since 1970
  uint64_t issued_at;   // seconds since 1970
  uint64_t epoch;       // sequence form, else 0
  uint64_t sequence;    // sequence form, else 0
  uint64_t cycles;      // allowance in engine cycles
  uint32_t seconds;     // allowance in seconds, UINT32_MAX if unlimited
  uint32_t freshness;   // kClaimsFreshnessNonce or kClaimsFreshnessSequence
  zone_list_t required_inside;
  zone_list_t required_excluded;
  uint8_t cti[kClaimsCtiBytes];
  uint8_t nonce[kClaimsNonceBytes];  // nonce form, else zero
  uint8_t ueid[kCoseUeidBytes];
  uint8_t location_digest[kClaimsDigestBytes];
  uint8_t zone_set[kClaimsZoneSetBytes];
} licence_t;

/** Parses the payload of a licence. */
/*@ requires span_readable(payload) && \valid(out);
  @ requires \separated(out, payload.data + (0 .. payload.size - 1));
  @ assigns *out;
  @ ensures \result == kErrorOk ==>
  @   span_readable(out->required_inside.names) &&
  @   span_within(out->required_inside.names, payload);
  @ ensures \result == kErrorOk ==>
  @   span_readable(out->required_excluded.names) &&
  @   span_within(out->required_excluded.names, payload);
  @*/
WARN_UNUSED_RESULT
rom_error_t claims_parse_licence(byte_span_t payload, licence_t *out);

/** The claims of a location result. */
typedef struct location {
  uint64_t expires;    // seconds since 1970
  uint64_t issued_at;  // seconds since 1970
  uint32_t method;     // 1 to 3
  uint32_t freshness;  // kClaimsFreshnessNonce or kClaimsFreshnessNone
  zone_list_t proven_inside;
  zone_list_t proven_excluded;
  uint8_t nonce[kClaimsNonceBytes];  // zero if absent
  uint8_t ueid[kCoseUeidBytes];
  uint8_t zone_set[kClaimsZoneSetBytes];
} location_t;

/** Parses the payload of a location result. */
/*@ requires span_readable(payload) && \valid(out);
  @ requires \separated(out, payload.data + (0 .. payload.size - 1));
  @ assigns *out;
  @ ensures \result == kErrorOk ==> span_readable(out->proven_inside.names) &&
  @   span_within(out->proven_inside.names, payload);
  @ ensures \result == kErrorOk ==> span_readable(out->proven_excluded.names) &&
  @   span_within(out->proven_excluded.names, payload);
  @*/
WARN_UNUSED_RESULT
rom_error_t claims_parse_location(byte_span_t payload, location_t *out);

/** The text of claim 265 of a token, without a terminating zero. */
/*@ requires typ <= kCoseTypEvidence;
  @ assigns \nothing;
  @ ensures span_readable(\result);
  @*/
byte_span_t claims_profile(cose_typ_t typ);

#endif  // MOORING_INCLUDE_MOORING_CLAIMS_H_

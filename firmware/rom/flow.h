// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// The flow counter of a decision. Each stage adds its own word when it has
// been passed; before the record is written and again before the gate opens
// the sum must be that of all stages. A stage that a fault jumped over is
// missing in the sum, however the jump was made.

#ifndef MOORING_ROM_FLOW_H_
#define MOORING_ROM_FLOW_H_

#include <stdint.h>

#include "mooring/claims.h"

// sparse_words.py --count 10 --distance 12 --seed 41
#define FLOW_FRAMES UINT32_C(0x30c54930)
#define FLOW_LOCATION_KEY UINT32_C(0x2a86577c)
#define FLOW_TOKEN_KEY UINT32_C(0x1d8834c0)
#define FLOW_RUN UINT32_C(0x7f0d8a1a)
#define FLOW_CLAIMS UINT32_C(0x7374eb50)
#define FLOW_CHIP UINT32_C(0x74f87e7c)
#define FLOW_FRESHNESS UINT32_C(0x315c50ac)
#define FLOW_TIME UINT32_C(0x49f9e7e3)
#define FLOW_LOCATION UINT32_C(0x46caa728)
#define FLOW_LIMITS UINT32_C(0x5da5dcae)
// sparse_words.py --count 3 --distance 12 --seed 42
#define FLOW_DIGESTS UINT32_C(0x51d8bcce)
#define FLOW_DURABLE UINT32_C(0x0e4018bf)
#define FLOW_ORDER UINT32_C(0x03338d68)

// One judgement of a licence, made three times.
#define FLOW_JUDGEMENT                                                    \
  (FLOW_CLAIMS + FLOW_CHIP + FLOW_FRESHNESS + FLOW_TIME + FLOW_LOCATION + \
   FLOW_LIMITS)

// The roles of the two keys that were found.
#define FLOW_ROLES \
  ((uint32_t)kClaimsRoleLicence + (uint32_t)kClaimsRoleLocation)

// Up to the commit; two frames and two keys before each pair of runs.
#define FLOW_LICENCE_VERIFIED                                            \
  (2 * (FLOW_FRAMES + FLOW_LOCATION_KEY + FLOW_TOKEN_KEY + FLOW_ROLES) + \
   4 * FLOW_RUN + 3 * FLOW_JUDGEMENT + FLOW_DIGESTS)
#define FLOW_LICENCE_DURABLE (FLOW_LICENCE_VERIFIED + FLOW_DURABLE)

// A trust list has one frame and one key; it, too, is judged three times.
#define FLOW_TRUST_VERIFIED                        \
  (2 * (FLOW_FRAMES + FLOW_TOKEN_KEY + FLOW_RUN) + \
   3 * (FLOW_CLAIMS + FLOW_ORDER) + FLOW_DIGESTS)
#define FLOW_TRUST_DURABLE (FLOW_TRUST_VERIFIED + FLOW_DURABLE)

#endif  // MOORING_ROM_FLOW_H_

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "backends/backend.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "backends/portable.h"
#include "prepared/comb.h"
#include "x86_64/comb_ifma.h"
#include "x86_64/cpu.h"
#include "x86_64/sha512_lanes.h"
#include "x86_64/target.h"
#include "x86_64/verify_ifma.h"
#include "x86_64/verify_many.h"

static const verify_backend_t kBackends[] = {
    {
        .name = "portable",
        .needs = 0,
        .verify = ed25519_verify_portable,
        .verify_many = ed25519_verify_many_portable,
        .challenges = ed25519_challenges_portable,
        .judge_combs = comb_judge_portable,
    },
#if MOORING_X86_64
    {
        .name = "avx2",
        .needs = kCpuAvx2,
        .verify = ed25519_verify_portable,
        .verify_many = ed25519_verify_many_avx2,
        .challenges = ed25519_challenges_avx2,
        .judge_combs = comb_judge_portable,
    },
    {
        .name = "ifma",
        .needs = kCpuAvx2 | kCpuIfma,
        .verify = ed25519_verify_ifma,
        .verify_many = ed25519_verify_many_ifma,
        .challenges = ed25519_challenges_ifma,
        .judge_combs = comb_judge_ifma,
    },
#endif
};

size_t verify_backend_count(void) {
  return sizeof kBackends / sizeof kBackends[0];
}

const verify_backend_t *verify_backend_at(size_t index) {
  return index < verify_backend_count() ? &kBackends[index] : NULL;
}

const verify_backend_t *verify_backend_find(const char *name,
                                            uint32_t features) {
  const bool any = name == NULL || name[0] == '\0';
  for (size_t i = verify_backend_count(); i-- > 0;) {
    const verify_backend_t *const backend = &kBackends[i];
    if ((backend->needs & ~features) == 0 &&
        (any || strcmp(backend->name, name) == 0)) {
      return backend;
    }
  }
  return NULL;
}

// -----------------------------------------------------------------------------
// What is asked once. Threads that ask at the same time find the same answer.
// -----------------------------------------------------------------------------

uint32_t cpu_features(void) {
  enum { kAsked = 1u << 30 };
  static _Atomic uint32_t known;
  uint32_t found = atomic_load_explicit(&known, memory_order_relaxed);
  if (found == 0) {
    found = cpu_detect() | kAsked;
    atomic_store_explicit(&known, found, memory_order_relaxed);
  }
  return found & ~(uint32_t)kAsked;
}

static const char *wanted(void) {
#if defined(MOORING_FORCE_32BIT)
  // A stand-in for a ROM, linked beside a host's core: the name is for that.
  return NULL;
#else
  return getenv("MOORING_VERIFY_BACKEND");
#endif
}

const verify_backend_t *verify_backend_chosen(void) {
  static const verify_backend_t kNone;
  static const verify_backend_t *_Atomic chosen;
  const verify_backend_t *found =
      atomic_load_explicit(&chosen, memory_order_relaxed);
  if (found == NULL) {
    found = verify_backend_find(wanted(), cpu_features());
    if (found == NULL) {
      found = &kNone;
    }
    atomic_store_explicit(&chosen, found, memory_order_relaxed);
  }
  return found == &kNone ? NULL : found;
}

verify_status_t verify_with(const verify_backend_t *backend,
                            const uint8_t key[kEd25519KeyBytes],
                            const uint8_t *message, size_t message_len_bytes,
                            const uint8_t signature[kEd25519SignatureBytes]) {
  return backend->verify(key, message, message_len_bytes, signature);
}

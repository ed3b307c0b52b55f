// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Where the time of a verification by AVX-512 IFMA goes, phase by phase.
//
// A build with COUNT=1 prints how many VPMADD52 each phase executes; one
// without prints the least ticks of the time stamp counter that it took, and
// the ticks of what tells the machine: additions that depend on each other take
// a cycle of the core each, multiplications that do not as long as the ports
// need.
//
// Output: a line for each phase, `kernel,phase,number`.

#include <immintrin.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <x86intrin.h>

#ifndef COUNT
#define COUNT 0
#endif

#if COUNT
static uint64_t multiplications;
#define _mm256_madd52lo_epu64(sum, a, b) \
  (multiplications++, (_mm256_madd52lo_epu64)(sum, a, b))
#define _mm256_madd52hi_epu64(sum, a, b) \
  (multiplications++, (_mm256_madd52hi_epu64)(sum, a, b))
#define _mm512_madd52lo_epu64(sum, a, b) \
  (multiplications++, (_mm512_madd52lo_epu64)(sum, a, b))
#define _mm512_madd52hi_epu64(sum, a, b) \
  (multiplications++, (_mm512_madd52hi_epu64)(sum, a, b))
#endif

// Their phases are static.
// NOLINTBEGIN(bugprone-suspicious-include)
#include "x86_64/verify_ifma.c"
#include "x86_64/verify_many_ifma.c"
// NOLINTEND(bugprone-suspicious-include)

enum { kSignatures = kLanes, kMessageBytes = 300, kRounds = COUNT ? 1 : 2000 };

static uint8_t keys[kSignatures][kEd25519KeyBytes];
static uint8_t signatures[kSignatures][kEd25519SignatureBytes];
static uint8_t messages[kSignatures][kMessageBytes];
static size_t offsets[kSignatures + 1];
static volatile unsigned sink;

// What a phase made is used, as far as the compiler can tell.
#define USE(made) __asm__ volatile("" : : "r"(made) : "memory")

static uint64_t now(void) {
#if COUNT
  return multiplications;
#else
  unsigned processor;
  _mm_lfence();
  const uint64_t ticks = __rdtscp(&processor);
  _mm_lfence();
  return ticks;
#endif
}

static void report(const char *kernel, const char *phase, uint64_t number) {
  printf("%s,%s,%" PRIu64 "\n", kernel, phase, number);
}

// Runs a phase often, and reports its least number.
#define PHASE(kernel, phase, work)                       \
  do {                                                   \
    uint64_t least = UINT64_MAX;                         \
    for (unsigned round = 0; round < kRounds; round++) { \
      const uint64_t begin = now();                      \
      work;                                              \
      const uint64_t taken = now() - begin;              \
      least = taken < least ? taken : least;             \
    }                                                    \
    report(kernel, phase, least);                        \
  } while (0)

MOORING_TARGET_BEGIN(MOORING_TARGET_IFMA)

static void double_often(point4_t *point, int times) {
  for (int i = 0; i < times; i++) {
    point4_double(point, point);
  }
}

static void challenge(uint8_t digest[kSha512DigestBytes], unsigned i) {
  sha512_t hash;
  sha512_init(&hash);
  sha512_update(&hash, signatures[i], kEd25519RBytes);
  sha512_update(&hash, keys[i], kEd25519KeyBytes);
  sha512_update(&hash, messages[i], kMessageBytes);
  sha512_final(&hash, digest);
}

static void one(void) {
  uint8_t digest[kSha512DigestBytes];
  uint8_t k[kScalarBytes];
  affine_pair_t pair;
  odd_multiples_t multiples[2];
  digit_rows_t rows;
  point4_t sum;
  const uint8_t *const s = signatures[0] + kEd25519RBytes;

  PHASE("single", "bytes checked",
        sink = quick_check(keys[0], signatures[0]) == kEd25519Ok);
  PHASE("single", "hash", challenge(digest, 0));
  PHASE("single", "scalars", {
    scalar_reduce(k, digest);
    recode_all(&rows, s, k);
    USE(&rows);
  });
  PHASE("single", "decompression",
        sink = decode_pair(&pair, keys[0], signatures[0]));
  PHASE("single", "tables", {
    make_multiples(multiples, &pair);
    USE(multiples);
  });
  point4_set_neutral(&sum);
  PHASE("single", "doublings", {
    double_often(&sum, rows.top + 1);
    USE(&sum);
  });
  PHASE("single", "doublings, additions, comparison",
        sink = equation_holds(s, k, multiples));
  PHASE("single", "all",
        sink = ed25519_verify_ifma(keys[0], messages[0], kMessageBytes,
                                   signatures[0]) == kVerifyOk);
}

static void many(void) {
  uint8_t digests[kSignatures][kSha512DigestBytes];
  uint8_t k[kLanes][kScalarBytes];
  verify_lane_t items[kVerifyMostLanes];
  lanes_words_t words[2];
  lanes_scalars_t scalars;
  lanes_affine_t points[2];
  lanes_table_t tables[2];
  lanes_factors_t factors;
  uint8_t verdicts[kSignatures];
  unsigned signs[2] = {0, 0};

  PHASE("lanes", "hash",
        ed25519_challenges_ifma(kSignatures, keys[0], signatures[0],
                                messages[0], offsets, digests));
  for (unsigned lane = 0; lane < kLanes; lane++) {
    items[lane].index = lane;
    items[lane].key = keys[lane];
    items[lane].signature = signatures[lane];
    memcpy(items[lane].digest, digests[lane], sizeof items[lane].digest);
    signs[0] |= lanes_read(&words[0], lane, keys[lane]);
    signs[1] |= lanes_read(&words[1], lane, signatures[lane]);
  }
  PHASE("lanes", "scalars", {
    for (unsigned lane = 0; lane < kLanes; lane++) {
      scalar_reduce(k[lane], digests[lane]);
    }
    lane_scalars(&scalars, items, k);
    USE(&scalars);
  });
  const lane_mask_t masks[2] = {lane_mask_of(signs[0]), lane_mask_of(signs[1])};
  PHASE("lanes", "decompression",
        sink = lane_mask_bits(lanes_decode_negated(points, words, masks)));
  PHASE("lanes", "tables", {
    lanes_fill(&tables[0], &points[0]);
    lanes_fill(&tables[1], &points[1]);
    USE(tables);
  });
  factors.e = lane_set(kLanesZero);
  factors.f = lane_set(kLanesOne);
  factors.g = lane_set(kLanesOne);
  factors.h = lane_set(kLanesOne);
  PHASE("lanes", "doublings", {
    lanes_double_times(&factors, kLanesWindow * (scalars.digit_count - 1));
    USE(&factors);
  });
  PHASE("lanes", "doublings, additions, comparison",
        sink = lane_mask_bits(lanes_sum_is_neutral(tables, &scalars)));
  PHASE("lanes", "all",
        ed25519_verify_many_ifma(kSignatures, keys[0], signatures[0],
                                 messages[0], offsets, verdicts));
  for (unsigned i = 0; i < kSignatures; i++) {
    sink += verdicts[i];
  }
}

// A million VPMADD52 of which twelve at a time depend on nothing: what the
// ports do at best.
#define MULTIPLY_OFTEN(vector, zero, multiply)               \
  do {                                                       \
    vector sums[12];                                         \
    for (unsigned i = 0; i < 12; i++) {                      \
      sums[i] = zero();                                      \
      __asm__ volatile("" : "+v"(sums[i])); /* all differ */ \
    }                                                        \
    for (unsigned i = 0; i < 1000000 / 12; i++) {            \
      for (unsigned j = 0; j < 12; j++) {                    \
        sums[j] = multiply(sums[j], sums[j], sums[j]);       \
      }                                                      \
    }                                                        \
    USE(sums);                                               \
  } while (0)

static void add_often(void) {
  uint64_t sum = 0;
  for (unsigned i = 0; i < 1000000; i++) {
    __asm__ volatile("add $1, %0" : "+r"(sum));
  }
}

static void ports(void) {
  PHASE("machine", "a million dependent additions", add_often());
  PHASE("machine", "a million multiplications in 256 bits",
        MULTIPLY_OFTEN(__m256i, _mm256_setzero_si256, _mm256_madd52lo_epu64));
  PHASE("machine", "a million multiplications in 512 bits",
        MULTIPLY_OFTEN(__m512i, _mm512_setzero_si512, _mm512_madd52lo_epu64));
}

MOORING_TARGET_END

// Standard input: for each signature its key, itself and its message.
int main(void) {
  for (unsigned i = 0; i < kSignatures; i++) {
    if (fread(keys[i], sizeof keys[i], 1, stdin) != 1 ||
        fread(signatures[i], sizeof signatures[i], 1, stdin) != 1 ||
        fread(messages[i], sizeof messages[i], 1, stdin) != 1) {
      return 1;
    }
    offsets[i + 1] = (i + 1) * sizeof messages[i];
    if (ed25519_verify_ifma(keys[i], messages[i], kMessageBytes,
                            signatures[i]) != kVerifyOk) {
      return 2;
    }
  }
  one();
  many();
  ports();
  return 0;
}

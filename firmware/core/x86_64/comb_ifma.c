// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

#include "x86_64/comb_ifma.h"

#include <string.h>

#include "mooring/ed25519.h"
#include "prepared/inverse.h"
#include "x86_64/comb_lanes.h"
#include "x86_64/target.h"

#if MOORING_X86_64

MOORING_TARGET_BEGIN(MOORING_TARGET_IFMA)

enum {
  kScalarWords = 4,
  kMaxGroups = 16,  // of eight signatures that share one inversion
  kFewest = 4,      // below it, one after the other is quicker
};

// -----------------------------------------------------------------------------
// Scalars
// -----------------------------------------------------------------------------

// The sum of half a window in each window but the last (comb_digits()).
typedef struct bias {
  uint64_t word[kScalarWords];
} bias_t;

static bias_t bias_of(unsigned window) {
  bias_t out = {{0}};
  for (unsigned j = 0; j + 1 < comb_windows(window); j++) {
    const unsigned bit = window * j + window - 1;
    out.word[bit / 64] |= UINT64_C(1) << (bit % 64);
  }
  return out;
}

static void add_bias(uint64_t out[kScalarWords], const uint8_t *scalar,
                     const bias_t *bias) {
  unsigned char carry = 0;
  for (unsigned i = 0; i < kScalarWords; i++) {
    unsigned long long sum;
    uint64_t word;
    memcpy(&word, scalar + 8 * i, sizeof word);
    carry = _addcarry_u64(carry, word, bias->word[i], &sum);
    out[i] = sum;
  }
}

// -----------------------------------------------------------------------------
// Field elements between lanes and words
// -----------------------------------------------------------------------------

static void lane_to_fe(fe_t *out, const fe8_t *a, unsigned lane) {
  uint64_t limb[kFe8Limbs];
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    uint64_t row[kFe8Lanes];
    _mm512_storeu_si512(row, a->limb[i]);
    limb[i] = i < kFe8Limbs - 1 ? row[lane] & COMB_LIMB_MASK : row[lane];
  }
  out->limb[0] = limb[0] & FE_LIMB_MASK;
  for (unsigned i = 1; i < kFeLimbs; i++) {
    out->limb[i] = limb[i - 1] >> (kCombLimbBits - i) | limb[i] << i;
    // The last limb keeps what exceeds 255 bits; it is within two units.
    out->limb[i] &= i < kFeLimbs - 1 ? FE_LIMB_MASK : UINT64_MAX;
  }
}

static void words_to_lane(uint64_t rows[kFe8Limbs][kFe8Lanes], unsigned lane,
                          const fe_t *a) {
  uint8_t bytes[kFeBytes];
  uint64_t word[kScalarWords];
  fe_to_bytes(bytes, a);
  memcpy(word, bytes, sizeof word);
  rows[0][lane] = word[0] & COMB_LIMB_MASK;
  rows[1][lane] = (word[0] >> 52 | word[1] << 12) & COMB_LIMB_MASK;
  rows[2][lane] = (word[1] >> 40 | word[2] << 24) & COMB_LIMB_MASK;
  rows[3][lane] = (word[2] >> 28 | word[3] << 36) & COMB_LIMB_MASK;
  rows[4][lane] = word[3] >> 16;
}

static fe8_t load_rows(uint64_t rows[kFe8Limbs][kFe8Lanes]) {
  fe8_t out;
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    out.limb[i] = _mm512_loadu_si512(rows[i]);
  }
  return out;
}

// -----------------------------------------------------------------------------
// One signature: eight windows at a time, then the sum of the lanes
// -----------------------------------------------------------------------------

// Adds the windows of one scalar, eight in each round.
static void add_windows(sum8_t *sum, const comb_t *comb, const uint8_t *scalar,
                        __m512i *damage) {
  const bias_t bias = bias_of(comb->window);
  uint64_t words[kFe8Lanes] = {0};
  add_bias(words, scalar, &bias);
  const __m512i all_words = _mm512_loadu_si512(words);
  const __m512i entries = fe8_constant((uintptr_t)comb->entries);
  const __m512i seed = fe8_constant(comb->seed);
  const unsigned windows = comb_windows(comb->window);
  __m512i index = _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0);
  for (unsigned j = 0; j < windows; j += kFe8Lanes) {
    const __m512i word = _mm512_srli_epi64(
        _mm512_mullo_epi32(index, fe8_constant(comb->window)), 6);
    const __m512i low = _mm512_permutexvar_epi64(word, all_words);
    const __m512i high = _mm512_permutexvar_epi64(
        _mm512_add_epi64(word, fe8_constant(1)), all_words);
    pick8_t pick = pick8_from_bits(comb, low, high, index, entries);
    // Beyond the last window: the first entry, which is neutral.
    const __mmask8 used = _mm512_cmplt_epi64_mask(index, fe8_constant(windows));
    pick.place = _mm512_maskz_mov_epi64(used, pick.place);
    pick.address = _mm512_mask_mov_epi64(entries, used, pick.address);
    pick.negative &= used;
    factors8_t factors;
    sum8_add(&factors, sum, &pick, seed, damage);
    sum8_finish(sum, &factors);
    index = _mm512_add_epi64(index, fe8_constant(kFe8Lanes));
  }
}

static fe8_t rotate(const fe8_t *a, unsigned lanes) {
  const __m512i index = _mm512_and_si512(
      _mm512_add_epi64(_mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0),
                       fe8_constant(lanes)),
      fe8_constant(kFe8Lanes - 1));
  fe8_t out;
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    out.limb[i] = _mm512_permutexvar_epi64(index, a->limb[i]);
  }
  return out;
}

// Adds up the lanes; every lane of the result is the sum of all.
static void add_lanes(factors8_t *out, sum8_t *sum) {
  static const uint64_t kTwoD[kFe8Limbs] = {0x69b9426b2f159, 0x9a8283b156ebd,
                                            0xef3d13000e014, 0xfce7198e80f2e,
                                            0x2406d9dc56df};
  fe8_t two_d;
  for (unsigned i = 0; i < kFe8Limbs; i++) {
    two_d.limb[i] = fe8_constant(kTwoD[i]);
  }
  for (unsigned distance = kFe8Lanes / 2;; distance /= 2) {
    const fe8_sum_t t2d = fe8_multiply(&sum->t, &two_d);
    const fe8_t t_here = fe8_carry(&t2d);
    const fe8_t z_here = fe8_carry(&sum->z);
    const fe8_t minus = rotate(&sum->minus, distance);
    const fe8_t plus = rotate(&sum->plus, distance);
    const fe8_t t = rotate(&sum->t, distance);
    const fe8_t z = rotate(&z_here, distance);
    const fe8_sum_t a = fe8_multiply(&sum->minus, &minus);
    const fe8_sum_t b = fe8_multiply_raised(&sum->plus, &plus);
    const fe8_sum_t c = fe8_multiply(&t_here, &t);
    const fe8_sum_t zz = fe8_multiply_raised(&z_here, &z);
    const fe8_sum_t d = fe8_add(&zz, &zz);
    factors8_from(out, &a, &b, &c, &d);
    if (distance == 1) {
      return;
    }
    sum8_finish(sum, out);
  }
}

// Whether the affine point x, y, not yet canonical, is encoded as R.
static bool is_encoded_as(const fe_t *x, const fe_t *y, const uint8_t *r) {
  uint8_t x_bytes[kFeBytes];
  uint8_t encoded[kPointBytes];
  uint64_t found[kScalarWords];
  uint64_t expected[kScalarWords];
  uint64_t difference = 0;
  fe_to_bytes(x_bytes, x);
  fe_to_bytes(encoded, y);
  encoded[kPointBytes - 1] |= (uint8_t)(x_bytes[0] << 7);
  memcpy(found, encoded, sizeof found);
  memcpy(expected, r, sizeof expected);
  for (unsigned i = 0; i < kScalarWords; i++) {
    difference |= found[i] ^ expected[i];
  }
  return difference == 0;
}

static comb_outcome_t judge_one(const comb_item_t *item) {
  sum8_t sum;
  factors8_t factors;
  __m512i damage = _mm512_setzero_si512();
  sum8_set_neutral(&sum);
  add_windows(&sum, comb_base(), item->signature + kEd25519RBytes, &damage);
  add_windows(&sum, item->minus_a, item->k, &damage);
  if (damaged_lanes(damage) != 0) {
    return kCombDamaged;
  }
  add_lanes(&factors, &sum);
  fe_t e;
  fe_t f;
  fe_t g;
  fe_t h;
  fe_t z;
  lane_to_fe(&e, &factors.e, 0);
  lane_to_fe(&f, &factors.f, 0);
  lane_to_fe(&g, &factors.g, 0);
  lane_to_fe(&h, &factors.h, 0);
  // X / Z = E / G and Y / Z = H / F, by one inverse of FG.
  fe_mul(&z, &f, &g);
  inverse_of(&z, &z);
  fe_mul(&e, &e, &f);
  fe_mul(&e, &e, &z);
  fe_mul(&h, &h, &g);
  fe_mul(&h, &h, &z);
  return is_encoded_as(&e, &h, item->signature) ? kCombEquals : kCombDiffers;
}

// -----------------------------------------------------------------------------
// Eight signatures side by side
// -----------------------------------------------------------------------------

// Scalars word by word, with one word of zeros for windows that end beyond.
typedef struct scalars8 {
  uint64_t word[kScalarWords + 1][kFe8Lanes];
} scalars8_t;

static void set_scalar(scalars8_t *out, unsigned lane, const uint8_t *scalar,
                       const bias_t *bias) {
  uint64_t words[kScalarWords];
  add_bias(words, scalar, bias);
  for (unsigned i = 0; i < kScalarWords; i++) {
    out->word[i][lane] = words[i];
  }
  out->word[kScalarWords][lane] = 0;
}

static pick8_t pick_window(const comb_t *comb, const scalars8_t *scalars,
                           unsigned j, __m512i entries) {
  const unsigned word = comb->window * j / 64;
  return pick8_from_bits(comb, _mm512_loadu_si512(scalars->word[word]),
                         _mm512_loadu_si512(scalars->word[word + 1]),
                         fe8_constant(j), entries);
}

static void prefetch(const pick8_t *pick) {
  uint64_t address[kFe8Lanes];
  _mm512_storeu_si512(address, pick->address);
  for (unsigned lane = 0; lane < kFe8Lanes; lane++) {
    const char *const entry = (const char *)(uintptr_t)address[lane];
    _mm_prefetch(entry, _MM_HINT_T0);
    _mm_prefetch(entry + sizeof(comb_entry_t) / 2, _MM_HINT_T0);
  }
}

// The eight sums [S]B - [k]A of up to eight items with combs of one size; lanes
// beyond the last repeat it.
static void sum_group(factors8_t *out, const comb_item_t *items, unsigned count,
                      __mmask8 *damaged) {
  const comb_t *const base = comb_base();
  const comb_t *const first = items->minus_a;
  const bias_t s_bias = bias_of(base->window);
  const bias_t k_bias = bias_of(first->window);
  scalars8_t s;
  scalars8_t k;
  uint64_t entries[kFe8Lanes];
  uint64_t seeds[kFe8Lanes];
  for (unsigned lane = 0; lane < kFe8Lanes; lane++) {
    const comb_item_t *const item = &items[lane < count ? lane : count - 1];
    set_scalar(&s, lane, item->signature + kEd25519RBytes, &s_bias);
    set_scalar(&k, lane, item->k, &k_bias);
    entries[lane] = (uintptr_t)item->minus_a->entries;
    seeds[lane] = item->minus_a->seed;
  }
  const __m512i s_entries = fe8_constant((uintptr_t)base->entries);
  const __m512i s_seed = fe8_constant(base->seed);
  const __m512i k_entries = _mm512_loadu_si512(entries);
  const __m512i k_seed = _mm512_loadu_si512(seeds);
  const unsigned s_windows = comb_windows(base->window);
  const unsigned windows = s_windows + comb_windows(first->window);
  __m512i damage = _mm512_setzero_si512();
  sum8_t sum;
  sum8_set_neutral(&sum);
  pick8_t next = pick_window(base, &s, 0, s_entries);
  for (unsigned j = 0;; j++) {
    const pick8_t pick = next;
    if (j + 1 < windows) {
      next = j + 1 < s_windows
                 ? pick_window(base, &s, j + 1, s_entries)
                 : pick_window(first, &k, j + 1 - s_windows, k_entries);
      prefetch(&next);
    }
    sum8_add(out, &sum, &pick, j < s_windows ? s_seed : k_seed, &damage);
    if (j + 1 == windows) {
      break;
    }
    sum8_finish(&sum, out);
  }
  *damaged = damaged_lanes(damage);
}

// X, Y, Z and the product of all Z up to this group's.
typedef struct group {
  fe8_t x, y, z, product;
  const comb_item_t *items;
  unsigned count;
  __mmask8 damaged;
} group_t;

static void multiply_carried(fe8_t *out, const fe8_t *a, const fe8_t *b) {
  const fe8_sum_t product = fe8_multiply(a, b);
  *out = fe8_carry(&product);
}

// Inverts eight elements, none of which is 0, by one inversion.
static fe8_t invert_lanes(const fe8_t *a) {
  fe_t element[kFe8Lanes];
  fe_t product[kFe8Lanes];
  fe_t inverse;
  uint64_t rows[kFe8Limbs][kFe8Lanes];
  for (unsigned lane = 0; lane < kFe8Lanes; lane++) {
    lane_to_fe(&element[lane], a, lane);
  }
  product[0] = element[0];
  for (unsigned lane = 1; lane < kFe8Lanes; lane++) {
    fe_mul(&product[lane], &product[lane - 1], &element[lane]);
  }
  inverse_of(&inverse, &product[kFe8Lanes - 1]);
  for (unsigned lane = kFe8Lanes; lane-- > 0;) {
    fe_t out = inverse;
    if (lane > 0) {
      fe_mul(&out, &inverse, &product[lane - 1]);
      fe_mul(&inverse, &inverse, &element[lane]);
    }
    words_to_lane(rows, lane, &out);
  }
  return load_rows(rows);
}

static void judge_groups(group_t *groups, unsigned count, uint8_t *outcomes) {
  for (unsigned i = 0; i < count; i++) {
    groups[i].product = groups[i].z;
    if (i > 0) {
      multiply_carried(&groups[i].product, &groups[i - 1].product,
                       &groups[i].z);
    }
  }
  fe8_t inverse = invert_lanes(&groups[count - 1].product);
  for (unsigned i = count; i-- > 0;) {
    group_t *const group = &groups[i];
    fe8_t z_inverse = inverse;
    if (i > 0) {
      multiply_carried(&z_inverse, &inverse, &groups[i - 1].product);
      multiply_carried(&inverse, &inverse, &group->z);
    }
    multiply_carried(&group->x, &group->x, &z_inverse);
    multiply_carried(&group->y, &group->y, &z_inverse);
  }
  for (unsigned i = 0; i < count; i++) {
    const group_t *const group = &groups[i];
    for (unsigned lane = 0; lane < group->count; lane++) {
      fe_t x;
      fe_t y;
      lane_to_fe(&x, &group->x, lane);
      lane_to_fe(&y, &group->y, lane);
      const comb_outcome_t outcome =
          is_encoded_as(&x, &y, group->items[lane].signature) ? kCombEquals
                                                              : kCombDiffers;
      *outcomes++ =
          (uint8_t)((group->damaged >> lane & 1) != 0 ? kCombDamaged : outcome);
    }
  }
}

static unsigned group_length(const comb_item_t *items, size_t count) {
  unsigned length = 1;
  while (length < count && length < kFe8Lanes &&
         items[length].minus_a->window == items->minus_a->window) {
    length++;
  }
  return length;
}

void comb_judge_ifma(const comb_item_t *items, size_t count,
                     uint8_t *outcomes) {
  group_t groups[kMaxGroups];
  while (count > 0) {
    unsigned used = 0;
    size_t taken = 0;
    while (used < kMaxGroups && taken < count) {
      group_t *const group = &groups[used];
      const unsigned length = group_length(items + taken, count - taken);
      if (length < kFewest) {
        break;
      }
      factors8_t factors;
      group->items = items + taken;
      group->count = length;
      sum_group(&factors, group->items, length, &group->damaged);
      multiply_carried(&group->x, &factors.e, &factors.f);
      multiply_carried(&group->y, &factors.g, &factors.h);
      multiply_carried(&group->z, &factors.f, &factors.g);
      taken += length;
      used++;
    }
    if (used > 0) {
      judge_groups(groups, used, outcomes);
    } else {
      *outcomes = (uint8_t)judge_one(items);
      taken = 1;
    }
    items += taken;
    outcomes += taken;
    count -= taken;
  }
}

MOORING_TARGET_END

#endif

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// SHA-512's compression of one block in each lane of a vector, for any vector.
//
// Who includes this has defined, for its instruction set, the type `vector_t`
// of 64-bit lanes and the functions
//
//   vector_add                     x + y
//   vector_splat                   a word in every lane
//   vector_sum0, vector_sum1       [FIPS 180-4 §4.1.3] (4.10), (4.11)
//   vector_sigma0, vector_sigma1   (4.12), (4.13)
//   vector_choose, vector_majority (4.8), (4.9)

// One round [§6.4.2 step 3]. Instead of moving a to b, b to c and so on, the
// names rotate: in round t the variable "a" is v[-t mod 8].
static inline void vector_round(vector_t v[kSha2StateWords], unsigned t,
                                vector_t constant_plus_word) {
  const vector_t e = v[(4u - t) & 7];
  const vector_t a = v[(0u - t) & 7];
  vector_t t1 = vector_add(v[(7u - t) & 7], constant_plus_word);
  t1 = vector_add(t1, vector_choose(e, v[(5u - t) & 7], v[(6u - t) & 7]));
  t1 = vector_add(t1, vector_sum1(e));
  v[(3u - t) & 7] = vector_add(v[(3u - t) & 7], t1);
  t1 = vector_add(t1, vector_majority(a, v[(1u - t) & 7], v[(2u - t) & 7]));
  v[(7u - t) & 7] = vector_add(t1, vector_sum0(a));
}

// The message schedule in place, 16 words at a time [§6.4.2 step 1].
static inline vector_t vector_next_word(vector_t w[], unsigned t) {
  const vector_t near = vector_add(w[t & 15], w[(t + 9) & 15]);
  const vector_t far = vector_add(vector_sigma0(w[(t + 1) & 15]),
                                  vector_sigma1(w[(t + 14) & 15]));
  w[t & 15] = vector_add(near, far);
  return w[t & 15];
}

// Goes through all rounds with the message in `w`; adds nothing to what `v`
// was.
static inline void vector_rounds(vector_t v[kSha2StateWords], vector_t w[]) {
#define ROUND(t, word) \
  vector_round(v, (t), vector_add(vector_splat(k[t]), (word)))
#define SIXTEEN_ROUNDS(word)                                                  \
  ROUND(0, word(0)), ROUND(1, word(1)), ROUND(2, word(2)), ROUND(3, word(3)), \
      ROUND(4, word(4)), ROUND(5, word(5)), ROUND(6, word(6)),                \
      ROUND(7, word(7)), ROUND(8, word(8)), ROUND(9, word(9)),                \
      ROUND(10, word(10)), ROUND(11, word(11)), ROUND(12, word(12)),          \
      ROUND(13, word(13)), ROUND(14, word(14)), ROUND(15, word(15))
#define MESSAGE_WORD(t) w[t]
#define SCHEDULED_WORD(t) vector_next_word(w, (t))
  const uint64_t *k = sha2_round_constants;
  SIXTEEN_ROUNDS(MESSAGE_WORD);
  for (k += 16; k < sha2_round_constants + kSha512Rounds; k += 16) {
    SIXTEEN_ROUNDS(SCHEDULED_WORD);
  }
#undef ROUND
#undef SIXTEEN_ROUNDS
#undef MESSAGE_WORD
#undef SCHEDULED_WORD
}

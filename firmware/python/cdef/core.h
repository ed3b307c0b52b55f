// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// cffi declarations of the verification core. The structures are left open
// ("...;"): the compiler fills in what the headers say.

typedef struct sha256 { ...; } sha256_t;
typedef struct sha512 { ...; } sha512_t;
typedef struct ed25519 { ...; } ed25519_t;
typedef struct ed25519_prepared {
  uint8_t key[32];
  uint32_t check;
  ...;
} ed25519_prepared_t;

void sha256_init(sha256_t *ctx);
void sha256_update(sha256_t *ctx, const uint8_t *data, size_t len_bytes);
void sha256_final(sha256_t *ctx, uint8_t *digest);
void sha256(uint8_t *digest, const uint8_t *data, size_t len_bytes);
void sha512_init(sha512_t *ctx);
void sha384_init(sha512_t *ctx);
void sha512_update(sha512_t *ctx, const uint8_t *data, size_t len_bytes);
void sha512_final(sha512_t *ctx, uint8_t *digest);
void sha384_final(sha512_t *ctx, uint8_t *digest);
void sha512(uint8_t *digest, const uint8_t *data, size_t len_bytes);
void sha384(uint8_t *digest, const uint8_t *data, size_t len_bytes);

enum {
  kEd25519Ok = ...,
  kEd25519NotStarted = ...,
  kEd25519KeyNotCanonical = ...,
  kEd25519KeySmallOrder = ...,
  kEd25519KeyNotOnCurve = ...,
  kEd25519RNotCanonical = ...,
  kEd25519RSmallOrder = ...,
  kEd25519SOutOfRange = ...,
  kEd25519NotPrepared = ...,
  kEd25519Prepared = ...,
  ...
};

uint32_t ed25519_start(ed25519_t *ctx, const uint8_t *public_key,
                       const uint8_t *signature);
void ed25519_update(ed25519_t *ctx, const uint8_t *data, size_t len_bytes);
uint32_t ed25519_finish(ed25519_t *ctx, uint8_t *recomputed_r);
uint32_t ed25519_prepare(ed25519_prepared_t *prepared,
                         const uint8_t *public_key);
uint32_t ed25519_start_prepared(ed25519_t *ctx,
                                const ed25519_prepared_t *prepared,
                                const uint8_t *public_key,
                                const uint8_t *signature);
uint32_t ed25519_finish_prepared(ed25519_t *ctx,
                                 const ed25519_prepared_t *prepared,
                                 uint8_t *recomputed_r);

enum {
  kVerifyAlgorithmEd25519 = ...,
  kVerifyOk = ...,
  kVerifyBadSignature = ...,
  kVerifyBadKey = ...,
  kVerifyBadKeyLength = ...,
  kVerifyBadSignatureLength = ...,
  kVerifyUnknownAlgorithm = ...,
  kVerifyNoBackend = ...,
  kVerifyBadOffsets = ...,
  ...
};

uint32_t mooring_verify(int32_t algorithm, const uint8_t *key,
                        size_t key_len_bytes, const uint8_t *message,
                        size_t message_len_bytes, const uint8_t *signature,
                        size_t signature_len_bytes);
uint32_t mooring_verify_batch(int32_t algorithm, size_t count,
                              const uint8_t *keys, const uint8_t *signatures,
                              const uint8_t *messages,
                              size_t messages_len_bytes, const size_t *offsets,
                              uint32_t threads, uint8_t *verdicts);

typedef struct verify_backend {
  const char *name;
  uint32_t needs;
  uint32_t (*verify)(const uint8_t *key, const uint8_t *message,
                     size_t message_len_bytes, const uint8_t *signature);
  void (*verify_many)(size_t count, const uint8_t *keys,
                      const uint8_t *signatures, const uint8_t *messages,
                      const size_t *offsets, uint8_t *verdicts);
  void (*challenges)(size_t count, const uint8_t *keys,
                     const uint8_t *signatures, const uint8_t *messages,
                     const size_t *offsets, uint8_t (*digests)[64]);
  void (*judge_combs)(const struct comb_item *items, size_t count,
                      uint8_t *outcomes);
} verify_backend_t;

uint32_t cpu_features(void);
size_t verify_backend_count(void);
const verify_backend_t *verify_backend_at(size_t index);
const verify_backend_t *verify_backend_find(const char *name,
                                            uint32_t features);
const verify_backend_t *verify_backend_chosen(void);
uint32_t verify_with(const verify_backend_t *backend, const uint8_t *key,
                     const uint8_t *message, size_t message_len_bytes,
                     const uint8_t *signature);
uint32_t verify_batch_with(const verify_backend_t *backend, size_t count,
                           const uint8_t *keys, const uint8_t *signatures,
                           const uint8_t *messages, size_t messages_len_bytes,
                           const size_t *offsets, uint32_t threads,
                           uint8_t *verdicts);

enum {
  kCpuSha = ...,
  kCpuAvx2 = ...,
  kCpuIfma = ...,
  ...
};

typedef struct cpu_words {
  uint32_t max_leaf;
  uint32_t ecx1;
  uint32_t ebx7;
  uint32_t ecx7;
  uint32_t xcr0;
} cpu_words_t;

uint32_t cpu_features_of(const cpu_words_t *words);
uint32_t cpu_detect(void);

enum {
  kHardenedTrue = ...,
  kHardenedFalse = ...,
  kMemdiffSame = ...,
  ...
};

uint32_t hardened_memeq(const uint8_t *a, const uint8_t *b, size_t len_bytes);
uint32_t hardened_memdiff32(const uint8_t *a, const uint8_t *b,
                            size_t len_bytes);
void mooring_wipe(void *buffer, size_t len_bytes);
uint32_t launder32(uint32_t value);

enum {
  kProbeMultiply = ...,
  kProbeSquare = ...,
  kProbeInvert = ...,
  kProbePowerOfRoot = ...,
  kProbeMultiplyLoose = ...,
  kProbeSquareLoose = ...,
  kProbeEncodeLoose = ...,
  kProbeAdd = ...,
  kProbeSubtract = ...,
  kProbeWide = ...,
  ...
};

void probe_field(uint8_t *out, uint32_t operation, const uint8_t *a,
                 const uint8_t *b);
void probe_reduce(uint8_t *out, const uint8_t *wide);
int32_t probe_recode(int8_t *digits, const uint8_t *scalar,
                     uint32_t window_bits);

enum {
  kProbeNo = ...,
  kProbeYes = ...,
  kProbeAbsent = ...,
  kProbeNotAPoint = ...,
  ...
};

uint32_t probe_split(uint8_t *u, uint8_t *v, const uint8_t *k);
uint32_t probe_equation(const uint8_t *s, const uint8_t *k, const uint8_t *a,
                        const uint8_t *r);

enum {
  kProbeFe4Multiply = ...,
  kProbeFe4Square = ...,
  kProbeFe4Carry = ...,
  kProbeFe4Freeze = ...,
  kProbeFe4MultiplySmall = ...,
  kProbeFe4Subtract = ...,
  ...
};

enum {
  kProbeLanesMultiply = ...,
  kProbeLanesSquare = ...,
  kProbeLanesMixed = ...,
  kProbeLanesCarry = ...,
  kProbeLanesIsZero = ...,
  kProbeLanesIsOdd = ...,
};

void probe_fe8(uint64_t *out, uint32_t operation, const uint64_t *a,
               const uint64_t *b);
void probe_fe4_avx2(uint64_t *out, uint32_t operation, const uint64_t *a,
                    const uint64_t *b);
uint32_t probe_half8(int64_t *u, int64_t *v, const uint64_t *k);

void probe_fe4(uint64_t *out, uint32_t operation, const uint64_t *a,
               const uint64_t *b);
uint32_t probe_equation_ifma(const uint8_t *s, const uint8_t *k,
                             const uint8_t *a, const uint8_t *r);

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// cffi declarations of the verdicts on whole tokens.

typedef struct token_range {
  size_t begin;
  size_t end;
} token_range_t;

enum {
  kTokenSignerEach = ...,
  kTokenSignerAny = ...,
};

uint32_t token_verify(cose_typ_t typ, const uint8_t *key,
                      const mooring_prepared_t *prepared, byte_span_t token);
void token_key_ids(size_t count, const uint8_t *keys, uint8_t *kids);

typedef struct token_signers {
  uint32_t choice;
  size_t count;
  const uint8_t *keys;
  const uint8_t *kids;
  mooring_prepared_cache_t *cache;
  ...;
} token_signers_t;
typedef struct token_findings {
  uint32_t *words;
  token_range_t *payloads;
  uint32_t *signers;
} token_findings_t;

uint32_t token_verify_many(cose_typ_t typ, const token_signers_t *signers,
                           size_t count, byte_span_t tokens,
                           const size_t *offsets, uint32_t threads,
                           const token_findings_t *findings);

// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Mooring Authors

// Opens an instruction set for the functions between two lines:
//
//   MOORING_TARGET_BEGIN(MOORING_TARGET_AVX2)
//   static void add(...) { ... }
//   MOORING_TARGET_END
//
// So no file needs a compiler's option, a build for any x86-64 holds all of
// them, and the processor decides at run time (backends/backend.h). A file of
// this folder is empty unless MOORING_X86_64: other processors, builds of the
// 32-bit arithmetic, and builds with -DMOORING_NO_X86_64=1.
//
// System headers are included before a region begins: what they define inline
// is for any processor.

#ifndef MOORING_CORE_X86_64_TARGET_H_
#define MOORING_CORE_X86_64_TARGET_H_

#if defined(__x86_64__) && defined(__SIZEOF_INT128__) && \
    !defined(MOORING_NO_X86_64) && !defined(MOORING_FORCE_32BIT)
#define MOORING_X86_64 1
#else
#define MOORING_X86_64 0
#endif

#define MOORING_TARGET_SHA "sha,sse4.1,ssse3"
#define MOORING_TARGET_AVX2 "avx2,bmi,bmi2"
// clang-format off: the pragma takes one string, not pieces of one
#define MOORING_TARGET_IFMA "avx2,bmi,bmi2,adx,avx512f,avx512cd,avx512vl,avx512dq,avx512bw,avx512ifma,avx512vbmi"

#define MOORING_PRAGMA(text) _Pragma(#text)

#if defined(__clang__)
#define MOORING_TARGET_BEGIN(features)        \
  MOORING_PRAGMA(clang attribute push(        \
      __attribute__((target(features))), apply_to = function))
#define MOORING_TARGET_END MOORING_PRAGMA(clang attribute pop)
#else
#define MOORING_TARGET_BEGIN(features) \
  MOORING_PRAGMA(GCC push_options)     \
  MOORING_PRAGMA(GCC target(features))
#define MOORING_TARGET_END MOORING_PRAGMA(GCC pop_options)
#endif
// clang-format on

#endif  // MOORING_CORE_X86_64_TARGET_H_

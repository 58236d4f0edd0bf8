#pragma once
// Every macro of the library, and the inline namespace that keeps differently configured units apart.
//
// A program may link units compiled for different instruction sets, with and without OpenMP or with and
// without checks. Their kernels differ, so their names must: everything lives in an inline namespace
// that spells version, instruction set and configuration, and the linker can never merge two of them.

#define STRATA_VERSION_MAJOR 0
#define STRATA_VERSION_MINOR 1
#define STRATA_VERSION_PATCH 0

#if defined(__AVX512F__) && defined(__AVX512CD__) && defined(__AVX512BW__) && defined(__AVX512DQ__)
#define STRATA_INSTRUCTIONS avx512
#elif defined(__AVX512F__)
#define STRATA_INSTRUCTIONS avx512_part
#elif defined(__AVX2__) && defined(__FMA__)
#define STRATA_INSTRUCTIONS avx2_fma
#elif defined(__AVX2__)
#define STRATA_INSTRUCTIONS avx2
#elif defined(__AVX__) && defined(__FMA__)
#define STRATA_INSTRUCTIONS avx_fma
#elif defined(__AVX__)
#define STRATA_INSTRUCTIONS avx
#elif defined(__SSE4_2__)
#define STRATA_INSTRUCTIONS sse4_2
#elif defined(__SSE4_1__)
#define STRATA_INSTRUCTIONS sse4_1
#elif defined(__SSSE3__)
#define STRATA_INSTRUCTIONS ssse3
#elif defined(__SSE3__)
#define STRATA_INSTRUCTIONS sse3
#elif defined(__aarch64__)
#define STRATA_INSTRUCTIONS neon64
#else
#define STRATA_INSTRUCTIONS baseline
#endif

#if defined(_OPENMP)
#define STRATA_THREADING openmp
#else
#define STRATA_THREADING serial
#endif

/// Define STRATA_CHECKED (any value) to fill every released region of an arena with NaN.
#if defined(STRATA_CHECKED)
#define STRATA_CHECKING checked
#else
#define STRATA_CHECKING plain
#endif

#define STRATA_JOIN_EXPANDED(major, minor, a, b, c) v##major##_##minor##_##a##_##b##_##c
#define STRATA_JOIN(major, minor, a, b, c) STRATA_JOIN_EXPANDED(major, minor, a, b, c)

/// `namespace STRATA_NAMESPACE { … }` opens strata and its inline namespace.
#define STRATA_NAMESPACE                                                                                        \
  strata::inline STRATA_JOIN(STRATA_VERSION_MAJOR, STRATA_VERSION_MINOR, STRATA_INSTRUCTIONS, STRATA_THREADING, \
                             STRATA_CHECKING)

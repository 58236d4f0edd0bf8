#pragma once
// What the processor a program runs on can do beyond the instruction set the unit is compiled for.

#include <strata/core/config.hpp>

#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace STRATA_NAMESPACE::processor {

/// AVX512-BF16: registers of pairs of bfloat16, multiplied and added to floats.
inline bool multiplies_pairs() noexcept {
#if defined(__x86_64__)
  static const bool has = __builtin_cpu_supports("avx512bf16") != 0;
  return has;
#else
  return false;
#endif
}

/// AMX: tiles of pairs of bfloat16. Linux must be asked for their registers, once for all threads of a program (Linux,
/// "Using XSTATE features in user space applications"); other systems are not.
inline bool multiplies_tiles() noexcept {
#if defined(__x86_64__) && defined(__linux__) && defined(SYS_arch_prctl)
  static const bool has = [] {
    constexpr long request_permission = 0x1023, tile_data = 18;
    return __builtin_cpu_supports("amx-tile") != 0 && __builtin_cpu_supports("amx-bf16") != 0 &&
           syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
  }();
  return has;
#else
  return false;
#endif
}

}  // namespace STRATA_NAMESPACE::processor

#pragma once
// What the processor a program runs on can do beyond the instruction set the unit is compiled for.

#include <strata/core/config.hpp>

namespace STRATA_NAMESPACE::detail {

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
#if defined(__x86_64__) && defined(__linux__)
  static const bool has = [] {
    if (__builtin_cpu_supports("amx-tile") == 0 || __builtin_cpu_supports("amx-bf16") == 0) return false;
    constexpr long arch_prctl = 158, request_permission = 0x1023, tile_data = 18;
    long result = arch_prctl;
    asm volatile("syscall" : "+a"(result) : "D"(request_permission), "S"(tile_data) : "rcx", "r11", "memory");
    return result == 0;
  }();
  return has;
#else
  return false;
#endif
}

}  // namespace STRATA_NAMESPACE::detail

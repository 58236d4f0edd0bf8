#pragma once
// Denormal numbers: the smallest a processor has, and on many ten to a hundred times as slow as others. A recurrent
// state that dies away in silence ends among them.

#include <strata/core/config.hpp>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include <cstdint>

namespace STRATA_NAMESPACE {

/// While this lives the calling thread's arithmetic takes denormal numbers for zero and gives zero instead of them, on
/// x86 and 64-bit Arm; elsewhere nothing happens.
class FlushDenormals {
 public:
  /// To set the mode costs more than to look at it: one that lives around many steps is one such cost for all of them.
  FlushDenormals() noexcept : before_(mode()) {
    if ((before_ & flush) != flush) set_mode(before_ | flush);
  }
  FlushDenormals(const FlushDenormals&) = delete;
  FlushDenormals& operator=(const FlushDenormals&) = delete;
  ~FlushDenormals() {
    if ((before_ & flush) != flush) set_mode(before_);
  }

 private:
#if defined(__SSE__)
  static constexpr std::uint64_t flush = 0x8040;  // results (FTZ) and operands (DAZ) of MXCSR
  static std::uint64_t mode() noexcept { return _mm_getcsr(); }
  static void set_mode(std::uint64_t mode) noexcept { _mm_setcsr(static_cast<unsigned>(mode)); }
#elif defined(__aarch64__)
  static constexpr std::uint64_t flush = std::uint64_t{1} << 24;  // FZ of FPCR
  static std::uint64_t mode() noexcept {
    std::uint64_t value;
    asm volatile("mrs %0, fpcr" : "=r"(value));
    return value;
  }
  static void set_mode(std::uint64_t mode) noexcept { asm volatile("msr fpcr, %0" : : "r"(mode)); }
#else
  static constexpr std::uint64_t flush = 0;
  static std::uint64_t mode() noexcept { return 0; }
  static void set_mode(std::uint64_t) noexcept {}
#endif

  std::uint64_t before_;
};

}  // namespace STRATA_NAMESPACE

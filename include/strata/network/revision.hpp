#pragma once
// Which weights a network has: whoever keeps something made of them sees by it that they may have changed.

#include <strata/core/config.hpp>

#include <atomic>
#include <cstdint>

namespace STRATA_NAMESPACE {

/// A number no other weights of the program ever had. Several threads may change and read it.
class WeightsRevision {
 public:
  static constexpr std::uint64_t none = 0;  ///< that of no weights

  WeightsRevision() noexcept : number_(next()) {}
  WeightsRevision(const WeightsRevision&) = delete;
  WeightsRevision& operator=(const WeightsRevision&) = delete;

  /// The weights may become others.
  void change() noexcept { number_.store(next(), std::memory_order_relaxed); }
  std::uint64_t number() const noexcept { return number_.load(std::memory_order_relaxed); }

 private:
  static std::uint64_t next() noexcept {
    static std::atomic<std::uint64_t> last{none};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
  }

  std::atomic<std::uint64_t> number_;
};

}  // namespace STRATA_NAMESPACE

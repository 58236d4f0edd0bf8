#pragma once
// Which weights a network has: whoever keeps something made of them sees by it that they may have changed.

#include <strata/core/config.hpp>

#include <atomic>
#include <cstdint>

namespace STRATA_NAMESPACE {

/// A number no other weights of the program ever had.
class WeightsRevision {
 public:
  WeightsRevision() noexcept : number_(next()) {}
  WeightsRevision(const WeightsRevision&) = default;
  WeightsRevision& operator=(const WeightsRevision&) = default;

  /// That of no weights.
  static constexpr WeightsRevision none() { return WeightsRevision(0); }
  /// The weights may become others.
  void change() noexcept { number_ = next(); }

  friend constexpr bool operator==(const WeightsRevision&, const WeightsRevision&) = default;

 private:
  explicit constexpr WeightsRevision(std::uint64_t number) : number_(number) {}
  static std::uint64_t next() noexcept {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
  }

  std::uint64_t number_;
};

}  // namespace STRATA_NAMESPACE

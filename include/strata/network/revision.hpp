#pragma once
// Which weights a network has: whoever keeps something made of them sees by it that they may have changed.

#include <strata/core/config.hpp>

#include <atomic>
#include <cstdint>

namespace STRATA_NAMESPACE {

/// A number no other weights of the program ever had.
class Revision {
 public:
  Revision() noexcept : number_(next()) {}
  Revision(const Revision&) = default;
  Revision& operator=(const Revision&) = default;

  /// That of no weights.
  static constexpr Revision none() { return Revision(0); }
  /// The weights may become others.
  void change() noexcept { number_ = next(); }

  friend constexpr bool operator==(const Revision&, const Revision&) = default;

 private:
  explicit constexpr Revision(std::uint64_t number) : number_(number) {}
  static std::uint64_t next() noexcept {
    static std::atomic<std::uint64_t> last{0};
    return last.fetch_add(1, std::memory_order_relaxed) + 1;
  }

  std::uint64_t number_;
};

}  // namespace STRATA_NAMESPACE

#pragma once
// Symbolic element counts: a·batch·steps + b·batch + c. A dry run computes with these where a real run has
// numbers, which is how memory and work are known before batch size and number of steps are.

#include <strata/core/config.hpp>

#include <cstddef>
#include <cstdint>

namespace STRATA_NAMESPACE {

/// The run-time part of a shape: samples in a batch, steps in a sequence (1 where there are none), and how many of them
/// each sample has where sequences are ragged.
struct Extents {
  std::size_t batch = 1;
  std::size_t steps = 1;
  /// One a sample, in [1, steps], in the memory of whoever looks at them; nullptr: every sample has all steps.
  const std::uint32_t* lengths = nullptr;

  constexpr std::size_t rows() const { return batch * steps; }
  constexpr std::size_t length(std::size_t sample) const { return lengths == nullptr ? steps : lengths[sample]; }
  /// Samples [first, first + count) of these.
  constexpr Extents part(std::size_t first, std::size_t count) const {
    return {count, steps, lengths == nullptr ? nullptr : lengths + first};
  }
  friend bool operator==(const Extents&, const Extents&) = default;
};

/// A count that is linear in the extents: per_row · batch · steps + per_sample · batch + fixed.
struct Count {
  std::int64_t per_row = 0;
  std::int64_t per_sample = 0;
  std::int64_t fixed = 0;

  constexpr std::size_t at(Extents extents) const {
    return static_cast<std::size_t>(per_row * static_cast<std::int64_t>(extents.rows()) +
                                    per_sample * static_cast<std::int64_t>(extents.batch) + fixed);
  }
  friend constexpr Count operator+(Count a, Count b) {
    return {a.per_row + b.per_row, a.per_sample + b.per_sample, a.fixed + b.fixed};
  }
  friend constexpr Count operator-(Count a, Count b) {
    return {a.per_row - b.per_row, a.per_sample - b.per_sample, a.fixed - b.fixed};
  }
  friend constexpr Count operator*(Count a, std::size_t factor) {
    const auto f = static_cast<std::int64_t>(factor);
    return {a.per_row * f, a.per_sample * f, a.fixed * f};
  }
  friend constexpr Count operator*(std::size_t factor, Count a) { return a * factor; }
  friend bool operator==(const Count&, const Count&) = default;
};

/// A count that does not depend on the extents.
constexpr Count fixed_count(std::size_t elements) { return {0, 0, static_cast<std::int64_t>(elements)}; }

/// The extents of a dry run: nothing but symbols.
struct SymbolicExtents {
  static constexpr Count batch{0, 1, 0};
  constexpr Count rows() const { return {1, 0, 0}; }
};

}  // namespace STRATA_NAMESPACE

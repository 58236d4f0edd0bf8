#pragma once
// Memory plans: the table a dry run left, and where its regions go in one arena for given extents.

#include <strata/network/dry_run.hpp>
#include <strata/tensor/tensor_list.hpp>

#include <array>
#include <span>

namespace STRATA_NAMESPACE {

/// The plan of a program: a type with `using mode`, `using element` and `static constexpr void plan(auto& run)`.
template <class Program>
struct Plan {
 private:
  static constexpr auto dry_run() {
    DryRun<typename Program::mode, typename Program::element> run;
    Program::plan(run);
    return run;
  }

 public:
  static constexpr std::size_t count = dry_run().allocations().size();
  static constexpr std::array<Allocation, count> table = [] {
    std::array<Allocation, count> all{};
    const auto list = dry_run().allocations();
    for (std::size_t i = 0; i < list.size(); ++i) all[i] = list[i];
    return all;
  }();
  /// Multiplications and additions of all matrix products of one pass.
  static constexpr Count flops = dry_run().flops();
};

/// Whether these extents can be planned for: beyond 2^60 elements offsets would wrap around.
constexpr bool can_place(std::span<const Allocation> table, Extents extents) {
  const auto batch = static_cast<double>(extents.batch), rows = batch * static_cast<double>(extents.steps);
  double total = 0;
  for (const Allocation& a : table) {
    total += static_cast<double>(a.length.per_row) * rows + static_cast<double>(a.length.per_sample) * batch +
             static_cast<double>(a.length.fixed);
  }
  return total < 0x1p60 && rows < 0x1p60;
}

/// Places every region at the lowest offset where it meets no other that is in use at the same time, in order of first
/// use. Offsets are granules of elements. Returns the length of the arena.
constexpr std::size_t place(std::span<const Allocation> table, Extents extents, std::span<std::size_t> offsets) {
  std::size_t total = 0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const std::size_t length = padded(table[i].length.at(extents));
    std::size_t at = 0;
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t j = 0; j < i; ++j) {
        const bool together = table[j].last > table[i].first && table[i].last > table[j].first;
        const std::size_t end = offsets[j] + padded(table[j].length.at(extents));
        if (together && at < end && offsets[j] < at + length) {
          at = end;
          moved = true;
        }
      }
    }
    offsets[i] = at;
    total = at + length > total ? at + length : total;
  }
  return total;
}

/// Elements of the arena of a program for given extents.
template <class Program>
constexpr std::size_t arena_elements(Extents extents) {
  std::array<std::size_t, Plan<Program>::count> offsets{};
  return place(Plan<Program>::table, extents, offsets);
}

}  // namespace STRATA_NAMESPACE

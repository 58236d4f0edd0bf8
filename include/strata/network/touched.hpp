#pragma once
// What a training step touches of the weights: dense tensors whole, row-sparse ones in the rows of its batch's ids.
// Whoever zeroes, checks, penalizes, clips or updates goes through these parts, so a step costs what its batch costs.

#include <strata/network/segments.hpp>

#include <bit>
#include <span>
#include <utility>
#include <vector>

namespace STRATA_NAMESPACE {

namespace detail {
template <class Net, class In>
inline constexpr bool row_sparse = std::ranges::any_of(stretches<Net, In>, [](const Stretch& s) { return s.row > 0; });

/// Every row-sparse tensor has a row for every id.
template <class Net, class In>
consteval bool rows_are_ids() {
  if constexpr (Tokenized<In>) {
    return std::ranges::all_of(stretches<Net, In>,
                               [](const Stretch& s) { return s.row == 0 || s.size == s.row * In::vocabulary; });
  } else {
    return false;
  }
}
}  // namespace detail

/// The parts of a network's weights that a step touches, in their order. Without row-sparse tensors these are its
/// stretches, always.
template <class Net, class In>
class Touched {
 public:
  static std::span<const Stretch> parts() { return stretches<Net, In>; }
  /// How many parts there can be.
  static std::size_t most() { return stretches<Net, In>.size(); }
};

template <class Net, class In>
  requires detail::row_sparse<Net, In>
class Touched<Net, In> {
  static_assert(detail::rows_are_ids<Net, In>(),
                "strata::RowSparse: needs a network on Tokens<V>, and a tensor of V rows, one for every id");

 public:
  /// From now on the parts of a batch, none before: `sample(i)` are the ids of the i-th of `samples`, `steps` each.
  /// Allocates only for a larger batch than before.
  template <class Sample>
  void assign(std::size_t samples, std::size_t steps, Sample sample) {
    const std::size_t distinct = std::min(samples * steps, In::vocabulary);
    ids_.reserve(distinct);
    parts_.reserve(stretches<Net, In>.size() * (distinct + 1));
    for (std::size_t i = 0; i < samples; ++i) {
      for (const auto element : sample(i)) {
        const auto id = static_cast<std::size_t>(element);
        marks_[id / 64] |= std::uint64_t{1} << id % 64;
      }
    }
    collect_ids();
    parts_.clear();
    for (const Stretch& s : stretches<Net, In>) {
      if (s.row == 0) parts_.push_back(s);
      else add_rows(s);
    }
  }
  std::span<const Stretch> parts() const { return parts_; }
  std::size_t most() const { return parts_.capacity(); }

 private:
  /// The marked ids in ascending order; the marks are gone then.
  void collect_ids() {
    ids_.clear();
    for (std::size_t word = 0; word < marks_.size(); ++word) {
      for (std::uint64_t marks = std::exchange(marks_[word], 0); marks != 0; marks &= marks - 1)
        ids_.push_back(word * 64 + static_cast<std::size_t>(std::countr_zero(marks)));
    }
  }
  /// Neighbouring rows are one part.
  void add_rows(const Stretch& table) {
    std::size_t behind = no_row;  // the row that would go on
    for (const std::size_t id : ids_) {
      if (id == table.attributes.frozen_row) continue;
      if (id == behind) parts_.back().size += table.row;
      else parts_.push_back({table.offset + id * table.row, table.row, table.attributes, table.row});
      behind = id + 1;
    }
  }

  std::vector<std::uint64_t> marks_ = std::vector<std::uint64_t>(In::vocabulary / 64 + 1);  ///< a bit an id
  std::vector<std::size_t> ids_;
  std::vector<Stretch> parts_;
};

/// visit(part) for those of some parts that are trained, neighbours at the same rate as one: what differs is whether
/// they decay.
template <class Visit>
void for_each_trained(std::span<const Stretch> parts, Visit visit) {
  Stretch current{};
  for (const Stretch& s : parts) {
    if (s.attributes.frozen) continue;
    if (current.size != 0 && current.offset + current.size == s.offset &&
        current.attributes.learning_rate == s.attributes.learning_rate) {
      current.size += s.size;
    } else {
      if (current.size != 0) visit(current);
      current = s;
    }
  }
  if (current.size != 0) visit(current);
}

}  // namespace STRATA_NAMESPACE

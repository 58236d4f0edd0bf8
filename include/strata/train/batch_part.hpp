#pragma once
// Which samples one update is made of, and in which pieces they are computed.

#include <strata/core/parts.hpp>

#include <cstddef>
#include <cstdint>
#include <string>

namespace STRATA_NAMESPACE {

/// Samples [first, last) of an order, at least one, in pieces of at most `piece`; epoch and batch are for error texts,
/// 0 outside fit.
struct BatchPart {
  std::size_t first, last, piece;
  std::uint64_t epoch = 0, batch = 0;

  /// visit(first, last) for pieces of equal size, or nearly: a last piece of one sample would be no batch to normalize.
  template <class Visit>
  void each_piece(Visit visit) const {
    const std::size_t samples = last - first, pieces = (samples - 1) / piece + 1;
    for (std::size_t p = 0; p < pieces; ++p)
      visit(first + part_begin(samples, pieces, p), first + part_begin(samples, pieces, p + 1));
  }
  /// "epoch 2, batch 7".
  std::string name() const {
    if (epoch == 0) return "in step";
    return std::string("epoch ").append(std::to_string(epoch)).append(", batch ").append(std::to_string(batch));
  }
};

}  // namespace STRATA_NAMESPACE

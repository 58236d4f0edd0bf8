#pragma once
// gather: chosen samples of an array, one behind the other. Which ones is read where the kernel runs, so that a
// recorded training step takes other samples each time.

#include <strata/backend/kernel.hpp>
#include <strata/core/config.hpp>

#include <cstddef>
#include <cstdint>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct Gather {};

/// What a kernel is given: row i of `to` [rows, width] becomes the first `width` elements of row order[*first + offset
/// + i] of `from` [any, from_width].
template <class E>
struct GatherArguments {
  std::size_t rows, width, from_width;
  const std::size_t* order;
  const std::uint64_t* first;
  std::size_t offset;
  E* to;
  const E* from;
};

/// Gathers rows; E is any element, a label too.
template <class Stream, class E>
void gather(Stream stream, const GatherArguments<E>& arguments) {
  Kernel<Gather, typename Stream::backend>::run(stream, arguments);
}

}  // namespace STRATA_NAMESPACE::ops

#pragma once
// hits: for each row of scores whether the highest is that of the label, what accuracy counts.

#include <strata/backend/kernel.hpp>
#include <strata/ops/targets.hpp>

#include <cstddef>
#include <cstdint>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct Hits {};

/// What a kernel is given: hits[r] = 1 where the first highest of scores [rows, columns] in row r stands at labels[r]
/// and the row's weight is not 0, else 0.
template <class T>
struct HitArguments {
  std::size_t rows, columns;
  const T* scores;
  const std::int32_t* labels;
  const T* weights;  ///< one a row, or nullptr: all 1
  T* hits;
};

template <class Stream, class T>
void hits(Stream stream, const HitArguments<T>& arguments) {
  Kernel<Hits, typename Stream::backend>::run(stream, arguments);
}

}  // namespace STRATA_NAMESPACE::ops

#pragma once
// Padded: sequences of different lengths in one array, with their lengths.

#include <strata/core/error.hpp>
#include <strata/shape/count.hpp>

#include <cstdint>
#include <iterator>
#include <string>
#include <type_traits>
#include <utility>

namespace STRATA_NAMESPACE {

/// Sequences as a network on RaggedSequence<N> or RaggedTokens<V> is given them: `net.predict(Padded{x, lengths})`.
/// What stands past the end of a sample counts nowhere, and may be anything. Lives no longer than what it is made of.
template <class Array, class Lengths>
struct Padded {
  const Array& inputs;     ///< any xtensor expression [batch, steps, …]
  const Lengths& lengths;  ///< steps of each sample: integers in [1, steps]
};
template <class Array, class Lengths>
Padded(const Array&, const Lengths&) -> Padded<Array, Lengths>;

/// Throws ShapeError unless there is a length for each sample, ValueError for one outside [1, steps]; `where` names the
/// caller in the text.
template <class Lengths>
void check_lengths(const Lengths& lengths, Extents extents, const char* where) {
  if (std::size(lengths) != extents.batch) {
    throw ShapeError(std::string("strata: ") + where + " was given " + std::to_string(std::size(lengths)) +
                     " length(s) for " + std::to_string(extents.batch) + " sample(s)" +
                     (std::size(lengths) == 0 ? ". Common mistake: ragged inputs without their lengths" : ""));
  }
  std::size_t sample = 0;
  for (const auto length : lengths) {
    static_assert(std::is_integral_v<std::remove_cvref_t<decltype(length)>>, "strata: lengths are integers");
    if (std::cmp_less(length, 1) || std::cmp_greater(length, extents.steps)) {
      throw ValueError(std::string("strata: ") + where + " was given the length " + std::to_string(length) +
                       " for sample " + std::to_string(sample) + ", but needs lengths in [1, " +
                       std::to_string(extents.steps) + "]");
    }
    ++sample;
  }
}

}  // namespace STRATA_NAMESPACE

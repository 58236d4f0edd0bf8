#pragma once
// Samples and what is expected of them, as two arrays whose first extent counts samples.

#include <strata/core/config.hpp>
#include <strata/core/error.hpp>
#include <strata/shape/shape.hpp>
#include <strata/tensor/padded.hpp>
#include <strata/tensor/xtensor.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace STRATA_NAMESPACE {

/// Inputs [samples, …] with their targets [samples, …]; by default one integer label a sample.
template <class Element, std::size_t Rank, class Target = std::int32_t, std::size_t TargetRank = 1>
struct Dataset {
  static_assert(Rank >= 1 && TargetRank >= 1,
                "strata::Dataset: the first extent of both arrays counts samples, so each needs at least rank 1.");

  xt::xtensor<Element, Rank> inputs;
  xt::xtensor<Target, TargetRank> targets;
  std::vector<std::uint32_t> lengths = {};  ///< steps of each sample, for networks on ragged sequences; else empty

  /// The number of samples. Throws ShapeError when inputs, targets and lengths disagree about it.
  std::size_t size() const {
    if (inputs.shape(0) != targets.shape(0)) {
      throw ShapeError("Dataset: " + std::to_string(inputs.shape(0)) + " inputs but " +
                       std::to_string(targets.shape(0)) + " targets; each input needs one target");
    }
    if (!lengths.empty() && lengths.size() != inputs.shape(0)) {
      throw ShapeError("Dataset: " + std::to_string(inputs.shape(0)) + " inputs but " + std::to_string(lengths.size()) +
                       " lengths; each input needs one, or none has any");
    }
    return inputs.shape(0);
  }
};

namespace detail {

template <class Element, std::size_t Rank>
xt::xtensor<Element, Rank> copy_samples(const xt::xtensor<Element, Rank>& source, std::size_t first, std::size_t last) {
  auto shape = source.shape();
  const std::size_t width = shape[0] == 0 ? 0 : source.size() / shape[0];  // elements a sample
  shape[0] = last - first;
  auto copy = xt::xtensor<Element, Rank>::from_shape(shape);
  std::copy_n(source.data() + first * width, (last - first) * width, copy.data());
  return copy;
}

}  // namespace detail

/// A copy of the samples [first, last). Throws ShapeError when they are not all there.
template <class Element, std::size_t Rank, class Target, std::size_t TargetRank>
Dataset<Element, Rank, Target, TargetRank> slice(const Dataset<Element, Rank, Target, TargetRank>& dataset,
                                                 std::size_t first, std::size_t last) {
  const std::size_t size = dataset.size();
  if (first > last || last > size) {
    throw ShapeError("slice: samples [" + std::to_string(first) + ", " + std::to_string(last) + ") of a dataset of " +
                     std::to_string(size) + "; need first <= last <= size");
  }
  std::vector<std::uint32_t> lengths;
  if (!dataset.lengths.empty()) lengths.assign(dataset.lengths.data() + first, dataset.lengths.data() + last);
  return {.inputs = detail::copy_samples(dataset.inputs, first, last),
          .targets = detail::copy_samples(dataset.targets, first, last),
          .lengths = std::move(lengths)};
}

/// What a network on In is given of a data set: its inputs, and their lengths where In is ragged. Throws ValueError for
/// lengths where it is not; `where` names the caller in the text.
template <class In, class Data>
decltype(auto) inputs_of(const Data& data, const char* where) {
  if constexpr (Ragged<In>) {
    return Padded{data.inputs, data.lengths};
  } else {
    if constexpr (requires { data.lengths.empty(); }) {
      if (!data.lengths.empty()) {
        throw ValueError(std::string("strata: ") + where +
                         " was given a data set with lengths, but the network's input has none. Common mistake: "
                         "Sequence<N> in place of RaggedSequence<N>.");
      }
    }
    return (data.inputs);
  }
}

}  // namespace STRATA_NAMESPACE

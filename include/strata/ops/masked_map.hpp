#pragma once
// map with masks: an element functor whose last arguments are drawn where it runs, from counters, and stored nowhere.
// They are masks, or of another kind with what Mask has: `place`, and drawn(), what a kernel makes of a Philox word.
//
// What is drawn for (sample, step, column) depends on the seed, the training step, the place of the mask in the network
// and that position alone, so forward and backward, every backend and every thread count see the same mask.

#include <strata/backend/kernel.hpp>
#include <strata/core/counters.hpp>
#include <strata/core/philox.hpp>
#include <strata/ops/map.hpp>

#include <cstdint>

namespace STRATA_NAMESPACE {

/// What a kernel is given of a mask.
template <class T>
struct DrawnMask {
  static constexpr std::size_t work = 4;  ///< of an element, in floating-point operations

  std::uint32_t threshold, place;  ///< kept where the Philox word is at least the threshold
  T kept;
  bool each_step;

  constexpr T value(std::uint32_t word) const { return word >= threshold ? kept : T(0); }
};

/// A mask: 0 with probability `rate`, else 1, or 1 / (1 - rate) where it is scaled, so that its mean is 1.
struct Mask {
  double rate = 0;
  std::uint32_t place = 0;  ///< a number of its own for each mask of a network
  bool scaled = true;
  bool each_step = true;  ///< another at each step; else that of step 0 at all of them

  template <class T>
  constexpr DrawnMask<T> drawn() const {
    return {bernoulli_keep_threshold(rate), place, scaled ? static_cast<T>(1 / (1 - rate)) : T(1), each_step};
  }
};

namespace ops {

/// Tag of the operation.
struct MaskedMap {};

/// What the rows are that masks are drawn for.
enum class MaskRows {
  one_step,   ///< all samples at one step
  all_steps,  ///< a batch, time-major
  alone       ///< none of a batch's: rows of weights
};

/// Masks for a map.
template <std::size_t N, class Kind = Mask>
struct Masks {
  static constexpr std::size_t size = N;

  Pack<Kind, N> masks{};
  MaskRows rows = MaskRows::all_steps;
  std::size_t step = 0;  ///< of one_step
};

/// What a kernel is given of them: row r is sample first_sample + r % batch at step first_step + r / batch.
template <class T, class Drawn, std::size_t N>
struct MaskArguments {
  Pack<Drawn, N> masks;
  std::size_t batch, first_sample, first_step;
  const Counters<T>* counters;
};

namespace arguments {
template <class T, class Run, std::size_t N, class Kind>
auto masks_for(const Run& run, const Masks<N, Kind>& given, std::size_t rows) {
  const bool of_samples = given.rows != MaskRows::alone;
  using Drawn = decltype(Kind{}.template drawn<T>());
  MaskArguments<T, Drawn, N> all{.masks = {},
                                 .batch = given.rows == MaskRows::all_steps ? run.extents.batch : rows,
                                 .first_sample = of_samples ? run.first_sample : 0,
                                 .first_step = given.step,
                                 .counters = run.counters};
  for (std::size_t i = 0; i != N; ++i) all.masks[i] = given.masks[i].template drawn<T>();
  return all;
}
template <class Run, class F, class T, std::size_t Outputs, std::size_t Inputs, std::size_t N, class Kind>
constexpr void map(Run& run, F f, const Operands<T*, Outputs>& out, const Operands<const T*, Inputs>& in,
                   const Masks<N, Kind>& masks) {
  const std::size_t rows = std::max({out.rows, in.rows, std::size_t{1}});
  Kernel<MaskedMap, typename Run::backend>::run(run.stream, rows, std::max(out.columns, in.columns), f, out.at, in.at,
                                                masks_for<T>(run, masks, rows));
}
}  // namespace arguments

/// outputs = f(inputs, masks), element by element, as map without masks; a masked row is never repeated.
template <class Run, class F, class Pointer, std::size_t Outputs, class In, std::size_t N, class Kind>
constexpr void map(Run& run, F f, IntoAll<Pointer, Outputs> out, In in, Masks<N, Kind> masks) {
  if constexpr (N == 0) map(run, f, out, in);
  else if constexpr (!Run::planning) arguments::map(run, f, out, in, masks);
}
/// The same for one output, which may be unwanted.
template <class Run, class F, class Out, class In, std::size_t N, class Kind>
constexpr void map(Run& run, F f, Into<Out> out, In in, Masks<N, Kind> masks) {
  if constexpr (N == 0) map(run, f, out, in);
  else if constexpr (!Run::planning && Wanted<Out>)
    arguments::map(run, f, arguments::operands<typename Run::element*>(out.view), in, masks);
}

/// x · all masks.
struct Masked {
  template <class V, class... M>
  constexpr V operator()(V x, M... masks) const {
    return (x * ... * masks);
  }
};

}  // namespace ops
}  // namespace STRATA_NAMESPACE

#pragma once
// Whole sequences of an LSTM on the device: in one launch where its recurrent weights fit into the blocks' memory, else
// in one a step. Both are for batches that a device has at once; larger ones, and rows that begin where they cannot be
// fetched 16 bytes at once, are left to the composition. Products are computed in the numbers of the network. Thrust's
// host systems have no kernel of their own.

#include <strata/backend/thrust/lstm_rounds.hpp>

namespace STRATA_NAMESPACE {

#if defined(__CUDACC__)
namespace detail {

/// Blocks on any device have at least, and at most, so much memory; the multiprocessors are those of small and of
/// unknown devices.
inline constexpr RoundLimits least_limits{std::size_t{64} << 10U, 8, 8},
    most_limits{std::size_t{227} << 10U, 1U << 16U, 1U << 16U};

/// More tiles a block in a step are slower than a product of matrices and a map.
inline constexpr std::size_t most_passes = 2;

/// In one launch by blocks of so many units, with the fewest samples a thread whose blocks are on the device at once.
/// Returns how many tiles each has in a step. Nothing is launched if these are more than most_passes, or 0 because the
/// device cannot hold the weights at once.
template <unsigned Units, unsigned Together, class Stream, class F, class Arguments>
std::size_t lstm_in_one_launch(Stream stream, F f, const Arguments& a) {
  std::size_t passes = 0;
  const auto attempt = [&]<unsigned Samples>() {
    using Tile = decltype(lstm_tile<Units, Samples, Together>(f, a));
    using Rounds = LstmRounds<Tile>;
    const std::size_t blocks = device::resident_blocks<Rounds>(Rounds::shared_bytes(a.hidden));
    passes = lstm_passes<Tile>(a.batch, a.hidden, blocks);
    const bool good = passes > 0 && passes <= (Samples == 4 ? most_passes : 1);
    if (good) lstm_by_rounds<Units, Samples, Together>(stream, f, a, blocks);
    return good;
  };
  if (!attempt.template operator()<1>() && !attempt.template operator()<2>()) attempt.template operator()<4>();
  return passes;
}

/// In a launch a step, unless there are so many samples that a product of matrices and a map are faster.
template <unsigned Together, class Stream, class F, class Arguments>
bool lstm_in_launches(Stream stream, F f, const Arguments& a) {
  const unsigned samples = lstm_step_samples(a.batch, a.hidden, device::round_limits().multiprocessors);
  if (samples == 1) lstm_by_steps<1, Together>(stream, f, a);
  if (samples == 2) lstm_by_steps<2, Together>(stream, f, a);
  if (samples == 4) lstm_by_steps<4, Together>(stream, f, a);
  return samples != 0;
}

}  // namespace detail

/// Where products are computed in other numbers they are cuBLASLt's, and the recurrence a product and a map a step.
template <class T>
inline constexpr bool ops::own_lstm_kernel<Thrust<System::cuda, T, FullPrecision>> = true;

/// Hidden is known while compiling, so that kernels which no device, or none that is left, would run are not compiled.
template <class T>
struct Kernel<ops::LstmSequence, Thrust<System::cuda, T, FullPrecision>> {
  template <std::size_t Hidden, class F, class Arguments>
  static bool run(typename Thrust<System::cuda, T>::Stream stream, F f, const Arguments& a) {
    constexpr unsigned together = detail::lstm_together<T>(Hidden);
    if (!decltype(detail::lstm_tile<16, 1, together>(f, a))::aligned(a)) return false;
    const unsigned units = lstm_units<T>(Hidden, device::round_limits());
    if constexpr (lstm_units<T>(Hidden, detail::most_limits) == 16) {
      if (units == 16) {
        const std::size_t passes = detail::lstm_in_one_launch<16, together>(stream, f, a);
        if (passes > 0) return passes <= detail::most_passes;
      }
    }
    if constexpr (lstm_units<T>(Hidden, detail::least_limits) != 16 &&
                  lstm_units<T>(Hidden, detail::most_limits) != 0) {
      if (units != 0) {
        const std::size_t passes = detail::lstm_in_one_launch<8, together>(stream, f, a);
        if (passes > 0) return passes <= detail::most_passes;
      }
    }
    return detail::lstm_in_launches<together>(stream, f, a);
  }
};
#endif

}  // namespace STRATA_NAMESPACE

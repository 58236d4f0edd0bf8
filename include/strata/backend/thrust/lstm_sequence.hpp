#pragma once
// Whole sequences of an LSTM on the device: in one launch where its recurrent weights fit into the blocks' memory, else
// in one a step. Products are computed in the numbers of the network. Thrust's host systems have no kernel of their
// own.

#include <strata/backend/thrust/lstm_rounds.hpp>

namespace STRATA_NAMESPACE {

#if defined(__CUDACC__)
namespace detail {

/// Blocks on any device have at least, and at most, so much memory; the multiprocessors are those of small and of
/// unknown devices.
inline constexpr RoundLimits least_limits{std::size_t{64} << 10U, 8}, most_limits{std::size_t{227} << 10U, 1U << 16U};

/// In one launch by blocks of so many units, unless the device cannot hold them at once.
template <unsigned Units, class Stream, class F, class Arguments>
bool lstm_in_one_launch(Stream stream, F f, const Arguments& a) {
  using Rounds = LstmRounds<decltype(lstm_tile<Units>(f, a))>;
  const std::size_t blocks = device::resident_blocks<Rounds>(Rounds::shared_bytes(a.hidden));
  if (blocks * Units < a.hidden) return false;
  lstm_by_rounds<Units>(stream, f, a, blocks);
  return true;
}

}  // namespace detail

/// Where products are computed in other numbers they are cuBLASLt's, and the recurrence a product and a map a step.
template <class T>
inline constexpr bool ops::own_lstm_kernel<Thrust<System::cuda, T, FullPrecision>> = true;

/// Hidden is known while compiling, so that kernels which no device, or none that is left, would run are not compiled.
template <class T>
struct Kernel<ops::LstmSequence, Thrust<System::cuda, T, FullPrecision>> {
  template <std::size_t Hidden, class F, class Arguments>
  static void run(typename Thrust<System::cuda, T>::Stream stream, F f, const Arguments& a) {
    const unsigned units = lstm_units<T>(Hidden, device::round_limits());
    if constexpr (lstm_units<T>(Hidden, detail::most_limits) == 16) {
      if (units == 16 && detail::lstm_in_one_launch<16>(stream, f, a)) return;
    }
    if constexpr (lstm_units<T>(Hidden, detail::least_limits) != 16 &&
                  lstm_units<T>(Hidden, detail::most_limits) != 0) {
      if (units == 8 && detail::lstm_in_one_launch<8>(stream, f, a)) return;
    }
    detail::lstm_by_steps(stream, f, a);
  }
};
#endif

}  // namespace STRATA_NAMESPACE

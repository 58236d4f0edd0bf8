#pragma once
// A backend that computes sequences of an LSTM with the device's kernels, looped over on one thread, and everything
// else with Thrust.

#include <strata/backend/thrust/lstm_rounds.hpp>
#include <strata/thrust.hpp>

#include <utility>

namespace support {

/// Units hidden units a block in one kernel; 0: a kernel a step.
template <class T, unsigned Units>
struct LstmBlocks {
  using element = T;
  struct Stream {
    using backend = LstmBlocks;
    int threads = 1;
  };
};

}  // namespace support

namespace STRATA_NAMESPACE {

template <class T, unsigned Units>
inline constexpr bool ops::own_lstm_kernel<support::LstmBlocks<T, Units>> = true;

template <class Operation, class T, unsigned Units>
struct Kernel<Operation, support::LstmBlocks<T, Units>> {
  using Host = Thrust<System::cpp, T>;
  template <class... Arguments>
  static void run(typename support::LstmBlocks<T, Units>::Stream, Arguments&&... arguments) {
    Kernel<Operation, Host>::run(typename Host::Stream{1}, std::forward<Arguments>(arguments)...);
  }
};

template <class T, unsigned Units>
struct Kernel<ops::LstmSequence, support::LstmBlocks<T, Units>> {
  template <std::size_t Hidden, class F, class Arguments>
  static bool run(typename support::LstmBlocks<T, Units>::Stream, F f, const Arguments& a) {
    using Stream = typename Thrust<System::cpp, T>::Stream;
    constexpr unsigned together = detail::lstm_together<T>(Hidden);
    if constexpr (Units == 0) detail::lstm_by_steps<2, together>(Stream{1}, f, a);
    else detail::lstm_by_rounds<Units, 4, together>(Stream{1}, f, a, 1 + (Hidden - 1) / Units);
    return true;
  }
};

}  // namespace STRATA_NAMESPACE

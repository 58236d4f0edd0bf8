#pragma once
// A backend that composes every operation of those that have kernels of their own, which are the CPU's; and a run on it
// or on another backend whose memory a test brings.

#include <strata/backend/cpu/kernels.hpp>
#include <strata/core/counters.hpp>
#include <strata/network/mode.hpp>
#include <strata/network/run.hpp>

#include <utility>
#include <vector>

namespace support {

template <class T>
struct Composing {
  using element = T;
  struct Stream {
    using backend = Composing;
    int threads = 1;
  };
};

/// Operations may take so much memory of a run, one after the other from the beginning; none of it holds 0. A copy
/// takes the memory of what it is a copy of.
template <class Backend, class Mode = strata::Inference>
class RunInRoom : public strata::Run<Backend, Mode> {
 public:
  using T = typename Backend::element;

  RunInRoom(strata::Extents given, int threads, std::size_t room = 1U << 16U) : memory_(8 * room, T(55)) {
    this->extents = given;
    this->stream.threads = threads;
    for (std::size_t i = 0; i != offsets_.size(); ++i) offsets_[i] = i * room;
    this->arena = memory_.data();
    this->offsets = offsets_.data();
    this->allocations = allocations_.data();
    this->counters = &counters_;
    this->first_sample = 3;
  }

 private:
  std::vector<T> memory_;
  std::array<std::size_t, 8> offsets_{};
  std::array<strata::Allocation, 8> allocations_{};
  strata::Counters<T> counters_{.key = strata::philox_key(5), .step = 4};
};

}  // namespace support

namespace STRATA_NAMESPACE {
template <class Operation, class T>
struct Kernel<Operation, support::Composing<T>> {
  static void run(typename support::Composing<T>::Stream stream, auto&&... arguments) {
    Kernel<Operation, Cpu<T>>::run({stream.threads}, std::forward<decltype(arguments)>(arguments)...);
  }
};
}  // namespace STRATA_NAMESPACE

// Sequences of an LSTM on the device against the composition on the CPU: as the device chooses, a launch a step, all
// steps in one launch, and replayed from a graph.

#include <strata/cuda.hpp>
#include <strata/strata.hpp>

#include <backend/thrust/lstm_case.hpp>
#include <cuda/no_device.hpp>

#include <doctest/doctest.h>

#include <span>
#include <vector>

using namespace strata;

namespace {
/// The arrays of some arguments on the device.
template <class T>
class Copies {
 public:
  explicit Copies(ops::LstmForwardArguments<T>& a) {
    sizes(a);
    add(a.h0, rows * a.hidden);
    add(a.c0, rows * a.hidden);
    add(a.gates, a.steps * rows * 4 * a.hidden);
    if (a.cell != nullptr) add(a.cell, a.steps * rows * a.hidden);
    add(a.y, a.steps * rows * a.hidden);
  }
  explicit Copies(ops::LstmBackwardArguments<T>& a) {
    sizes(a);
    add(a.c0, rows * a.hidden);
    add(a.cell, a.steps * rows * a.hidden);
    add(a.dy, a.steps * rows * a.hidden);
    add(a.gates, a.steps * rows * 4 * a.hidden);
    add(a.dc, rows * a.hidden);
  }
  void upload() {
    for (Copy& c : copies) c.there.upload(c.here);
  }
  void download() {
    for (Copy& c : copies) c.there.download(c.here);
  }

 private:
  struct Copy {
    Buffer<T, device::Memory> there;
    std::span<T> here;
  };
  template <class Arguments>
  void sizes(Arguments& a) {
    rows = a.batch;
    add(a.recurrent, 4 * a.hidden * a.hidden);
  }
  template <class Pointer>
  void add(Pointer& data, std::size_t size) {
    copies.push_back({Buffer<T, device::Memory>(size), {const_cast<T*>(data), size}});
    data = copies.back().there.data();
  }
  std::size_t rows = 0;
  std::vector<Copy> copies;
};

template <class T, std::size_t Hidden>
constexpr auto as_chosen = [](auto cell, const auto& a) {
  CHECK(Kernel<ops::LstmSequence, Cuda<T>>::template run<Hidden>({}, cell, a));
};
template <class T, unsigned Samples>
constexpr auto by_steps = [](auto cell, const auto& a) {
  detail::lstm_by_steps<Samples, 1>(typename Cuda<T>::Stream{}, cell, a);
};
template <class T, unsigned Units, unsigned Samples>
constexpr auto by_rounds = [](auto cell, const auto& a) {
  using Rounds = detail::LstmRounds<decltype(detail::lstm_tile<Units, Samples, 1>(cell, a))>;
  const std::size_t blocks = device::resident_blocks<Rounds>(Rounds::shared_bytes(a.hidden));
  REQUIRE(blocks * Units >= a.hidden);
  detail::lstm_by_rounds<Units, Samples, 1>(typename Cuda<T>::Stream{}, cell, a, blocks);
};

template <class T, std::size_t Hidden, class Way>
void check(std::size_t batch, std::size_t steps, Way way) {
  support::check_lstm<T, Hidden>(batch, steps, [&](auto cell, auto a) {
    Copies<T> copies(a);
    copies.upload();
    way(cell, a);
    copies.download();
  });
}
/// Once as it is, which loads what is needed, then captured and replayed on the same numbers.
template <class T, std::size_t Hidden>
void check_replayed(std::size_t batch, std::size_t steps) {
  support::check_lstm<T, Hidden>(batch, steps, [&](auto cell, auto a) {
    Copies<T> copies(a);
    copies.upload();
    as_chosen<T, Hidden>(cell, a);
    cudaGraph_t graph = nullptr;
    cudaGraphExec_t replay = nullptr;
    REQUIRE(cudaStreamBeginCapture(device::stream(), cudaStreamCaptureModeThreadLocal) == cudaSuccess);
    as_chosen<T, Hidden>(cell, a);
    REQUIRE(cudaStreamEndCapture(device::stream(), &graph) == cudaSuccess);
    REQUIRE(cudaGraphInstantiate(&replay, graph, 0) == cudaSuccess);
    copies.upload();
    CHECK(cudaGraphLaunch(replay, device::stream()) == cudaSuccess);
    copies.download();
    cudaGraphExecDestroy(replay);
    cudaGraphDestroy(graph);
  });
}
}  // namespace

TEST_CASE_TEMPLATE("a sequence on the device is the CPU's composition" * doctest::skip(no_device()), T, float, double) {
  check<T, 1>(3, 2, as_chosen<T, 1>);
  check<T, 33>(70, 7, as_chosen<T, 33>);
  check<T, 128>(70, 3, as_chosen<T, 128>);
  check<T, 900>(3, 2, as_chosen<T, 900>);
}

TEST_CASE_TEMPLATE("so it is with a launch a step, and with one for all" * doctest::skip(no_device()), T, float,
                   double) {
  check<T, 33>(70, 7, by_steps<T, 4>);
  check<T, 128>(1, 5, by_steps<T, 1>);
  check<T, 128>(70, 5, by_steps<T, 2>);
  check<T, 33>(70, 7, by_rounds<T, 16, 4>);
  check<T, 33>(70, 7, by_rounds<T, 16, 1>);
  check<T, 128>(70, 3, by_rounds<T, 16, 2>);
  check<T, 128>(600, 3, by_rounds<T, 8, 4>);
}

TEST_CASE_TEMPLATE("a sequence is captured in a graph and replayed" * doctest::skip(no_device()), T, float, double) {
  check_replayed<T, 33>(70, 7);
}

TEST_CASE("a device that cannot hold the weights is not asked to" * doctest::skip(no_device())) {
  support::LstmCase<float, 1> given(1, 1);
  auto a = given.forward(false);
  a.hidden = 100000;
  CHECK(detail::lstm_in_one_launch<16, 1>(Cuda<float>::Stream{}, LstmCell{}, a) == 0);
  CHECK(lstm_units<float>(a.hidden, device::round_limits()) == 0);
}

TEST_CASE("a batch that is too large, and rows that begin between 16 bytes, are left to the composition" *
          doctest::skip(no_device())) {
  support::LstmCase<float, 128> given(1, 1);
  auto a = given.forward(false);
  a.batch = 100000;
  CHECK_FALSE(Kernel<ops::LstmSequence, Cuda<float>>::run<128>({}, LstmCell{}, a));
  a.batch = 1;
  ++a.y;
  CHECK_FALSE(Kernel<ops::LstmSequence, Cuda<float>>::run<128>({}, LstmCell{}, a));
}

#pragma once
// Numbers for the sequence of an LSTM, and what the composition of products and maps makes of them on the CPU.

#include <doctest/doctest.h>

#include <backend/composing.hpp>

#include <strata/init/init.hpp>
#include <strata/layers/lstm_cell.hpp>
#include <strata/ops/lstm_sequence.hpp>
#include <strata/testing/all_close.hpp>

#include <string>
#include <vector>

namespace support {

using namespace strata;

template <class T, std::size_t Hidden>
struct LstmCase {
  std::size_t batch, steps;
  std::vector<T> recurrent, h0, c0, gates, cell, y, dy, dc;

  LstmCase(std::size_t samples, std::size_t length)
      : batch(samples),
        steps(length),
        recurrent(numbers(4 * Hidden * Hidden, 1, 1 / std::sqrt(static_cast<double>(Hidden)))),
        h0(numbers(batch * Hidden, 2)),
        c0(numbers(batch * Hidden, 3)),
        gates(numbers(steps * batch * 4 * Hidden, 4)),
        cell(steps * batch * Hidden, T(55)),
        y(steps * batch * Hidden, T(55)),
        dy(numbers(steps * batch * Hidden, 5)),
        dc(batch * Hidden, T(55)) {}

  ops::LstmForwardArguments<T> forward(bool taped) {
    return {steps,   batch, Hidden, recurrent.data(), h0.data(), c0.data(), gates.data(), taped ? cell.data() : nullptr,
            y.data()};
  }
  ops::LstmBackwardArguments<T> backward() {
    return {steps, batch, Hidden, recurrent.data(), c0.data(), cell.data(), dy.data(), gates.data(), dc.data()};
  }

  /// By the composition: forward with or without a tape, or forward and backward.
  void compose(bool taped) {
    auto run = here();
    if (taped) ops::lstm_forward(run, LstmCellTaped{}, all(gates), rows(cell), one(h0), one(c0), rows(y), weights());
    else ops::lstm_forward(run, LstmCell{}, all(gates), Discard{}, one(h0), one(c0), rows(y), weights());
  }
  void compose_backward() {
    auto run = here();
    std::vector<T> dh(batch * Hidden);
    ops::lstm_backward(run, LstmCellBackward{}, all(gates), rows(cell), one(c0), rows(dy), one(dh), one(dc), weights());
  }

  /// Every tensor, to the closeness of the design's section 10.
  void close_to(const LstmCase& other) const {
    const double rtol = sizeof(T) == 4 ? 1e-5 : 1e-12;
    CAPTURE(batch);
    CAPTURE(steps);
    CAPTURE(Hidden);
    const auto check = [&](const std::string& name, const std::vector<T>& a, const std::vector<T>& b) {
      const Closeness found = all_close(a, b, rtol);
      INFO(name);
      CHECK_MESSAGE(found, found.text);
    };
    check("gates", gates, other.gates);
    check("cell", cell, other.cell);
    check("y", y, other.y);
    check("c0", c0, other.c0);
    check("dc", dc, other.dc);
  }

 private:
  RunInRoom<Composing<T>> here() const { return {{batch, steps}, 1}; }
  Matrix<T*, 4 * Hidden> all(std::vector<T>& v) const { return {v.data(), steps * batch}; }
  Batch<T*, Sequence<Hidden>> rows(std::vector<T>& v) const { return {v.data(), Extents{batch, steps}}; }
  Matrix<T*, Hidden> one(std::vector<T>& v) const { return {v.data(), batch}; }
  Matrix<T*, Hidden> weights() { return {recurrent.data(), 4 * Hidden}; }

  static std::vector<T> numbers(std::size_t count, std::uint64_t seed, double bound = 1) {
    std::vector<T> values(count);
    InitialRandom random(philox_key(seed));
    for (T& v : values) v = static_cast<T>(bound * (2 * random.uniform() - 1));
    return values;
  }
};

/// Calls `f` with how many numbers of a row the device fetches at once.
template <class T, class F>
void with_together(std::size_t hidden, F f) {
  constexpr unsigned most = 16 / sizeof(T);
  if (hidden % most == 0) f.template operator()<most>();
  else if (hidden % 2 == 0) f.template operator()<2>();
  else f.template operator()<1>();
}

/// What `run(cell, arguments)` makes of sequences of a size is what the composition makes of them: forward with and
/// without a tape, and backward.
template <class T, std::size_t Hidden, class Run>
void check_lstm(std::size_t batch, std::size_t steps, Run run) {
  LstmCase<T, Hidden> given(batch, steps), expected = given;
  run(LstmCell{}, given.forward(false));
  expected.compose(false);
  given.gates = expected.gates;  // without a tape nobody reads them afterwards
  given.close_to(expected);
  given = expected = LstmCase<T, Hidden>(batch, steps);
  run(LstmCellTaped{}, given.forward(true));
  expected.compose(true);
  given.close_to(expected);
  given = expected;
  run(LstmCellBackward{}, given.backward());
  expected.compose_backward();
  given.close_to(expected);
}

/// The same for sizes that fill tiles, leave some of them empty, or have one number.
template <class T, class Run>
void check_lstm_sizes(Run run) {
  for (const auto& [batch, steps, lengths] : {Extents{1, 1}, Extents{3, 2}, Extents{70, 7}}) {
    CHECK(lengths == nullptr);
    check_lstm<T, 1>(batch, steps, run);
    check_lstm<T, 5>(batch, steps, run);
    check_lstm<T, 18>(batch, steps, run);
    check_lstm<T, 33>(batch, steps, run);
  }
  check_lstm<T, 128>(1, 7, run);
  check_lstm<T, 128>(70, 2, run);
}

}  // namespace support

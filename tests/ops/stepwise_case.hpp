#pragma once
// Two recurrences written as steps, forward and backward, with operands of every kind.

#include <ops/support.hpp>

#include <strata/ops/stepwise.hpp>

namespace ops_test {

namespace stepwise_case {
inline constexpr std::size_t batch = 5, steps = 4, n = 18, gates = 2;

/// (q_0, q_1, x, row, mask) -> (h, y): what a step makes of the sums.
struct Cell {
  template <class V>
  constexpr Pack<V, 2> operator()(V q_0, V q_1, V x, V row, V m) const {
    return {{math::tanh(q_0 * x * m - q_1), q_1 + row * x}};
  }
};
/// (dh, x, dq) -> dq.
struct CellBackward {
  template <class V>
  constexpr V operator()(V dh, V x, V dq) const {
    return math::tanh(dh * x + dq);
  }
};

/// The mask of an element, by its definition.
inline double mask_at(std::size_t row, std::size_t column) {
  const auto sample = static_cast<std::uint32_t>(3 + row % batch), step = static_cast<std::uint32_t>(row / batch);
  const auto word = philox(philox_counter(column, sample, step, 16, 4), philox_key(5))[column % 4];
  return word >= bernoulli_keep_threshold(0.5) ? 2 : 0;
}

struct Arrays {
  std::vector<double> recurrent = counted<double>(gates * n * n, -12), h0 = counted<double>(batch * n),
                      h = counted<double>(steps * batch * n), q = counted<double>(steps * batch * gates * n, -3),
                      x = counted<double>(steps * batch * n, -9), y = counted<double>(batch * n),
                      row = counted<double>(n), dh = counted<double>(batch * n, 5), bias = counted<double>(gates * n);

  Arrays() {
    for (double& w : recurrent) w /= 300;
  }
  static Matrix<double*, n> rows(std::vector<double>& v) { return {v.data(), v.size() / n}; }
  Matrix<double*, gates * n> sums() { return {q.data(), steps * batch}; }

  /// Once with rows of all steps, and y of the last; the state's own rows at step 0.
  template <class Run>
  void forward(Run& run, auto given_bias) {
    const ops::RecurrenceRoom<Run, gates, n> room(run);
    const auto to = [&](const auto& at, std::size_t t) { return rows_of_step(at, sums(), t); };
    const auto before = [&](const auto& at, std::size_t t) {
      return t == 0 ? ops::samples_of(at, rows(h0)) : rows_of_step(at, rows(h), t - 1);
    };
    ops::stepwise_forward(run, room, rows(recurrent), given_bias, to, before, [&](auto& at, std::size_t t) {
      const auto z = rows_of_step(at, sums(), t);
      ops::map(at, Cell{}, ops::into(rows_of_step(at, rows(h), t), ops::samples_of(at, rows(y))),
               ops::from(part_of<0, gates>(z), part_of<1, gates>(z), rows_of_step(at, rows(x), t),
                         Row<double*, n>{row.data()}),
               ops::Masks<1>{{{{.rate = 0.5, .place = 16}}}, ops::MaskRows::one_step, t});
    });
  }
  template <class Run>
  void backward(Run& run) {
    const ops::RecurrenceRoom<Run, gates, n> room(run);
    const auto of = [&](const auto& at, std::size_t t) { return rows_of_step(at, sums(), t); };
    ops::stepwise_backward(run, room, rows(recurrent), of, rows(dh), [&](auto& at, std::size_t t) {
      const auto second = part_of<1, gates>(rows_of_step(at, sums(), t));
      ops::map(at, CellBackward{}, ops::into(second),
               ops::from(ops::samples_of(at, rows(dh)), rows_of_step(at, rows(x), t), second));
    });
  }
  Row<double*, gates * n> shift() { return {bias.data()}; }
};

}  // namespace stepwise_case
}  // namespace ops_test

#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/recurrent_step.hpp>
#include <strata/layers/gru_cell.hpp>
#include <strata/layers/lstm_cell.hpp>

using namespace kernel_test;

namespace {
constexpr std::size_t room(std::size_t n) { return 2 * padded(n); }

/// The same step with products and cell one after another.
template <class T, std::size_t Gates, std::size_t Hidden, std::size_t Inputs, ops::Products How, std::size_t At,
          std::size_t Outputs, class Held = FullPrecision, class F>
void check_step(F f, std::size_t c_output) {
  CAPTURE(Hidden);
  CAPTURE(Inputs);
  constexpr std::size_t n = Gates * Hidden;
  constexpr bool apart = How == ops::Products::apart;
  using Product = Kernel<ops::TurnedProduct, Cpu<T>>;
  const auto turned = [](const std::vector<T>& weight) {
    std::vector<T> to(weight.size());
    Product::template turn<Held>(weight.data(), to.data(), n, weight.size() / n);
    return to;
  };
  const auto x = numbers<T>(Inputs, 1), wx = turned(numbers<T>(n * Inputs, 2)), bx = numbers<T>(n, 3),
             wh = turned(numbers<T>(n * Hidden, 4)), bh = numbers<T>(n, 5), h = numbers<T>(Hidden, 6),
             c = numbers<T>(Hidden, 7);
  std::vector<T> z(n), q(n), bias(n);
  for (std::size_t i = 0; i < n; ++i) bias[i] = apart ? bx[i] : bx[i] + bh[i];
  Product::template run<Inputs, n, false, Held, n>(
      {x.data(), wx.data(), z.data(), bias.data(), false, ops::Activation::none});
  if (apart) {
    Product::template run<Hidden, n, true, Held, n>(
        {h.data(), wh.data(), q.data(), bh.data(), false, ops::Activation::none});
  } else {
    Product::template run<Hidden, n, true, Held, n>(
        {h.data(), wh.data(), z.data(), nullptr, true, ops::Activation::none});
  }
  for (const bool backwards : {false, true}) {
    std::vector<T> state = h, cell = c, y(Hidden), sums(room(n));
    ops::RecurrentStepArguments<T, Outputs, 1> a{x.data(), wx.data(),   bx.data(), wh.data(), bh.data(), state.data(),
                                                 y.data(), sums.data(), {},        {},        backwards};
    a.in[0] = cell.data();
    if (c_output < Outputs) a.out[c_output] = cell.data();
    Kernel<ops::RecurrentStep, Cpu<T>>::template run<How, At, Gates, Hidden, Inputs, Held>(f, a);
    using V = simd<T>;
    for (std::size_t j = 0; j < Hidden; ++j) {
      Pack<V, (apart ? 2 : 1) * Gates + 1> all;
      for (std::size_t g = 0; g < Gates; ++g) {
        all[g] = V(z[g * Hidden + j]);
        if (apart) all[Gates + g] = V(q[g * Hidden + j]);
      }
      all[(apart ? 2 : 1) * Gates] = V(c[j]);
      const auto expected = detail::apply<Outputs>(f, all);
      T lane[V::size];
      lanes::store(lane, expected[At]);
      CHECK(y[j] == lane[0]);
      CHECK(state[j] == lane[0]);
      if (c_output < Outputs) {
        lanes::store(lane, expected[c_output]);
        CHECK(cell[j] == lane[0]);
      } else {
        CHECK(cell[j] == c[j]);
      }
    }
  }
}
template <class T, std::size_t Hidden, std::size_t Inputs>
void check_lstm() {
  check_step<T, 4, Hidden, Inputs, ops::Products::together, 0, 2>(LstmCell<0, false>{}, 1);
}
template <class T, std::size_t Hidden, std::size_t Inputs>
void check_gru() {
  using Cell = GruCell<0, false>;
  check_step<T, 3, Hidden, Inputs, ops::Products::apart, 3, Cell::outputs>(Cell{}, Cell::outputs);
}
}  // namespace

TEST_CASE_TEMPLATE("a step in one pass has the bits of its parts", T, float, double) {
  check_lstm<T, 1, 1>();
  check_lstm<T, 8, 3>();
  check_lstm<T, 28, 28>();
  check_lstm<T, 64, 40>();   // more than the first-level cache holds
  check_lstm<T, 20, 400>();  // inputs cut along k
  check_gru<T, 5, 2>();
  check_gru<T, 33, 16>();
}

TEST_CASE("in bfloat16 too") {
  check_step<float, 4, 21, 7, ops::Products::together, 0, 2, BFloat16>(LstmCell<0, false>{}, 1);
  check_step<float, 4, 100, 401, ops::Products::together, 0, 2, BFloat16>(LstmCell<0, false>{}, 1);
}

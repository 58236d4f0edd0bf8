// Kernels beside the xtensor expressions they stand for.

#include <backend/cpu/support.hpp>

#include <strata/layers/lstm_cell.hpp>
#include <strata/strata.hpp>
#include <strata/tensor/xtensor.hpp>

#if __has_include(<xtensor/core/xmath.hpp>)
#include <xtensor/core/xmath.hpp>
#include <xtensor/views/xview.hpp>
#else
#include <xtensor/xmath.hpp>
#include <xtensor/xview.hpp>
#endif

using namespace kernel_test;

namespace {
using Array = xt::xtensor<double, 2>;

Array numbers(std::size_t rows, std::size_t columns, std::uint64_t seed) {
  Array x(std::array<std::size_t, 2>{rows, columns});
  InitialRandom random(philox_key(seed));
  for (double& v : x) v = 4 * random.uniform() - 2;
  return x;
}
Operand<const double> in(const Array& x) { return {x.data(), x.shape(1)}; }
Operand<double> out(Array& x) { return {x.data(), x.shape(1)}; }
std::span<const double> values(const Array& x) { return {x.data(), x.size()}; }
bool close(const Array& got, const Array& expected) {
  const Closeness c = all_close(values(got), values(expected), 1e-13, 1e-13);
  return static_cast<bool>(c);
}
}  // namespace

TEST_CASE("an LSTM cell is its xtensor expression") {
  const Array i = numbers(7, 13, 1), f = numbers(7, 13, 2), g = numbers(7, 13, 3), o = numbers(7, 13, 4),
              c0 = numbers(7, 13, 5);
  Array h = numbers(7, 13, 6), c = numbers(7, 13, 7);
  Kernel<ops::Map, Cpu<double>>::run({2}, 7, 13, LstmCell{}, Pack<Operand<double>, 2>{{out(h), out(c)}},
                                     Pack<Operand<const double>, 5>{{in(i), in(f), in(g), in(o), in(c0)}});
  const Array expected_c = c0 / (1.0 + xt::exp(-f)) + xt::tanh(g) / (1.0 + xt::exp(-i));
  const Array expected_h = xt::tanh(expected_c) / (1.0 + xt::exp(-o));
  CHECK(close(c, expected_c));
  CHECK(close(h, expected_h));
}

TEST_CASE("sums down the rows are xtensor's") {
  const Array x = numbers(101, 19, 1);
  Array sum(std::array<std::size_t, 2>{1, 19});
  std::vector<double> partial(ops::reduction_chunks * 19);
  Kernel<ops::ReduceRows, Cpu<double>>::run({2}, 101, 19, ops::Identity{}, false, Pack<double*, 1>{{sum.data()}},
                                            Pack<Operand<const double>, 1>{{in(x)}}, partial.data());
  const xt::xtensor<double, 1> expected = xt::sum(x, {0});
  for (std::size_t j = 0; j < 19; ++j) CHECK(sum(0, j) == doctest::Approx(expected(j)).epsilon(1e-13));
}

TEST_CASE("softmax with cross-entropy is its xtensor expression") {
  const Array s = numbers(9, 10, 1);
  Array gradient(std::array<std::size_t, 2>{9, 10});
  std::vector<std::int32_t> labels(9);
  for (std::size_t r = 0; r < 9; ++r) labels[r] = static_cast<std::int32_t>((3 * r) % 10);
  std::vector<double> losses(9);
  const double scale = 1.0 / 9;
  Kernel<ops::CrossEntropy, Cpu<double>>::run(
      {1}, {9, 10, 9, s.data(), nullptr, {labels.data()}, &scale, losses.data(), gradient.data(), {}});
  const xt::xtensor<double, 1> totals = xt::sum(xt::exp(s), {1});
  Array expected = xt::exp(s) / xt::view(totals, xt::all(), xt::newaxis()) / 9.0;
  for (std::size_t r = 0; r < 9; ++r) {
    const auto label = static_cast<std::size_t>(labels[r]);
    expected(r, label) -= scale;
    CHECK(losses[r] == doctest::Approx(std::log(totals(r)) - s(r, label)).epsilon(1e-12));
  }
  CHECK(close(gradient, expected));
}

TEST_CASE("a product is the sum over xtensor's outer products") {
  const Array a = numbers(11, 17, 1), b = numbers(17, 23, 2);
  Array c = numbers(11, 23, 3);
  Kernel<ops::Matmul, Cpu<double>>::run(
      {2}, {11, 23, 17, a.data(), 17, false, b.data(), 23, false, c.data(), 23, false, nullptr});
  Array expected(std::array<std::size_t, 2>{11, 23}, 0.0);
  for (std::size_t k = 0; k < 17; ++k) {
    const xt::xtensor<double, 1> column = xt::view(a, xt::all(), k), row = xt::view(b, k, xt::all());
    expected += xt::view(column, xt::all(), xt::newaxis()) * xt::view(row, xt::newaxis(), xt::all());
  }
  CHECK(close(c, expected));
}

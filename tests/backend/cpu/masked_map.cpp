#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/map.hpp>
#include <strata/backend/cpu/masked_map.hpp>

using namespace kernel_test;

namespace {
const PhiloxKey key = philox_key(12345678901ull);

template <class T>
const Counters<T>& counters() {
  static const Counters<T> all{.key = key, .step = 6};
  return all;
}

/// Masks of samples from `first_sample` on, all dropped at 0.4 by the counters of place 16.
template <class T>
ops::MaskArguments<T, DrawnMask<T>, 1> one_mask(std::size_t batch, std::size_t first_sample = 0) {
  return {
      {{{bernoulli_keep_threshold(0.4), 16, static_cast<T>(1 / 0.6), true}}}, batch, first_sample, 0, &counters<T>()};
}

template <class T>
std::vector<T> drop(const std::vector<T>& x, std::size_t columns, std::size_t batch, int threads,
                    std::size_t first_sample = 0) {
  std::vector<T> y(x.size());
  Kernel<ops::MaskedMap, Tested<T>>::run(
      {threads}, x.size() / columns, columns, ops::Masked{}, Pack<Operand<T>, 1>{{{y.data(), columns}}},
      Pack<Operand<const T>, 1>{{{x.data(), columns}}}, one_mask<T>(batch, first_sample));
  return y;
}

/// (a, b, m, n) -> (a · m + n, b - n).
struct TwoOfTwo {
  template <class V>
  constexpr Pack<V, 2> operator()(V a, V b, V m, V n) const {
    return {{a * m + n, b - n}};
  }
};
}  // namespace

TEST_CASE_TEMPLATE("each element stays by the Philox word of its sample, time and column", T, float, double) {
  for (const std::size_t columns : {1u, 3u, 4u, 5u, 130u, 1024u, 1030u}) {
    const std::size_t batch = 3, steps = 2;
    const auto x = numbers<T>(batch * steps * columns, 1);
    const auto y = drop(x, columns, batch, 1, 10);
    std::size_t wrong = 0, kept = 0;
    for (std::size_t r = 0; r < batch * steps; ++r) {
      for (std::size_t j = 0; j < columns; ++j) {
        const auto sample = static_cast<std::uint32_t>(10 + r % batch), time = static_cast<std::uint32_t>(r / batch);
        const bool stays = philox(philox_counter(j, sample, time, 16, 6), philox_key(12345678901ull))[j % 4] >=
                           bernoulli_keep_threshold(0.4);
        const T expected = stays ? x[r * columns + j] * static_cast<T>(1 / 0.6) : T(0);
        wrong += y[r * columns + j] != expected;
        kept += stays;
      }
    }
    CAPTURE(columns);
    CHECK(wrong == 0);
    if (columns > 100) CHECK((kept > batch * steps * columns / 2 && kept < batch * steps * columns * 7 / 10));
  }
}

TEST_CASE("masks depend neither on threads nor on how a batch is split") {
  const std::size_t columns = 600, batch = 20;
  const auto x = numbers<float>(batch * columns, 1);
  const auto whole = drop(x, columns, batch, 1);
  for (const int threads : thread_counts) CHECK(drop(x, columns, batch, threads) == whole);
  const std::vector<float> late(x.begin() + 7 * 600, x.end());
  const auto part = drop(late, columns, batch - 7, 1, 7);
  CHECK(std::equal(part.begin(), part.end(), whole.begin() + 7 * 600));
}

TEST_CASE("in place") {
  auto x = numbers<float>(50, 1);
  const auto expected = drop(x, 10, 5, 1);
  Kernel<ops::MaskedMap, Tested<float>>::run({1}, 5, 10, ops::Masked{}, Pack<Operand<float>, 1>{{{x.data(), 10}}},
                                             Pack<Operand<const float>, 1>{{{x.data(), 10}}}, one_mask<float>(5));
  CHECK(x == expected);
}

TEST_CASE_TEMPLATE("several masks, strided and repeated operands, a mask that is the same at every step", T, float,
                   double) {
  for (const std::size_t columns : {5u, 8u, 16u, 600u}) {
    const std::size_t batch = 2, steps = 3, rows = batch * steps, stride = (columns / 4 + 1) * 4;
    const auto a = numbers<T>(rows * stride, 1), b = numbers<T>(columns, 2);
    std::vector<T> y(rows * stride, T(9)), z(rows * stride, T(9));
    const auto third = bernoulli_keep_threshold(1.0 / 3), half = bernoulli_keep_threshold(0.5);
    Kernel<ops::MaskedMap, Tested<T>>::run(
        {2}, rows, columns, TwoOfTwo{}, Pack<Operand<T>, 2>{{{y.data(), stride}, {z.data(), stride}}},
        Pack<Operand<const T>, 2>{{{a.data(), stride}, {b.data(), 0}}},
        ops::MaskArguments<T, DrawnMask<T>, 2>{
            {{{third, 8, T(1.5), true}, {half, 9, T(1), false}}}, batch, 4, 7, &counters<T>()});
    std::size_t wrong = 0;
    for (std::size_t r = 0; r < rows; ++r) {
      const auto sample = static_cast<std::uint32_t>(4 + r % batch), step = static_cast<std::uint32_t>(7 + r / batch);
      for (std::size_t j = 0; j < columns; ++j) {
        const T m = philox(philox_counter(j, sample, step, 8, 6), key)[j % 4] >= third ? T(1.5) : T(0),
                n = philox(philox_counter(j, sample, 0, 9, 6), key)[j % 4] >= half ? T(1) : T(0);
        wrong += std::abs(y[r * stride + j] - (a[r * stride + j] * m + n)) > T(1e-6);  // fused or not
        wrong += z[r * stride + j] != b[j] - n;
      }
      for (std::size_t j = columns; j < stride; ++j) wrong += y[r * stride + j] != T(9) || z[r * stride + j] != T(9);
    }
    CAPTURE(columns);
    CHECK(wrong == 0);
  }
}

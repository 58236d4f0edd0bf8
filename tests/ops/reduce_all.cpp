#include <ops/support.hpp>

using namespace ops_test;

namespace {
struct Product {
  template <class V>
  constexpr V operator()(V a, V b) const {
    return a * b;
  }
};
}  // namespace

TEST_CASE_TEMPLATE("one sum over whole buffers, overwriting or adding", T, float, double) {
  const auto a = counted<T>(1000), b = counted<T>(1000, 2);
  double expected = 0;
  for (std::size_t i = 0; i < 999; ++i) expected += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  const auto in = ops::from(Flat<const T*>{a.data(), 999}, Flat<const T*>{b.data(), 999});
  T sum = 5;
  ops::reduce_all(typename Cpu<T>::Stream{1}, Product{}, &sum, false, in);
  CHECK(sum == doctest::Approx(expected).epsilon(1e-6));
  ops::reduce_all(typename Cpu<T>::Stream{1}, Product{}, &sum, true, in);
  CHECK(sum == doctest::Approx(2 * expected).epsilon(1e-6));
}

#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/reduce_all.hpp>

using namespace kernel_test;

namespace {
struct ProductPlusOne {
  template <class V>
  constexpr V operator()(V a, V b) const {
    return a * b + V(1);
  }
};
template <class T>
T reduce(const std::vector<T>& a, const std::vector<T>& b, T before, bool accumulate, int threads) {
  Kernel<ops::ReduceAll, Tested<T>>::run({threads}, a.size(), ProductPlusOne{}, &before, accumulate,
                                         Pack<const T*, 2>{{a.data(), b.data()}});
  return before;
}
}  // namespace

TEST_CASE_TEMPLATE("reduce_all is one sum; a functor that is not 0 at 0 shows lanes behind the end", T, float, double) {
  for (const std::size_t size : {0u, 1u, 7u, 8u, 16u, 31u, 1023u, 1024u, 1025u, 5000u, 300000u}) {
    const auto a = numbers<T>(size, 1), b = numbers<T>(size, 2);
    long double exact = 0;
    for (std::size_t i = 0; i < size; ++i) exact += static_cast<long double>(a[i]) * static_cast<long double>(b[i]) + 1;
    const double sum = static_cast<double>(exact);
    const double bound = rounding<T> * (1 + std::abs(sum));
    CHECK(std::abs(static_cast<double>(reduce<T>(a, b, 4, false, 1)) - sum) <= bound);
    CHECK(std::abs(static_cast<double>(reduce<T>(a, b, 4, true, 1)) - sum - 4) <= bound);
  }
}

TEST_CASE_TEMPLATE("the bits do not depend on threads", T, float, double) {
  const auto a = numbers<T>(300001, 1), b = numbers<T>(300001, 2);
  const T first = reduce<T>(a, b, 0, false, 1);
  for (const int threads : thread_counts) CHECK(reduce<T>(a, b, 0, false, threads) == first);
}

#include <strata/backend/cpu/gemm.hpp>
#include <strata/backend/cpu/gemm_dots.hpp>

namespace {
/// On threads as the kernel cuts C.
template <class T>
void dots(const strata::ops::MatmulArguments<T>& g, int threads) {
  if (g.k == 0) return strata::gemm(g, threads);
  strata::detail::split_product(threads, g.m, g.n, 4, 2 * strata::simd_width<T>,
                                [&](auto... rectangle) { strata::detail::GemmDots<T>::run(g, rectangle...); });
}
}  // namespace

// The tests of gemm, on this product.
#define STRATA_TESTED_PRODUCT dots
#define STRATA_TESTED_FORM(transpose_a, transpose_b) (!transpose_a && transpose_b)
#include <backend/cpu/gemm.cpp>

TEST_CASE_TEMPLATE("sums of the lanes of registers, in their order", T, float, double) {
  using V = strata::simd<T>;
  V rows[V::size];
  T of[V::size];
  for (std::size_t r = 0; r < V::size; ++r) {
    for (std::size_t i = 0; i < V::size; ++i) of[i] = static_cast<T>(100 * r + i);
    rows[r] = strata::lanes::load<T>(of);
  }
  strata::lanes::store(of, strata::detail::sums_of_rows(rows));
  for (std::size_t r = 0; r < V::size; ++r)
    CHECK(of[r] == static_cast<T>(100 * r * V::size + V::size * (V::size - 1) / 2));
}

TEST_CASE_TEMPLATE("more rows of B than a cache holds are taken in parts", T, float, double) {
  check(Problem<T>{5, 300, 2100, false, true, false, true});
}

TEST_CASE("no rows and no columns are nothing") {
  const Problem<float> problem{5, 6, 7, false, true, false, true};
  std::vector<float> c = problem.before;
  strata::detail::GemmDots<float>::run(problem.arguments(c), 0, 0, 0, 6);
  strata::detail::GemmDots<float>::run(problem.arguments(c), 0, 5, 3, 3);
  CHECK(c == problem.before);
}

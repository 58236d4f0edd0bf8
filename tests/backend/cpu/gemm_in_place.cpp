#include <strata/backend/cpu/gemm.hpp>
#include <strata/backend/cpu/gemm_in_place.hpp>

namespace {
/// On threads as the kernel cuts C.
template <class T>
void in_place(const strata::ops::MatmulArguments<T>& g, int threads) {
  if (g.k == 0) return strata::gemm(g, threads);
  strata::detail::split_product(threads, g.m, g.n, 6, 32,
                                [&](std::size_t row, std::size_t row_end, std::size_t column, std::size_t column_end) {
                                  strata::detail::GemmInPlace<T>(g, row, row_end).run(column, column_end);
                                });
}
}  // namespace

// The tests of gemm, on this product.
#define STRATA_TESTED_PRODUCT in_place
#define STRATA_TESTED_FORM(transpose_a, transpose_b) true
#include <backend/cpu/gemm.cpp>

TEST_CASE_TEMPLATE("in place or packed, the bits are the same", T, float, double) {
  for (int form = 0; form < 4; ++form) {
    const Problem<T> problem{23, 101, 600, (form & 1) != 0, (form & 2) != 0, true, true};
    std::vector<T> packed = problem.before;
    strata::gemm(problem.arguments(packed), 1);
    CHECK(problem.product(1) == packed);
  }
}

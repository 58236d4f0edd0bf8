#include <doctest/doctest.h>

#include <strata/backend/cpu/pack.hpp>

#include <cstddef>
#include <limits>
#include <vector>

using namespace strata;

namespace {

/// A stored matrix [rows][ld] of different numbers, without a byte to spare behind its last row.
template <class T>
std::vector<T> matrix(std::size_t rows, std::size_t columns, std::size_t ld) {
  std::vector<T> m((rows - 1) * ld + columns);
  for (std::size_t i = 0; i < m.size(); ++i) m[i] = static_cast<T>(i + 1);
  return m;
}

}  // namespace

TEST_CASE_TEMPLATE("a panel holds its rows along k, and zeros behind them", T, float, double) {
  using Arch = simd<T>;
  constexpr std::size_t width = Arch::size, stride = 2 * width;
  for (const bool k_contiguous : {false, true}) {
    for (const std::size_t count : {std::size_t{1}, width - 1, width, width + 1, stride}) {
      for (const std::size_t depth : {std::size_t{1}, width - 1, width, 2 * width + 1}) {
        const std::size_t first = 2, p = 1, rows = k_contiguous ? first + count : p + depth,
                          columns = k_contiguous ? p + depth : first + count, ld = columns + 3;
        const auto m = matrix<T>(rows, columns, ld);
        std::vector<T> packed(depth * stride, std::numeric_limits<T>::quiet_NaN());
        pack<T, typename Arch::arch_type>(packed.data(), stride, m.data(), ld, k_contiguous, first, count, p, depth);
        std::size_t wrong = 0;
        for (std::size_t d = 0; d < depth; ++d) {
          for (std::size_t i = 0; i < stride; ++i) {
            const std::size_t at = k_contiguous ? (first + i) * ld + p + d : (p + d) * ld + first + i;
            wrong += packed[d * stride + i] == (i < count ? m[at] : T(0)) ? 0 : 1;
          }
        }
        CAPTURE(k_contiguous);
        CAPTURE(count);
        CAPTURE(depth);
        CHECK(wrong == 0);
      }
    }
  }
}

TEST_CASE("nothing is read where there is no depth") {
  float packed = 1;
  pack<float, simd<float>::arch_type>(&packed, 1, nullptr, 0, false, 0, 1, 0, 0);
  CHECK(packed == 1);
}

#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/row_sums.hpp>

using namespace kernel_test;

namespace {
/// Σ a[row, p] · matrix[p][column], one fma after another, rounded as the processor's registers are.
template <class T>
T chain(const std::vector<T>& a, std::size_t lda, std::size_t row, const std::vector<T>& packed, std::size_t depth,
        std::size_t length, std::size_t panel, std::size_t column) {
  using V = simd<T>;
  V sum(T(0));
  for (std::size_t p = 0; p < depth; ++p)
    sum = lanes::fma(V(a[row * lda + p]), V(packed[(panel * depth + p) * length + column]), sum);
  T all[V::size];
  lanes::store(all, sum);
  return all[0];
}

template <class T, std::size_t Vectors>
void check_tiles(std::size_t rows, std::size_t panels, std::size_t depth) {
  constexpr std::size_t length = Vectors * simd_width<T>, first = 2;
  const std::size_t lda = depth + 3;
  const auto a = numbers<T>((first + rows) * lda, 1), packed = numbers<T>(panels * depth * length, 2);
  std::vector<int> visits(rows * panels);
  std::size_t wrong = 0;
  detail::for_each_tile<Vectors>(
      first, first + rows, panels,
      detail::RowProduct<T>{depth, a.data(), lda, 1, packed.data(), length, depth * length},
      [&](std::size_t row, std::size_t end, std::size_t panel, std::size_t together, const T* sums) {
        for (std::size_t r = row; r < end; ++r) {
          for (std::size_t s = panel; s < panel + together; ++s) {
            ++visits[(r - first) * panels + s];
            for (std::size_t j = 0; j < length; ++j, ++sums)
              wrong += *sums == chain(a, lda, r, packed, depth, length, s, j) ? 0 : 1;
          }
        }
      });
  CAPTURE(rows);
  CAPTURE(panels);
  CAPTURE(depth);
  CHECK(wrong == 0);
  CHECK(visits == std::vector<int>(rows * panels, 1));
}
}  // namespace

TEST_CASE_TEMPLATE("every row meets every panel once, in one chain of fma a sum", T, float, double) {
  for (const std::size_t rows : {1U, 2U, 3U, 4U, 5U, 6U, 7U, 13U, 20U}) {
    for (const std::size_t panels : {1U, 2U, 3U, 4U, 7U, 11U}) {
      check_tiles<T, 4>(rows, panels, 5);
      check_tiles<T, 2>(rows, panels, 1);
      check_tiles<T, 1>(rows, panels, 3);
    }
  }
}

TEST_CASE("no rows and no panels are no tiles") {
  check_tiles<float, 4>(0, 3, 2);
  check_tiles<float, 4>(3, 0, 2);
}

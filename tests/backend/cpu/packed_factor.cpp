#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/packed_factor.hpp>

using namespace kernel_test;

namespace {
template <class T>
void check(std::size_t rows, std::size_t depth, std::size_t columns, bool transposed, int threads) {
  CAPTURE(rows);
  CAPTURE(depth);
  CAPTURE(columns);
  constexpr std::size_t width = simd_width<T>;
  const Rows<T> a(rows, depth, 3, 1), b(transposed ? columns : depth, transposed ? depth : columns, 2, 2);
  std::vector<T> memory(depth * ((columns + width - 1) / width * width), T(55)), c(rows * columns, T(55));
  const detail::PackedFactor<T> factor(memory.data(), depth, columns);
  factor.pack(threads, b.memory.data(), b.stride, transposed);
  CHECK(factor.vectors() == (columns + width - 1) / width);
  const std::size_t first = rows > 1 ? 1 : 0;
  std::size_t visited = 0;
  factor.product(first, rows, a.memory.data(), a.stride, [&](std::size_t row, std::size_t v, simd<T> sums) {
    T lane[width];
    lanes::store(lane, sums);
    for (std::size_t j = 0; j < width && v * width + j < columns; ++j) c[row * columns + v * width + j] = lane[j];
    ++visited;
  });
  CHECK(visited == (rows - first) * factor.vectors());
  std::size_t wrong = 0;
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t j = 0; j < columns; ++j) {
      double sum = 0;
      for (std::size_t p = 0; p < depth; ++p)
        sum += static_cast<double>(a(r, p)) * static_cast<double>(transposed ? b(j, p) : b(p, j));
      const double bound = (sizeof(T) == 4 ? 1e-6 : 1e-15) * static_cast<double>(depth);
      const T found = c[r * columns + j];
      wrong += r < first ? found != T(55) : !(std::abs(static_cast<double>(found) - sum) <= bound);
    }
  }
  CHECK(wrong == 0);
}
}  // namespace

TEST_CASE_TEMPLATE("products with a packed factor, of any sizes", T, float, double) {
  for (const bool transposed : {false, true}) {
    check<T>(1, 1, 1, transposed, 1);
    check<T>(7, 5, 17, transposed, 2);
    check<T>(4, 33, 64, transposed, 1);
    check<T>(13, 20, 135, transposed, 3);
  }
}

#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/zero_past_end.hpp>

using namespace kernel_test;

TEST_CASE_TEMPLATE("rows past the end become zero, all else stays", T, float, double) {
  const std::size_t batch = 3, columns = 5, stride = 7;
  for (const std::size_t steps : {1u, 4u, 300u}) {
    const std::vector<std::uint32_t> lengths{1, static_cast<std::uint32_t>(steps),
                                             static_cast<std::uint32_t>((steps + 1) / 2)};
    for (const int threads : thread_counts) {
      const auto before = numbers<T>(steps * batch * stride, 1);
      auto rows = before;
      Kernel<ops::ZeroPastEnd, Tested<T>>::run({threads}, {batch, steps, lengths.data()}, columns,
                                               {rows.data(), stride});
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::size_t row = i / stride;
        const bool padding = row / batch >= lengths[row % batch] && i % stride < columns;
        wrong += rows[i] != (padding ? T(0) : before[i]);
      }
      CHECK(wrong == 0);
    }
  }
}

#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/gather.hpp>

using namespace kernel_test;

TEST_CASE_TEMPLATE(
    "rows are chosen by an order, whole or their beginnings, from a place that is read where the kernel runs", E, float,
    double, std::int32_t) {
  std::vector<E> from(7 * 5), to(3 * 5);
  for (std::size_t i = 0; i < from.size(); ++i) from[i] = static_cast<E>(i);
  const std::vector<std::size_t> order{6, 2, 2, 0, 5, 1, 3};
  for (std::uint64_t first = 0; first < 3; ++first) {
    for (const std::size_t width : {5u, 2u}) {
      const ops::GatherArguments<E> arguments{3, width, 5, order.data(), &first, 2, to.data(), from.data()};
      Kernel<ops::Gather, Tested<double>>::run({1}, arguments);
      std::size_t wrong = 0;
      for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t j = 0; j < width; ++j) wrong += to[i * width + j] != from[order[first + 2 + i] * 5 + j];
      CHECK(wrong == 0);
    }
  }
}

#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/time_major.hpp>

using namespace kernel_test;

TEST_CASE_TEMPLATE("outer and inner change places, rows stay whole", T, float, double) {
  for (const std::size_t outer : {1u, 2u, 5u}) {
    for (const std::size_t inner : {1u, 3u, 4u}) {
      for (const std::size_t width : {1u, 7u}) {
        const auto from = numbers<T>(outer * inner * width, 1);
        std::vector<T> to(from.size()), back(from.size());
        Kernel<ops::SwapAxes, Tested<T>>::run({1}, outer, inner, width, to.data(), from.data());
        std::size_t wrong = 0;
        for (std::size_t o = 0; o < outer; ++o) {
          for (std::size_t i = 0; i < inner; ++i) {
            for (std::size_t w = 0; w < width; ++w)
              wrong += to[(i * outer + o) * width + w] != from[(o * inner + i) * width + w];
          }
        }
        CHECK(wrong == 0);
        Kernel<ops::SwapAxes, Tested<T>>::run({1}, inner, outer, width, back.data(), to.data());
        CHECK(back == from);
      }
    }
  }
}

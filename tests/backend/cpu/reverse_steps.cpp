#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/reverse_steps.hpp>

using namespace kernel_test;

TEST_CASE_TEMPLATE("steps change their order, samples do not; strided, copied or added", T, float, double) {
  const std::size_t batch = 3, columns = 5, in_stride = 7, out_stride = 6;
  for (const std::size_t steps : {1u, 2u, 5u, 400u}) {
    for (const bool accumulate : {false, true}) {
      for (const int threads : thread_counts) {
        const auto from = numbers<T>(steps * batch * in_stride, 1), before = numbers<T>(steps * batch * out_stride, 2);
        auto to = before;
        Kernel<ops::ReverseSteps, Tested<T>>::run(
            {threads},
            {{batch, steps}, steps, steps, columns, accumulate, {to.data(), out_stride}, {from.data(), in_stride}});
        std::size_t wrong = 0;
        for (std::size_t t = 0; t < steps; ++t) {
          for (std::size_t b = 0; b < batch; ++b) {
            const std::size_t at = (t * batch + b) * out_stride;
            for (std::size_t j = 0; j < columns; ++j) {
              const T x = from[((steps - 1 - t) * batch + b) * in_stride + j];
              wrong += to[at + j] != (accumulate ? before[at + j] + x : x);
            }
            wrong += to[at + columns] != before[at + columns];
          }
        }
        CHECK(wrong == 0);
      }
    }
  }
}

TEST_CASE("ragged samples are reversed within their lengths, into and out of fewer steps") {
  // 3 samples of 1, 4 and 2 steps; the value of step t of sample b is 10 b + t + 1, that of padding 99
  const std::vector<std::uint32_t> lengths{1, 4, 2};
  const std::vector<double> x{1, 11, 21, 99, 12, 22, 99, 13, 99, 99, 14, 99};
  const auto reversed = [&](std::size_t to_steps, std::size_t from_steps, bool accumulate) {
    std::vector<double> y(3 * to_steps, 100);
    Kernel<ops::ReverseSteps, Tested<double>>::run(
        {1}, {{3, 4, lengths.data()}, to_steps, from_steps, 1, accumulate, {y.data(), 1}, {x.data(), 1}});
    return y;
  };
  CHECK(reversed(4, 4, false) == std::vector<double>{1, 14, 22, 0, 13, 21, 0, 12, 0, 0, 11, 0});
  CHECK(reversed(4, 4, true) == std::vector<double>{101, 114, 122, 100, 113, 121, 100, 112, 100, 100, 111, 100});
  CHECK(reversed(1, 4, false) == std::vector<double>{1, 14, 22});
  CHECK(reversed(4, 1, false) == std::vector<double>{1, 0, 0, 0, 0, 21, 0, 0, 0, 0, 11, 0});
}

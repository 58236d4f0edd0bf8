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
        Kernel<ops::ReverseSteps, Tested<T>>::run({threads}, steps, batch, columns, accumulate, {to.data(), out_stride},
                                                  {from.data(), in_stride});
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

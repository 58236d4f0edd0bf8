#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/draw.hpp>

using namespace kernel_test;

TEST_CASE("a mask is that of its Philox words, from any column on, longer than a piece too") {
  const Counters<double> counters{.key = philox_key(7), .step = 3};
  const DrawnMask<double> mask{bernoulli_keep_threshold(0.4), 16, 2.5, true}, always{mask.threshold, 17, 1, false};
  const ops::MaskArguments<double, DrawnMask<double>, 2> all{{{mask, always}}, 4, 10, 5, &counters};
  constexpr std::size_t first = 8, count = 2 * detail::drawn_piece + 3;
  for (const std::size_t row : {0u, 6u}) {  // sample 10 at step 5, 12 at 6
    std::vector<double> drawn(count), of_all(count);
    detail::draw(drawn.data(), mask, all, row, first, count);
    detail::draw(of_all.data(), always, all, row, first, count);
    const auto sample = static_cast<std::uint32_t>(10 + row % 4);
    std::size_t wrong = 0;
    for (std::size_t j = 0; j < count; ++j) {
      const auto word = [&](std::uint32_t step, std::uint32_t place) {
        return philox(philox_counter(first + j, sample, step, place, 3), philox_key(7))[(first + j) % 4];
      };
      wrong += drawn[j] != (word(row == 0 ? 5 : 6, 16) >= mask.threshold ? 2.5 : 0.0);
      wrong += of_all[j] != (word(0, 17) >= mask.threshold ? 1.0 : 0.0);
    }
    CHECK(wrong == 0);
  }
}

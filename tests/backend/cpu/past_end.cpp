#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/past_end.hpp>

using namespace kernel_test;

namespace {
/// Elements of `to` that are not what they should be.
template <class T>
std::size_t wrong(std::size_t steps, bool one_step, bool in_place, bool shares, int threads) {
  const std::size_t batch = 3, columns = 5, stride = 7, rows = steps * batch;
  const std::vector<std::uint32_t> lengths{1, static_cast<std::uint32_t>(steps),
                                           static_cast<std::uint32_t>((steps + 1) / 2)};
  const auto before = numbers<T>(rows * stride, 1), from = in_place ? before : numbers<T>(rows * stride, 2);
  auto to = before;
  const std::size_t from_rows = one_step ? batch : rows;
  Kernel<ops::PastEnd, Tested<T>>::run({threads}, {{batch, steps, lengths.data()},
                                                   columns,
                                                   from_rows,
                                                   T(9),
                                                   shares,
                                                   {to.data(), stride},
                                                   {in_place ? to.data() : from.data(), stride}});
  std::size_t count = 0;
  for (std::size_t i = 0; i < to.size(); ++i) {
    const std::size_t row = i / stride, length = lengths[row % batch];
    const T x = from[row % from_rows * stride + i % stride];
    T expected = row / batch >= length ? T(9) : shares ? x / static_cast<T>(length) : x;
    if (i % stride >= columns) expected = before[i];
    count += to[i] != expected;
  }
  return count;
}
}  // namespace

TEST_CASE_TEMPLATE("padding is filled, the rest copied, kept or divided; rows of one step are those of all", T, float,
                   double) {
  for (const std::size_t steps : {1u, 4u, 300u}) {
    for (const bool shares : {false, true}) {
      for (const int threads : thread_counts) {
        CHECK(wrong<T>(steps, false, false, shares, threads) == 0);
        CHECK(wrong<T>(steps, true, false, shares, threads) == 0);
        CHECK(wrong<T>(steps, false, true, shares, threads) == 0);
      }
    }
  }
}

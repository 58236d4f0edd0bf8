#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/clip_norm.hpp>

using namespace kernel_test;

namespace {
/// A buffer of which some parts are clipped.
template <class T>
struct Clipped {
  std::vector<T> memory;
  std::vector<Flat<T*>> parts;
  Counters<T> counters;

  /// `count` parts of `size` elements, after each a gap.
  Clipped(std::size_t count, std::size_t size, std::size_t gap) : memory(numbers<T>(count * (size + gap), 1)) {
    for (std::size_t i = 0; i < count; ++i) parts.push_back({memory.data() + i * (size + gap), size});
  }
  void run(double limit, int threads) {
    Kernel<ops::ClipNorm, Tested<T>>::run({threads}, limit, std::span<const Flat<T*>>(parts), &counters);
  }
};

template <class T>
void check(std::size_t count, std::size_t size, std::size_t gap, int threads) {
  Clipped<T> clipped(count, size, gap);
  const Clipped<T> before(count, size, gap);
  double squares = 0;
  for (std::size_t i = 0; i < before.memory.size(); ++i) {
    const double g = i % (size + gap) < size ? static_cast<double>(before.memory[i]) : 0;
    squares += g * g;
  }
  CAPTURE(count);
  CAPTURE(size);
  CAPTURE(gap);
  const double bound = rounding<T> * 20;
  for (const double limit : {0.75 * std::sqrt(squares), 2 * std::sqrt(squares)}) {
    clipped.run(limit, threads);
    const double factor = std::min(1.0, limit / (std::sqrt(squares) + 1e-6));
    CHECK(static_cast<double>(clipped.counters.squares) == doctest::Approx(squares).epsilon(bound));
    CHECK(static_cast<double>(clipped.counters.gradient_scale) == doctest::Approx(factor).epsilon(bound));
    std::vector<double> expected(before.memory.begin(), before.memory.end());
    for (std::size_t i = 0; i < expected.size(); ++i) expected[i] *= i % (size + gap) < size ? factor : 1;
    const Closeness close = all_close(clipped.memory, expected, bound);
    CHECK_MESSAGE(close, close.text);
    std::copy(before.memory.begin(), before.memory.end(), clipped.memory.begin());
  }
}
}  // namespace

TEST_CASE_TEMPLATE("parts of a buffer are scaled to the limit where they are longer", T, float, double) {
  for (const std::size_t size : {1u, 7u, 511u, 512u, 513u, 2048u, 2049u, 30'000u}) {
    check<T>(1, size, 0, 1);
    check<T>(3, size, 0, 1);
    check<T>(3, size, 5, 2);
  }
  check<T>(20, 3, 1, 1);
  check<T>(20, 3000, 1, 3);
  check<T>(1, 1'200'000, 0, 3);
}

TEST_CASE_TEMPLATE("the bits do not depend on threads", T, float, double) {
  Clipped<T> first(11, 9001, 2);
  first.run(1, 1);
  for (const int threads : thread_counts) {
    Clipped<T> other(11, 9001, 2);
    other.run(1, threads);
    CHECK(other.memory == first.memory);
    CHECK(other.counters.squares == first.counters.squares);
  }
}

TEST_CASE("a number that is not finite is not hidden") {
  Clipped<float> clipped(3, 4, 1);
  clipped.memory[6] = std::numeric_limits<float>::quiet_NaN();
  clipped.run(1, 1);
  CHECK(clipped.counters.squares != clipped.counters.squares);
  CHECK(clipped.memory[0] != clipped.memory[0]);
}

#define STRATA_TESTED_SYSTEM omp
#include <backend/cpu/cross_entropy.cpp>
#include <backend/thrust/on_blocks.hpp>

namespace {
/// What one call needs; weights by step, the first two rows masked, labels of masked rows senseless.
template <class T>
struct SixRows {
  std::size_t batch = 3, steps = 2, n;
  std::vector<T> scores, teacher, weights, losses, gradient;
  std::vector<std::int32_t> labels;
  T scale = T(0.25);

  explicit SixRows(std::size_t columns)
      : n(columns),
        scores(numbers<T>(6 * n, 1)),
        teacher(numbers<T>(6 * n, 2)),
        weights(numbers<T>(6, 3)),
        losses(6, T(2)),
        gradient(6 * n, T(3)) {
    for (T& s : scores) s *= 9;
    for (T& s : teacher) s *= 9;
    for (std::size_t i = 0; i < 6; ++i) labels.push_back(static_cast<std::int32_t>((i * 977 + n - 1) % n));
    for (const std::size_t i : {0u, 3u}) {
      weights[i] = 0;
      labels[i] = -1;
    }
  }
  ops::CrossEntropyArguments<T> arguments(bool soft, ops::CrossEntropyTerm term) {
    return {6,
            n,
            batch,
            scores.data(),
            soft ? teacher.data() : nullptr,
            {labels.data(), weights.data(), true},
            &scale,
            losses.data(),
            gradient.data(),
            term};
  }
};

template <class T, unsigned Threads>
void check_blocks(std::size_t columns, bool soft, ops::CrossEntropyTerm term) {
  SixRows<T> expected(columns), forwards(columns), backwards(columns);
  const auto reference = expected.arguments(soft, term);
  for (std::size_t r = 0; r < 6; ++r) CrossEntropyRow<T, ScalarLanes<T>>::run(reference, r);
  const auto run = [&](SixRows<T>& rows, bool turned) {
    const auto kernel = detail::CrossEntropyBlock<T, Threads>::of(rows.arguments(soft, term));
    support::on_blocks(kernel.blocks(), kernel, turned);
  };
  run(forwards, false);
  run(backwards, true);
  CAPTURE(columns);
  CAPTURE(Threads);
  CAPTURE(soft);
  CHECK(forwards.losses == backwards.losses);
  CHECK(forwards.gradient == backwards.gradient);
  const double sums = rounding<T> * (1 + static_cast<double>(columns) / 1000);
  const Closeness l = all_close(forwards.losses, expected.losses, sums),
                  g = all_close(forwards.gradient, expected.gradient, sums);
  CHECK_MESSAGE(l, l.text);
  CHECK_MESSAGE(g, g.text);
}
}  // namespace

TEST_CASE_TEMPLATE("threads that share a row find what one finds, in any order", T, float, double) {
  for (const std::size_t columns : {1u, 2u, 3u, 4u, 5u, 8u, 9u, 10u, 64u, 511u, 512u, 513u, 1000u, 1030u}) {
    for (const bool soft : {false, true}) {
      check_blocks<T, 256>(columns, soft, {});
      check_blocks<T, 256>(columns, soft, {.temperature = 2, .factor = 0.5, .accumulate = true});
      check_blocks<T, 512>(columns, soft, {.temperature = 2, .factor = 0.5});
    }
  }
  for (const bool soft : {false, true}) check_blocks<T, 512>(50'000, soft, {.accumulate = true});
}

TEST_CASE("wide rows are the formulas") {
  check<double>(2, 2, 1024, false, {});
  check<double>(2, 2, 1100, true, {.temperature = 2});
}

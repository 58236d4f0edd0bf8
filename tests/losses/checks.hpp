#pragma once
// What every loss must do, whatever its formula: masks, sequences, pieces.

#include <fixtures/fixture.hpp>
#include <fixtures/loss_run.hpp>

#include <limits>
#include <random>

namespace losses_test {

/// Numbers in [-3, 3), from the engine's words alone.
template <class T>
std::vector<T> numbers(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<T> result(count);
  for (T& x : result) x = static_cast<T>(static_cast<double>(random()) / 4294967296.0 * 6 - 3);
  return result;
}
inline std::vector<std::int32_t> labels(std::size_t count, std::uint32_t classes, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<std::int32_t> result(count);
  for (auto& label : result) label = static_cast<std::int32_t>(random() % classes);
  return result;
}
/// Targets of a loss on rows of `width`.
template <class T, class Loss>
auto targets(std::size_t rows, std::size_t width, unsigned seed) {
  if constexpr (std::is_same_v<typename Loss::template target<T>, std::int32_t>) {
    return labels(rows, static_cast<std::uint32_t>(width), seed);
  } else {
    return numbers<T>(rows * width, seed);
  }
}

template <class T>
bool all_finite(const std::vector<T>& values) {
  return std::ranges::all_of(values, [](T x) { return std::isfinite(x); });
}

/// Rows of weight 0 hold NaN and infinity: no loss or gradient comes of them, and the others are as if they were not
/// there.
template <class Backend, class Loss>
void check_mask(const Loss& loss) {
  using T = typename Backend::element;
  constexpr std::size_t rows = 4, width = 19;
  auto scores = numbers<T>(rows * width, 1);
  std::fill_n(scores.begin() + width, width, std::numeric_limits<T>::quiet_NaN());
  scores[3 * width + 2] = std::numeric_limits<T>::infinity();
  const auto t = targets<T, Loss>(rows, width, 2);
  const std::vector<T> weights{T(2), T(0), T(0.5), T(0)};
  using Target = typename Loss::template target<T>;
  const auto masked = fixtures::run_loss<Backend, strata::Features<width>>(
      loss, {rows, 1}, scores, strata::Targets<Target, T>{t.data(), weights.data()}, 2.5);
  CHECK(all_finite(masked.losses));
  CHECK(all_finite(masked.gradient));
  for (const std::size_t row : {1u, 3u}) {
    CHECK(masked.losses[row] == T(0));
    for (std::size_t j = 0; j < width; ++j) CHECK(masked.gradient[row * width + j] == T(0));
  }
  for (const std::size_t row : {0u, 2u}) {
    std::vector<T> one(scores.begin() + static_cast<std::ptrdiff_t>(row * width),
                       scores.begin() + static_cast<std::ptrdiff_t>((row + 1) * width));
    const std::size_t at = row * t.size() / rows;
    const auto alone = fixtures::run_loss<Backend, strata::Features<width>>(
        loss, {1, 1}, one, strata::Targets<Target, T>{t.data() + at, weights.data() + row}, 2.5);
    CHECK(masked.losses[row] == alone.losses[0]);
    CHECK(masked.losses[row] > T(0));
    for (std::size_t j = 0; j < width; ++j) CHECK(masked.gradient[row * width + j] == alone.gradient[j]);
  }
}

/// Scores of a sequence are time-major, its targets batch-major; weights belong to samples or to steps.
template <class Backend, class Loss>
void check_sequence(const Loss& loss) {
  using T = typename Backend::element;
  using Target = typename Loss::template target<T>;
  constexpr std::size_t batch = 3, steps = 4, width = 5, rows = batch * steps;
  const auto batch_major = numbers<T>(rows * width, 3);
  const auto t = targets<T, Loss>(rows, width, 4);
  const auto time_major = fixtures::swapped(std::span<const T>(batch_major), batch, steps);
  std::vector<T> per_step(rows), per_sample{T(1), T(0), T(3)}, spread(rows);
  for (std::size_t i = 0; i < rows; ++i) per_step[i] = static_cast<T>(i % 5);
  for (std::size_t i = 0; i < rows; ++i) spread[i] = per_sample[i / steps];
  const auto run = [&](const T* weights, bool each_step, const T* flat_weights) {
    const auto inside = fixtures::run_loss<Backend, strata::Sequence<width>>(
        loss, {batch, steps}, time_major, strata::Targets<Target, T>{t.data(), weights, each_step}, 7);
    const auto flat = fixtures::run_loss<Backend, strata::Features<width>>(
        loss, {rows, 1}, batch_major, strata::Targets<Target, T>{t.data(), flat_weights}, 7);
    CHECK(fixtures::swapped(std::span<const T>(inside.losses), steps, batch) == flat.losses);
    CHECK(fixtures::swapped(std::span<const T>(inside.gradient), steps, batch) == flat.gradient);
    CHECK(inside.losses != flat.losses);  // else the order was not tested
  };
  run(nullptr, false, nullptr);
  run(per_sample.data(), false, spread.data());
  run(per_step.data(), true, per_step.data());
}

/// Losses and gradients of a batch in two pieces are those of the whole.
template <class Backend, class Loss>
void check_pieces(const Loss& loss) {
  using T = typename Backend::element;
  using Target = typename Loss::template target<T>;
  constexpr std::size_t rows = 7, cut = 3, width = 6;
  const auto scores = numbers<T>(rows * width, 5);
  const auto t = targets<T, Loss>(rows, width, 6);
  auto weights = numbers<T>(rows, 7);
  for (T& w : weights) w = std::abs(w);
  const auto run = [&](std::size_t first, std::size_t last) {
    return fixtures::run_loss<Backend, strata::Features<width>>(
        loss, {last - first, 1}, std::vector<T>(&scores[first * width], &scores[0] + last * width),
        strata::Targets<Target, T>{t.data() + first * t.size() / rows, weights.data() + first}, 11.5);
  };
  const auto whole = run(0, rows);
  auto pieces = run(0, cut);
  const auto rest = run(cut, rows);
  pieces.losses.insert(pieces.losses.end(), rest.losses.begin(), rest.losses.end());
  pieces.gradient.insert(pieces.gradient.end(), rest.gradient.begin(), rest.gradient.end());
  CHECK(pieces.losses == whole.losses);
  CHECK(pieces.gradient == whole.gradient);
}

/// The gradient is the derivative of Σ losses / Σ weights, by central differences in double.
template <class Backend, class Loss>
void check_gradient(const Loss& loss) {
  constexpr std::size_t rows = 3, width = 5;
  constexpr double step = 1e-6, weight_sum = 4;
  auto scores = numbers<double>(rows * width, 8);
  const auto t = targets<double, Loss>(rows, width, 9);
  const std::vector<double> weights{1, 0.5, 2.5};
  using Target = typename Loss::template target<double>;
  const auto run = [&] {
    return fixtures::run_loss<Backend, strata::Features<width>>(
        loss, {rows, 1}, scores, strata::Targets<Target, double>{t.data(), weights.data()}, weight_sum);
  };
  const auto gradient = run().gradient;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    const double at = scores[i];
    scores[i] = at + step;
    const double above = run().total();
    scores[i] = at - step;
    const double below = run().total();
    scores[i] = at;
    CHECK(gradient[i] == doctest::Approx((above - below) / (2 * step * weight_sum)).epsilon(1e-6));
    CHECK(std::abs(gradient[i]) > 1e-6);
  }
}

}  // namespace losses_test

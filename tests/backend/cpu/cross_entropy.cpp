#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/cross_entropy.hpp>

using namespace kernel_test;

namespace {
std::vector<double> softmax(const double* s, std::size_t n, double temperature) {
  std::vector<double> p(n);
  const double most = *std::max_element(s, s + n);
  double sum = 0;
  for (std::size_t j = 0; j < n; ++j) sum += p[j] = std::exp((s[j] - most) / temperature);
  for (double& x : p) x /= sum;
  return p;
}

/// One call against the formulas. Labels where `soft` is false, else a teacher; always weights by sample.
template <class T>
void check(std::size_t batch, std::size_t steps, std::size_t n, bool soft, ops::CrossEntropyTerm term,
           int threads = 1) {
  const std::size_t rows = batch * steps;
  auto scores = numbers<T>(rows * n, 1), teacher = numbers<T>(rows * n, 2), weights = numbers<T>(batch, 3);
  for (T& s : scores) s *= 5;
  for (T& s : teacher) s *= 5;
  weights[0] = 0;
  std::vector<std::int32_t> labels(rows);
  for (std::size_t i = 0; i < rows; ++i) labels[i] = static_cast<std::int32_t>(i * 7 % n);
  const T scale = T(0.5);
  std::vector<T> losses(rows, T(2)), gradient(rows * n, T(3));
  Kernel<ops::CrossEntropy, Tested<T>>::run({threads}, {rows,
                                                        n,
                                                        batch,
                                                        scores.data(),
                                                        soft ? teacher.data() : nullptr,
                                                        {labels.data(), weights.data(), false},
                                                        &scale,
                                                        losses.data(),
                                                        gradient.data(),
                                                        term});
  std::vector<double> expected_losses, expected_gradient;
  const double before = term.accumulate ? 1 : 0;
  for (std::size_t r = 0; r < rows; ++r) {
    const std::size_t at = r % batch * steps + r / batch;  // where users have this row
    const std::vector<double> s(scores.begin() + static_cast<long>(r * n),
                                scores.begin() + static_cast<long>((r + 1) * n));
    const std::vector<double> other(teacher.begin() + static_cast<long>(at * n),
                                    teacher.begin() + static_cast<long>((at + 1) * n));
    const auto p = softmax(s.data(), n, term.temperature), q = softmax(other.data(), n, term.temperature);
    const double w = term.factor * static_cast<double>(weights[r % batch]);
    double loss = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const double goal = soft ? q[j] : static_cast<double>(static_cast<std::size_t>(labels[at]) == j);
      loss -= goal * std::log(p[j]);
      expected_gradient.push_back(3 * before + w * 0.5 / term.temperature * (p[j] - goal));
    }
    expected_losses.push_back(2 * before + w * loss);
  }
  const Closeness l = all_close(losses, expected_losses, 2 * rounding<T>),
                  g = all_close(gradient, expected_gradient, 2 * rounding<T>);
  CAPTURE(n);
  CAPTURE(soft);
  CHECK_MESSAGE(l, l.text);
  CHECK_MESSAGE(g, g.text);
}
}  // namespace

TEST_CASE_TEMPLATE("loss and gradient are the formulas, hard and soft, overwriting and adding", T, float, double) {
  for (const std::size_t n : {1u, 2u, 10u, 16u, 17u, 40u}) {
    for (const bool soft : {false, true}) {
      check<T>(4, 1, n, soft, {});
      check<T>(3, 5, n, soft, {.temperature = 4, .factor = 0.5});
      check<T>(3, 2, n, soft, {.temperature = 0.5, .factor = 2, .accumulate = true});
    }
  }
  check<T>(400, 2, 20, false, {}, 3);
}

TEST_CASE_TEMPLATE("scores far from 0 neither overflow nor lose the loss", T, float, double) {
  const std::vector<T> scores{1000, 999, -1000, -2000, -2000, -2000};
  const std::int32_t labels[] = {1, 2};
  const T scale = 1;
  std::vector<T> losses(2), gradient(6);
  Kernel<ops::CrossEntropy, Tested<T>>::run(
      {1}, {2, 3, 2, scores.data(), nullptr, {labels, nullptr, false}, &scale, losses.data(), gradient.data(), {}});
  CHECK(losses[0] == doctest::Approx(1 + std::log1p(std::exp(-1.0))).epsilon(1e-6));
  CHECK(losses[1] == doctest::Approx(std::log(3.0)).epsilon(1e-6));
  CHECK(gradient[0] == doctest::Approx(1 / (1 + std::exp(-1.0))).epsilon(1e-5));
  CHECK(gradient[2] == 0);
}

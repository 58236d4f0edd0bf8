#include <backend/cpu/support.hpp>

#include <strata/backend/cpu/squared_error.hpp>

using namespace kernel_test;

namespace {
enum class Weighing { none, samples, steps };

template <class T>
void check(std::size_t batch, std::size_t steps, std::size_t columns, Weighing weighing, int threads = 1) {
  const std::size_t rows = batch * steps;
  const auto scores = numbers<T>(rows * columns, 1), targets = numbers<T>(rows * columns, 2);
  auto weights = numbers<T>(rows, 3);
  weights[0] = 0;
  const T scale = T(0.25);
  std::vector<T> losses(rows, T(9)), gradient(rows * columns, T(9));
  Kernel<ops::SquaredError, Tested<T>>::run(
      {threads}, {rows,
                  columns,
                  batch,
                  scores.data(),
                  {targets.data(), weighing == Weighing::none ? nullptr : weights.data(), weighing == Weighing::steps},
                  &scale,
                  losses.data(),
                  gradient.data()});
  std::vector<double> expected_losses, expected_gradient;
  for (std::size_t t = 0; t < steps; ++t) {
    for (std::size_t b = 0; b < batch; ++b) {
      const std::size_t at = b * steps + t;  // where users have this row
      const double w =
          weighing == Weighing::none ? 1 : static_cast<double>(weights[weighing == Weighing::steps ? at : b]);
      double loss = 0;
      for (std::size_t j = 0; j < columns; ++j) {
        const double d =
            static_cast<double>(scores[(t * batch + b) * columns + j]) - static_cast<double>(targets[at * columns + j]);
        loss += w * d * d / static_cast<double>(columns);
        expected_gradient.push_back(0.25 * w * 2 * d / static_cast<double>(columns));
      }
      expected_losses.push_back(loss);
    }
  }
  CHECK(all_close(losses, expected_losses, rounding<T>));
  CHECK(all_close(gradient, expected_gradient, rounding<T>));
}
}  // namespace

TEST_CASE_TEMPLATE("loss and gradient are the formulas, targets and weights in the order of users", T, float, double) {
  for (const Weighing weighing : {Weighing::none, Weighing::samples, Weighing::steps}) {
    for (const std::size_t columns : {1u, 5u, 16u, 33u}) {
      check<T>(4, 1, columns, weighing);
      check<T>(3, 5, columns, weighing);
    }
    check<T>(100, 4, 60, weighing, 3);
  }
}

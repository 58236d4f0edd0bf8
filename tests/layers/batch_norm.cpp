#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<BatchNorm, Sequence<5>>, Sequence<5>>);
static_assert(!Accepts<BatchNorm, Tokens<5>> && !Accepts<BatchNorm, Image<1, 2, 3>>);

namespace {
/// Mean and Σ (x - mean)² of each of `width` columns.
struct Moments {
  std::vector<double> mean, squares;
  Moments(const std::vector<double>& x, std::size_t width) : mean(width), squares(width) {
    const double rows = static_cast<double>(x.size() / width);
    for (std::size_t i = 0; i < x.size(); ++i) mean[i % width] += x[i] / rows;
    for (std::size_t i = 0; i < x.size(); ++i) squares[i % width] += std::pow(x[i] - mean[i % width], 2);
  }
};
}  // namespace

TEST_CASE("BatchNorm keeps the contract of layers") {
  check_contract<BatchNorm, Features<5>>();
  check_contract<BatchNorm, Sequence<5>>();
  check_contract<Sequential<Linear<3>, BatchNorm, Tanh>, Features<5>>({.may_vanish = {"0.bias"}});
}

TEST_CASE("training normalizes by the batch, each feature over all rows") {
  const std::size_t rows = 12, width = 3;
  const auto x = numbers<double>(rows * width, 1);
  std::vector<double> w(2 * padded(width)), statistics(2 * padded(width)), state;
  for (std::size_t j = 0; j < width; ++j) {
    w[j] = 2 + static_cast<double>(j);  // weight
    w[padded(width) + j] = -1;          // bias
    statistics[j] = 0.5;                // running_mean
    statistics[padded(width) + j] = 3;  // running_var
  }
  const TrainingPass<BatchNorm, Sequence<3>> pass({4, 3}, x, w, statistics, state, std::vector<double>(x.size(), 1),
                                                  {});
  const Moments of(x, width);
  for (std::size_t j = 0; j < width; ++j) {
    const double biased = of.squares[j] / rows, unbiased = of.squares[j] / (rows - 1);
    for (std::size_t b = 0; b < 4; ++b) {
      for (std::size_t t = 0; t < 3; ++t) {
        const double in = x[(b * 3 + t) * width + j], out = pass.output[(t * 4 + b) * width + j];
        CHECK(out == doctest::Approx((in - of.mean[j]) / std::sqrt(biased + 1e-5) * w[j] - 1).epsilon(1e-12));
      }
    }
    CHECK(statistics[j] == doctest::Approx(0.9 * 0.5 + 0.1 * of.mean[j]).epsilon(1e-12));
    CHECK(statistics[padded(width) + j] == doctest::Approx(0.9 * 3 + 0.1 * unbiased).epsilon(1e-12));
  }
}

TEST_CASE_TEMPLATE("prediction normalizes by the running averages", T, float, double) {
  Network<BatchNorm, Features<3>, Engine<T>> net;
  randomize(net, 4);
  const auto x = array<T, 2>({2, 3}, 5);
  const auto y = net.predict(x);
  for (std::size_t b = 0; b < 2; ++b) {
    for (std::size_t j = 0; j < 3; ++j) {
      const auto of = [&](const char* name) { return static_cast<double>(net.tensor(name)[j]); };
      const double expected =
          (static_cast<double>(x(b, j)) - of("running_mean")) / std::sqrt(of("running_var") + 1e-5) * of("weight") +
          of("bias");
      CHECK(static_cast<double>(y(b, j)) == doctest::Approx(expected).epsilon(sizeof(T) == 4 ? 1e-5 : 1e-13));
    }
  }
}

TEST_CASE("names, attributes and first values are PyTorch's") {
  CHECK(names<Weights, BatchNorm, Features<3>>() == "weight bias");
  CHECK(names<Statistics, BatchNorm, Features<3>>() == "running_mean running_var");
  for (const Segment& s : segments<Weights, BatchNorm, Features<3>>) CHECK_FALSE(s.attributes.decayed);
  const Network<BatchNorm, Features<3>, Engine<float>> net;
  for (std::size_t j = 0; j < 3; ++j) {
    CHECK(net.tensor("weight")[j] == 1);
    CHECK(net.tensor("bias")[j] == 0);
    CHECK(net.tensor("running_mean")[j] == 0);
    CHECK(net.tensor("running_var")[j] == 1);
  }
}

TEST_CASE("a batch of one row has variance zero, stays finite and leaves the running averages alone") {
  std::vector<double> w(32), statistics(32), state;
  w[0] = 1;
  statistics[0] = 3;
  statistics[16] = 2;
  const TrainingPass<BatchNorm, Features<1>> pass({1, 1}, {7}, w, statistics, state, {1}, {});
  CHECK(pass.output[0] == 0);
  CHECK(std::isfinite(pass.input_gradient[0]));
  CHECK(statistics[0] == 3);
  CHECK(statistics[16] == 2);
}

TEST_CASE("constants of one's own") {
  check_contract<BatchNormWith<0.5, 1.0>, Features<3>>();
  std::vector<double> w(32, 1.0), statistics(32), state;
  const TrainingPass<BatchNormWith<0.5, 1.0>, Features<1>> pass({2, 1}, {1, 3}, w, statistics, state, {1, 1}, {});
  CHECK(pass.output[1] == doctest::Approx(1 / std::sqrt(1.5) + 1));
  CHECK(statistics[0] == doctest::Approx(2));
  CHECK(statistics[16] == doctest::Approx(2));
}

TEST_CASE("with a ReLU behind it numbers are those of both layers, where they run as one and where they do not") {
  using Pair = Sequential<BatchNorm, ReLU>;
  static_assert(Fuses<BatchNorm, ReLU> && !Fuses<BatchNorm, Tanh>);
  check_contract<Pair, Features<5>>();
  check_contract<Sequential<Linear<3>, BatchNorm, ReLU>, Sequence<5>>({.may_vanish = {"0.bias"}});
  check_contract<Sequential<With<BatchNorm, LearningRate<0.5>>, ReLU>, Features<5>>();

  const std::size_t rows = 12, width = 3;
  const auto x = numbers<double>(rows * width, 1);
  std::vector<double> w(2 * padded(width)), state;
  for (std::size_t j = 0; j < width; ++j) w[j] = 2 + static_cast<double>(j);
  std::vector<double> of_one(2 * padded(width)), of_pair = of_one;
  const std::vector<double> dy(x.size(), 1);
  const TrainingPass<BatchNorm, Sequence<3>> one({4, 3}, x, w, of_one, state, dy, {});
  const TrainingPass<Pair, Sequence<3>> pair({4, 3}, x, w, of_pair, state, dy, {});
  CHECK(of_pair == of_one);
  std::size_t zeros = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    CHECK(pair.output[i] == std::max(one.output[i], 0.0));
    zeros += pair.output[i] == 0 ? 1 : 0;
  }
  CHECK(zeros > 5);

  Network<BatchNorm, Features<3>, Engine<float>> alone;
  Network<Pair, Features<3>, Engine<float>> both;
  randomize(alone, 4);
  std::copy(alone.weights().begin(), alone.weights().end(), both.weights().begin());
  std::copy(alone.statistics().begin(), alone.statistics().end(), both.statistics().begin());
  const auto in = array<float, 2>({20, 3}, 5);
  const auto y = alone.predict(in), activated = both.predict(in);
  for (std::size_t b = 0; b < 20; ++b)
    for (std::size_t j = 0; j < 3; ++j) CHECK(activated(b, j) == std::max(y(b, j), 0.0F));
}

TEST_CASE("a prediction is exact where inputs lie near a large mean") {
  Network<BatchNorm, Features<1>, Engine<float>> net;
  net.tensor("running_mean")[0] = 1e4F;
  net.tensor("running_var")[0] = 0.25F;
  net.tensor("bias")[0] = 3;
  const xt::xtensor<float, 2> x{{9999.5F}, {10000.25F}};
  const auto y = net.predict(x);
  CHECK(y(0, 0) == doctest::Approx(3 - 0.5 / std::sqrt(0.25 + 1e-5)).epsilon(1e-6));
  CHECK(y(1, 0) == doctest::Approx(3 + 0.25 / std::sqrt(0.25 + 1e-5)).epsilon(1e-6));
}

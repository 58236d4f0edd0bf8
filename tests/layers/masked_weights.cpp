#include <layers/support.hpp>

using namespace layer_test;

TEST_CASE("Linear with DropConnect keeps the contract of layers, with an initialiser in either order") {
  check_contract<Linear<4, DropConnect<0.5>>, Features<5>>();
  check_contract<Linear<4, HeUniform, DropConnect<0.3>>, Sequence<3>>();
  check_contract<Sequential<Linear<6, DropConnect<0.3>, HeUniform>, ReLU, Linear<2>>, Features<5>>();
}

TEST_CASE("weights are dropped at the rate, the same for all samples; prediction uses all of them") {
  using Layer = Linear<100, DropConnect<0.25>>;
  const std::size_t in = 200, out = 100;
  const auto w = numbers<double>(in * out + padded(out), 1);
  std::vector<double> none, state;
  std::vector<double> x(3 * in);
  const Counters<double> counters{.key = philox_key(7), .step = 3};
  // a sample with one 1 reads a column of the weight
  for (std::size_t b = 0; b < 3; ++b) x[b * in + 11] = 1;
  const TrainingPass<Layer, Features<in>> pass({3, 1}, x, w, none, state, std::vector<double>(3 * out, 1.0), counters);
  std::size_t wrong = 0;
  for (std::size_t j = 0; j < out; ++j) {
    const auto word = philox(philox_counter(11, static_cast<std::uint32_t>(j), 0, 0, 3), counters.key)[11 % 4];
    const double mask = word >= bernoulli_keep_threshold(0.25) ? 1 / 0.75 : 0;
    for (std::size_t b = 0; b < 3; ++b)
      wrong += std::abs(pass.output[b * out + j] - (w[j * in + 11] * mask + w[in * out + j])) > 1e-14;
  }
  CHECK(wrong == 0);
  // where a weight is dropped no gradient passes: 20,000 samples, 4 σ
  const TrainingPass<Layer, Features<in>> all({3, 1}, std::vector<double>(3 * in, 1.0), w, none, state,
                                              std::vector<double>(3 * out, 1.0), counters);
  const auto dropped = std::count(all.weight_gradient.begin(), all.weight_gradient.begin() + in * out, 0.0);
  CHECK(std::abs(static_cast<double>(dropped) / 20000 - 0.25) < 4 * std::sqrt(0.25 * 0.75 / 20000));

  Network<Layer, Features<in>, Engine<double>> net;
  Network<Linear<100>, Features<in>, Engine<double>> plain;
  randomize(net, 1);
  randomize(plain, 1);
  const auto some = array<double, 2>({2, in}, 5);
  CHECK(net.predict(some) == plain.predict(some));
}

#include <layers/support.hpp>

using namespace layer_test;

TEST_CASE("the cell step by step without masks is the plain LSTM") {
  // peepholes of zero change nothing, but take the path of options
  Network<LSTM<6>, Sequence<3>, Engine<double>> plain;
  Network<LSTM<6, Peephole>, Sequence<3>, Engine<double>> net;
  randomize(plain, 1);
  std::fill(net.weights().begin(), net.weights().end(), 0.0);
  std::copy(plain.weights().begin(), plain.weights().end(), net.weights().begin());
  const auto x = array<double, 3>({4, 7, 3}, 2);
  CHECK(all_close(net.predict(x), plain.predict(x), 1e-14));
}

TEST_CASE("samples of a network with dropout left on differ, and their mean is near the prediction") {
  // of 400 samples of 4 x 6 x 5 outputs of tanh-like numbers: far below 0.1
  Network<LSTM<5, OutputDropout<0.2>, Zoneout<0.1, 0.1>>, Sequence<3>, Engine<double>> net;
  randomize(net, 1);
  const auto x = array<double, 3>({4, 6, 3}, 2);
  const auto samples = net.predict_samples(x, 400, Seed{1});
  const auto expected = net.predict(x);
  std::vector<double> mean(expected.size());
  for (std::size_t i = 0; i < samples.size(); ++i) mean[i % mean.size()] += samples.data()[i] / 400;
  CHECK(std::vector<double>(samples.data(), samples.data() + mean.size()) !=
        std::vector<double>(samples.data() + mean.size(), samples.data() + 2 * mean.size()));
  for (std::size_t i = 0; i < mean.size(); ++i) CHECK(std::abs(mean[i] - expected.data()[i]) < 0.1);
}

TEST_CASE("state is carried over batches under options, as over the steps of one") {
  Network<LSTM<5, OutputDropout<0.2>, Zoneout<0.1, 0.1>, VariationalDropout<0.3>>, Sequence<3>, Engine<double>> net;
  randomize(net, 1);
  const auto x = array<double, 3>({2, 6, 3}, 2);
  const auto whole = net.predict(x);
  typename decltype(net)::session session;
  session.carry_state(true);
  for (std::size_t half = 0; half < 2; ++half) {
    xt::xtensor<double, 3> part({2, 3, 3});
    for (std::size_t b = 0; b < 2; ++b) std::copy_n(x.data() + (b * 6 + half * 3) * 3, 9, part.data() + b * 9);
    const auto y = net.predict(session, part);
    for (std::size_t b = 0; b < 2; ++b) {
      const std::vector<double> a(y.data() + b * 15, y.data() + (b + 1) * 15),
          e(whole.data() + (b * 6 + half * 3) * 5, whole.data() + (b * 6 + half * 3) * 5 + 15);
      CHECK(all_close(a, e, 1e-13));
    }
  }
}

// Every way to predict with a network on ragged sequences.

#include "network/support.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace network_tests;

namespace {
using In = RaggedSequence<4>;
struct Both : Sequential<Bidirectional<LSTM<3>>, Dropout<0.5>, Linear<2>> {};
const Network<Both, In, Engine<double>> net{Seed{3}};
const Network<Both, Sequence<4>, Engine<double>> plain{Seed{3}};

/// Sample b without its padding.
auto alone(const xt::xtensor<double, 3>& x, std::size_t b, std::size_t length) {
  xt::xtensor<double, 3> one({1, length, x.shape(2)});
  std::copy_n(&x(b, 0, 0), one.size(), one.data());
  return one;
}
/// Largest difference of y to what each sample gives alone; padding to 0.
double difference(const xt::xtensor<double, 3>& x, const std::vector<std::uint32_t>& lengths,
                  const xt::xtensor<double, 3>& y) {
  double most = 0;
  for (std::size_t b = 0; b < lengths.size(); ++b) {
    const auto expected = plain.predict(alone(x, b, lengths[b]));
    for (std::size_t t = 0; t < x.shape(1); ++t)
      for (std::size_t j = 0; j < 2; ++j)
        most = std::max(most, std::abs(y(b, t, j) - (t < lengths[b] ? expected(0, t, j) : 0)));
  }
  return most;
}
}  // namespace

TEST_CASE("a prediction is that of each sample alone, zero behind its end, in parts too") {
  const std::size_t batch = 300, steps = 5;  // parts have 256 samples
  auto x = numbers<double, 3>({batch, steps, 4});
  std::vector<std::uint32_t> lengths(batch);
  for (std::size_t b = 0; b < batch; ++b) lengths[b] = static_cast<std::uint32_t>(1 + b * 7 % steps);
  for (std::size_t t = lengths[299]; t < steps; ++t) x(299, t, 0) = std::numeric_limits<double>::quiet_NaN();
  const auto y = net.predict(Padded{x, lengths});
  CHECK(difference(x, lengths, y) < 1e-13);
  Session session(net);
  CHECK(net.predict(session, Padded{x, lengths}) == y);
  xt::xtensor<double, 3> into(y.shape());
  net.predict_into(session, BatchView<In, const double>(x.data(), {batch, steps, lengths.data()}), into);
  CHECK(into == y);
}

TEST_CASE("Monte-Carlo samples and observers see ragged batches") {
  const auto x = numbers<double, 3>({3, 5, 4});
  const std::vector<std::uint32_t> lengths{2, 5, 1};
  const auto samples = net.predict_samples(Padded{x, lengths}, 2, Seed{5});
  const auto first = plain.predict_samples(alone(x, 0, 2), 2, Seed{5});  // sample 0 has the same masks alone
  for (std::size_t s = 0; s < 2; ++s) {
    for (std::size_t j = 0; j < 2; ++j) {
      CHECK(samples(s, 0, 1, j) == doctest::Approx(first(s, 0, 1, j)).epsilon(1e-13));
      CHECK(samples(s, 0, 2, j) == 0);
    }
  }
  struct Watcher : Observer<double> {
    std::vector<double> last;
    void see(const Observation<double>& o) override { last.assign(o.data, o.data + o.rows * o.columns); }
  } watcher;
  net.observe(Padded{x, lengths}, watcher);
  const auto y = net.predict(Padded{x, lengths});
  REQUIRE(watcher.last.size() == 30);
  CHECK(watcher.last[(1 * 3 + 0) * 2] == doctest::Approx(y(0, 1, 0)).epsilon(1e-13));  // time-major
}

TEST_CASE("a ragged network streams as another does") {
  const Network<Sequential<LSTM<3>, Linear<2>>, In, Engine<double>> forward{Seed{1}};
  const auto x = numbers<double, 3>({1, 4, 4});
  const auto y = forward.predict(Padded{x, std::vector<int>{4}});
  Session session(forward);
  for (std::size_t t = 0; t < 4; ++t) {
    std::array<double, 2> out{};
    forward.step(session, std::span<const double, 4>(&x(0, t, 0), 4), out);
    CHECK(std::abs(out[1] - y(0, t, 1)) < 1e-13);
  }
}

TEST_CASE("ids of ragged sequences: what stands in padding need be none") {
  const Network<Sequential<Embedding<3>, GRU<4>, LastStep>, RaggedTokens<7>, Engine<double>> reader{Seed{2}};
  const Network<Sequential<Embedding<3>, GRU<4>, LastStep>, Tokens<7>, Engine<double>> whole{Seed{2}};
  const xt::xtensor<std::int32_t, 2> ids{{1, 6, -1}, {3, 2, 5}};
  const auto y = reader.predict(Padded{ids, std::vector<int>{2, 3}});
  CHECK(std::abs(y(0, 3) - whole.predict(xt::xtensor<std::int32_t, 2>{{1, 6}})(0, 3)) < 1e-13);
  Session session(reader);
  const std::vector<std::uint32_t> lengths{2, 3};
  xt::xtensor<double, 2> into({2, 4});
  reader.predict_into(session, BatchView<RaggedTokens<7>, const std::int32_t>(ids.data(), {2, 3, lengths.data()}),
                      into);
  CHECK(into == y);
  const std::vector<double> behind_pointers{1, 6, 1e9, 3, 2, 5};  // which nobody checks
  reader.predict_into(session, {2, 3, lengths.data()}, behind_pointers.data(), into.data());
  CHECK(into == y);
  CHECK(std::abs(y(1, 3) - whole.predict(xt::xtensor<std::int32_t, 2>{{3, 2, 5}})(0, 3)) < 1e-13);
}

TEST_CASE("lengths that do not fit are refused in the caller's name") {
  const auto x = numbers<double, 3>({2, 5, 4});
  CHECK_THROWS_WITH_AS(net.predict(Padded{x, std::vector<int>{1, 6}}),
                       "strata: predict was given the length 6 for sample 1, but needs lengths in [1, 5]", ValueError);
  CHECK_THROWS_WITH_AS(net.predict_samples(Padded{x, std::vector<int>{1}}, 2, Seed{1}),
                       "strata: predict_samples was given 1 length(s) for 2 sample(s)", ShapeError);
}

// Ragged batches: check_contract compares every sample of one with the sample alone, without its padding, outputs,
// gradients and predictions.

#include <layers/support.hpp>

#include <limits>

using namespace layer_test;

static_assert(std::is_same_v<output_of<LSTM<3>, RaggedSequence<5>>, RaggedSequence<3>>);
static_assert(std::is_same_v<output_of<Bidirectional<GRU<3>>, RaggedSequence<5>>, RaggedSequence<6>>);
static_assert(std::is_same_v<output_of<Embedding<4>, RaggedTokens<5>>, RaggedSequence<4>>);
static_assert(std::is_same_v<output_of<LastStep, RaggedSequence<5>>, Features<5>>);
static_assert(!Accepts<BatchNorm, RaggedSequence<5>> && Accepts<BatchNorm, Sequence<5>>);

TEST_CASE("a sample of a ragged batch is what it is alone, through every recurrent layer") {
  check_contract<LSTM<3>, RaggedSequence<2>>();
  check_contract<GRU<3>, RaggedSequence<2>>();
  check_contract<GRU<3, ResetBefore>, RaggedSequence<2>>();
  check_contract<SimpleRNN<3>, RaggedSequence<2>>();
  check_contract<SimpleRNN<3, Rectified>, RaggedSequence<2>>({.seed = 4});
}

TEST_CASE("the same with their options") {
  check_contract<LSTM<3, Zoneout<0.2, 0.3>, OutputDropout<0.4>, Peephole>, RaggedSequence<2>>();
  check_contract<LSTM<3, VariationalDropout<0.2, 0.3, 0.4>, RecurrentDropout<0.3>>, RaggedSequence<2>>();
  check_contract<LSTM<3, LayerNormGates, Zoneout<0.2, 0.3>>, RaggedSequence<2>>();
  check_contract<GRU<3, OutputDropout<0.5>, Zoneout<0.0, 0.3>>, RaggedSequence<2>>({.seed = 2});
  check_contract<SimpleRNN<3, OutputDropout<0.5>, DropConnect<0.3>>, RaggedSequence<2>>({.seed = 3});
}

TEST_CASE("the same of both directions, stacks and what follows them") {
  check_contract<Bidirectional<LSTM<2>>, RaggedSequence<2>>({.extents = {4, 5}});
  check_contract<Bidirectional<Sequential<GRU<2, Zoneout<0.0, 0.2>>, Linear<2>>>, RaggedSequence<2>>();
  check_contract<Stacked<2, LSTM<2>>, RaggedSequence<2>>();
  check_contract<Sequential<Linear<3>, Bidirectional<SimpleRNN<2>>, LayerNorm, Dropout<0.2>, LSTM<3>,
                            Residual<Linear<3>, Tanh>, LastStep, Linear<2>>,
                 RaggedSequence<2>>({.seed = 5});
  check_contract<LastStep, RaggedSequence<3>>();
  check_contract<Linear<3>, RaggedSequence<2>>();
  check_contract<Sequential<LastStep, BatchNorm>, RaggedSequence<2>>();
}

TEST_CASE("the same of pools over time, whatever the padding would give") {
  check_contract<MeanOverTime, RaggedSequence<3>>();
  check_contract<MaxOverTime, RaggedSequence<3>>();
  check_contract<Sequential<Linear<3>, Sigmoid, MeanOverTime>, RaggedSequence<2>>();
  check_contract<Sequential<Linear<3>, Sigmoid, MaxOverTime>, RaggedSequence<2>>();
}

TEST_CASE("ids of ragged sequences: padding touches no row") {
  check_contract<Sequential<Embedding<3>, LSTM<2>>, RaggedTokens<4>>();
  check_contract<Tied<Embedding<3>, GRU<3>>, RaggedTokens<5>>();
}

TEST_CASE("states are those of each sample's last step, and outputs behind it are zero") {
  using In = RaggedSequence<2>;
  const std::size_t batch = 3, steps = 4;
  const std::vector<std::uint32_t> lengths{2, 4, 1};
  Network<LSTM<5>, In, Engine<double>> net;
  Network<LSTM<5>, Sequence<2>, Engine<double>> plain;
  randomize(net, 1);
  randomize(plain, 1);
  const auto x = array<double, 3>({batch, steps, 2}, 2);
  typename decltype(net)::session session;
  session.carry_state(true);
  const auto y = net.predict(session, Padded{x, lengths});
  const auto h = session.state("h"), c = session.state("c");
  for (std::size_t b = 0; b < batch; ++b) {
    xt::xtensor<double, 3> one({1, lengths[b], 2});
    std::copy_n(&x(b, 0, 0), one.size(), one.data());
    typename decltype(plain)::session alone;
    alone.carry_state(true);
    const auto expected = plain.predict(alone, one);
    for (std::size_t j = 0; j < 5; ++j) {
      CHECK(h[b * 5 + j] == doctest::Approx(alone.state("h")[j]).epsilon(1e-13));
      CHECK(h[b * 5 + j] == y(b, lengths[b] - 1, j));
      CHECK(c[b * 5 + j] == doctest::Approx(alone.state("c")[j]).epsilon(1e-13));
      for (std::size_t t = 0; t < steps; ++t) {
        if (t < lengths[b]) CHECK(y(b, t, j) == doctest::Approx(expected(0, t, j)).epsilon(1e-13));
        else CHECK(y(b, t, j) == 0);
      }
    }
  }
}

TEST_CASE("a state that grows without bound in the padding spoils nothing") {
  using L = Sequential<SimpleRNN<1, Rectified, OutputDropout<0.5>>, Linear<1>>;
  using In = RaggedSequence<1>;
  const std::size_t steps = 600;  // 10^600 is infinite
  const std::vector<std::uint32_t> lengths{2};
  const std::vector<double> x(steps, 1.0);
  std::vector<double> w(static_cast<std::size_t>(storage<Weights, L, In>.fixed)), none, state(16), dy(steps);
  for (const Segment& s : segments<Weights, L, In>) w[s.offset] = s.name() == "0.weight_hh_l0" ? 10 : 1;
  dy[0] = dy[1] = 1;
  const TrainingPass<L, In> pass({1, steps, lengths.data()}, x, w, none, state, dy, {});
  for (const double g : pass.weight_gradient) CHECK(std::isfinite(g));
  for (const double g : pass.input_gradient) CHECK(std::isfinite(g));
  CHECK(pass.input_gradient[1] != 0);
}

#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<With<LSTM<3>, L2<1e-3>>, Sequence<5>>, Sequence<3>>);
static_assert(!Accepts<With<LSTM<3>, L2<1e-3>>, Features<5>>);

TEST_CASE("With keeps the contract of layers") {
  check_contract<With<Linear<3>, L2<1e-3>>, Features<5>>();
  check_contract<Sequential<With<Sequential<Linear<3>, Tanh>, Freeze>, Linear<2>>, Sequence<5>>();
}

TEST_CASE("With changes no name and no value") {
  using Plain = Sequential<Linear<3>, Tanh, Sequential<Linear<2>>>;
  using Policed = Sequential<With<Linear<3>, L2<1e-3>>, Tanh, With<Sequential<Linear<2>>, Freeze>>;
  CHECK(names<Weights, Policed, Features<5>>() == names<Weights, Plain, Features<5>>());
  const Network<Plain, Features<5>, Engine<float>> plain{Seed{3}};
  const Network<Policed, Features<5>, Engine<float>> policed{Seed{3}};
  const auto x = array<float, 2>({2, 5}, 1);
  CHECK(plain.predict(x) == policed.predict(x));
}

TEST_CASE("Freeze and LearningRate reach the attributes of every tensor inside, and only those") {
  using Net =
      Sequential<Linear<4>, With<Sequential<Linear<3>, With<Linear<2>, LearningRate<0.5>>>, LearningRate<0.1>, Freeze>>;
  const auto& all = segments<Weights, Net, Features<5>>;
  REQUIRE(all.size() == 6);
  CHECK((all[0].attributes.learning_rate == 1 && !all[0].attributes.frozen));
  CHECK((all[2].attributes.learning_rate == 0.1 && all[2].attributes.frozen && all[2].attributes.decayed));
  CHECK(all[4].attributes.learning_rate == doctest::Approx(0.05));
  CHECK((all[5].attributes.frozen && !all[5].attributes.decayed));
  CHECK(stretches<Net, Features<5>>.size() == 6);
}

TEST_CASE("a frozen layer stays as it is while the others learn") {
  Network<Sequential<With<Linear<3>, Freeze>, Linear<2>>, Features<4>, Engine<double>> net{Seed{1}};
  const std::vector<double> before(net.weights().begin(), net.weights().end());
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  trainer.step(array<double, 2>({5, 4}, 1), array<double, 2>({5, 2}, 2));
  const auto frozen = net.tensor("0.weight");
  CHECK(std::equal(frozen.begin(), frozen.end(), before.begin()));
  CHECK(net.tensor("1.weight")[0] !=
        before[static_cast<std::size_t>(net.tensor("1.weight").data() - net.weights().data())]);
}

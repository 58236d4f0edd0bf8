#include <layers/support.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<Tied<Embedding<3>>, Tokens<7>>, Sequence<7>>);
static_assert(std::is_same_v<output_of<Tied<Embedding<3>, LSTM<3>, LastStep>, Tokens<7>>, Features<7>>);
static_assert(!Accepts<Tied<Embedding<3>, LSTM<4>>, Tokens<7>> && !Accepts<Tied<Embedding<3>>, Sequence<3>>);
static_assert(!Accepts<Tied<With<Embedding<3>, Freeze>>, Tokens<7>>);

namespace {
struct Words : Embedding<4> {};
using Model = Tied<Words, LSTM<6>, Linear<4>, Tanh>;
}  // namespace

TEST_CASE("Tied keeps the contract of layers") {
  check_contract<Tied<Embedding<3>>, Tokens<5>>();
  check_contract<Model, Tokens<5>>();
  check_contract<Sequential<Tied<Embedding<3>, LSTM<3>, LastStep>, Linear<2>>, Tokens<5>>();
}

TEST_CASE_TEMPLATE("scores are what the layers return times the embedding's table", T, float, double) {
  Network<Model, Tokens<5>, Engine<T>> net{Seed{3}};
  Network<Sequential<Words, LSTM<6>, Linear<4>, Tanh>, Tokens<5>, Engine<T>> body{Seed{3}};
  CHECK(names<Weights, Model, Tokens<5>>() ==
        "0.weight 1.weight_ih_l0 1.weight_hh_l0 1.bias_ih_l0 1.bias_hh_l0 2.weight 2.bias 4.bias");
  const auto bias = net.tensor("4.bias"), table = net.tensor("0.weight");
  for (const T b : bias) CHECK(b == 0);
  std::ranges::copy(numbers<T>(5, 6), bias.begin());
  const xt::xtensor<int, 2> x{{0, 4, 3}, {1, 1, 2}};
  const auto h = body.predict(x), y = net.predict(x);
  std::vector<double> expected;
  for (std::size_t row = 0; row < 6; ++row) {
    for (std::size_t id = 0; id < 5; ++id) {
      double sum = static_cast<double>(bias[id]);
      for (std::size_t j = 0; j < 4; ++j)
        sum += static_cast<double>(h.data()[row * 4 + j]) * static_cast<double>(table[id * 4 + j]);
      expected.push_back(sum);
    }
  }
  const auto close = all_close(y, expected, sizeof(T) == 4 ? 1e-6 : 1e-14);
  CHECK_MESSAGE(close, close.text);
}

TEST_CASE("every row of the table learns in every step") {
  CHECK(stretches<Model, Tokens<40>>[0].row == 0);
  CHECK(segments<Weights, Tied<Embedding<3, PaddingId<2>>>, Tokens<40>>[0].attributes.frozen_row == no_row);
  Network<Model, Tokens<40>, Engine<double>> net{Seed{3}};
  const auto table = net.tensor("0.weight");
  const std::vector<double> before(table.begin(), table.end());
  Trainer trainer{net, CrossEntropy{}, Adam{.learning_rate = 0.01}, L2<1e-3>{}, ClipNorm<1.0>{}};
  const xt::xtensor<std::int32_t, 2> x{{0, 4, 3}, {1, 1, 2}}, next{{4, 3, 7}, {1, 2, 39}};
  const double first = trainer.step(x, next);
  for (std::size_t i = 0; i < table.size(); ++i) CHECK(table[i] != before[i]);
  double last = first;
  for (int i = 0; i < 100; ++i) last = trainer.step(x, next);
  CHECK(last < 0.5 * first);
}

TEST_CASE("observers see the scores as the output of the last layer") {
  struct Last : Observer<double> {
    std::vector<double> output;
    void see(const Observation<double>& o) override {
      if (o.position == 4) output.assign(o.data, o.data + o.rows * o.columns);
    }
  } last;
  const Network<Model, Tokens<5>, Engine<double>> net{Seed{3}};
  const xt::xtensor<int, 2> x{{0, 4, 3}};
  net.observe(x, last);
  const auto y = net.predict(x);
  CHECK(last.output == std::vector<double>(y.begin(), y.end()));
  CHECK(layer_names<Model, Tokens<5>>().size() == 5);
}

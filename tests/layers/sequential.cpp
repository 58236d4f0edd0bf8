#include <layers/support.hpp>

#include <strata/network/plan.hpp>

using namespace layer_test;

namespace {
using Eight =
    Sequential<Linear<256>, Linear<256>, Linear<256>, Linear<256>, Linear<256>, Linear<256>, Linear<256>, Linear<256>>;

/// How many regions of a plan hold `width` elements a sample.
template <class Program>
std::size_t regions(std::size_t width) {
  std::size_t count = 0;
  for (const Allocation& a : Plan<Program>::table) count += a.length == Count{0, static_cast<std::int64_t>(width), 0};
  return count;
}
template <class L, class In>
using Train = TrainingStep<L, In, Training, float>;
template <class L, class In>
using Predict = Prediction<L, In, Inference, float>;

struct Named : Sequential<Linear<3>, Tanh> {};
}  // namespace

static_assert(std::is_same_v<output_of<Sequential<LSTM<3>, LastStep, Linear<2>>, Sequence<5>>, Features<2>>);
static_assert(!Accepts<Sequential<LastStep, LSTM<3>>, Sequence<5>>);
static_assert(Sequential<Linear<3>, ReLU>::backward_reads == Reads::both);
static_assert(Sequential<Dropout<0.5>, Linear<3>>::backward_reads == Reads::neither);

TEST_CASE("Sequential keeps the contract of layers, nested and with every layer at either end") {
  check_contract<Sequential<Linear<3>, Tanh, Linear<2>>, Features<5>>();
  check_contract<Sequential<Tanh, Dropout<0.5>, Sigmoid>, Features<5>>();
  check_contract<Sequential<Sequential<Linear<3>, Tanh>, Sequential<Sequential<Sigmoid>, Linear<2>>, Tanh>,
                 Sequence<5>>();
  check_contract<Named, Features<5>>();
}

TEST_CASE("the composition on the project's first page keeps the contract of layers") {
  using Card = Sequential<LSTM<4>, BatchNorm, Residual<Linear<4>, ReLU>, Dropout<0.5>>;
  check_contract<Card, Sequence<3>>({.seed = 2});
  check_contract<Sequential<LSTM<4>, LastStep, BatchNorm, Residual<Linear<4>, ReLU>, Dropout<0.5>, Linear<3>>,
                 Sequence<5>>();
}

TEST_CASE("layers run in order, and a derived name changes nothing") {
  Network<Sequential<Linear<3>, Tanh>, Features<2>, Engine<double>> alias{Seed{1}};
  const Network<Named, Features<2>, Engine<double>> named{Seed{1}};
  const Network<Linear<3>, Features<2>, Engine<double>> linear{Seed{1}};
  const auto x = array<double, 2>({4, 2}, 1);
  const auto z = linear.predict(x), y = alias.predict(x);
  CHECK(y(3, 2) == doctest::Approx(std::tanh(z(3, 2))).epsilon(1e-14));
  CHECK(named.predict(x) == y);
  CHECK(names<Weights, Named, Features<2>>() == "0.weight 0.bias");
}

TEST_CASE("names are positions as written") {
  using Net = Sequential<Sequential<Linear<3>, Tanh>, BatchNorm, Residual<Linear<3>, ReLU>, Linear<2>>;
  CHECK(names<Weights, Net, Features<5>>() ==
        "0.0.weight 0.0.bias 1.weight 1.bias 2.0.weight 2.0.bias 3.weight 3.bias");
  CHECK(names<Statistics, Net, Features<5>>() == "1.running_mean 1.running_var");
}

TEST_CASE("eight equal layers predict in two activations") {
  CHECK(arena_elements<Predict<Eight, Features<256>>>({10, 1}) == 2 * 256 * 10);
  CHECK(regions<Predict<Eight, Features<256>>>(256) == 7);
}

TEST_CASE("a layer that runs in place takes no memory") {
  CHECK(regions<Predict<Sequential<Linear<8>, ReLU, Linear<4>>, Features<2>>>(8) == 1);
  CHECK(regions<Predict<Sequential<Linear<8>, BatchNorm, ReLU, Dropout<0.5>, Linear<4>>, Features<2>>>(8) == 1);
  // in training: the activation behind ReLU, and its gradient
  CHECK(regions<Train<Sequential<Linear<8>, ReLU, Linear<4>>, Features<2>>>(8) == 2);
  // BatchNorm reads its input in backward, so there are two activations and, as it may not overwrite, two gradients
  CHECK(regions<Train<Sequential<Linear<8>, BatchNorm, ReLU, Linear<4>>, Features<2>>>(8) == 4);
}

TEST_CASE("what backward needs of an activation lives until then, and no longer") {
  using Net = Sequential<Linear<8>, Tanh, Linear<16>, Linear<4>>;
  const auto& table = Plan<Train<Net, Features<2>>>::table;
  std::vector<Allocation> eights, sixteens;
  for (const Allocation& a : table) {
    if (a.length == Count{0, 8, 0}) eights.push_back(a);
    if (a.length == Count{0, 16, 0}) sixteens.push_back(a);
  }
  REQUIRE(eights.size() == 2);
  REQUIRE(sixteens.size() == 2);
  CHECK(eights[0].last > sixteens[1].first);  // Tanh's output outlives the gradient of the layer above it
  CHECK(sixteens[0].last < eights[1].last);   // the activation of 16 is gone before the first layer's gradient
  CHECK(sixteens[1].last < eights[1].last);
}

TEST_CASE("regions in use at the same time never overlap") {
  using Net = Sequential<LSTM<4>, BatchNorm, Residual<Linear<4>, ReLU>, LastStep, Linear<3>>;
  using Program = Train<Net, Sequence<5>>;
  std::array<std::size_t, Plan<Program>::count> offsets{};
  const Extents extents{7, 5};
  const std::size_t total = place(Plan<Program>::table, extents, offsets);
  const auto& table = Plan<Program>::table;
  for (std::size_t i = 0; i < table.size(); ++i) {
    CHECK(offsets[i] % granule == 0);
    CHECK(offsets[i] + table[i].length.at(extents) <= total);
    for (std::size_t j = 0; j < i; ++j) {
      const bool together = table[j].last > table[i].first && table[i].last > table[j].first;
      const bool apart = offsets[i] + table[i].length.at(extents) <= offsets[j] ||
                         offsets[j] + table[j].length.at(extents) <= offsets[i];
      CHECK((!together || apart));
    }
  }
}

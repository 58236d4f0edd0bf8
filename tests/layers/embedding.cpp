#include <layers/support.hpp>
#include <thrown.hpp>

using namespace layer_test;

static_assert(std::is_same_v<output_of<Embedding<3>, Tokens<7>>, Sequence<3>>);
static_assert(!Accepts<Embedding<3>, Sequence<1>> && !Accepts<Embedding<3>, NoShape>);
static_assert(!Accepts<Embedding<0>, Tokens<7>> && !Accepts<Embedding<3, int>, Tokens<7>>);
static_assert(Accepts<Embedding<3>, Tokens<most_ids>> && !Accepts<Embedding<3>, Tokens<most_ids + 1>>);
static_assert(Accepts<Embedding<3, PaddingId<6>>, Tokens<7>> && !Accepts<Embedding<3, PaddingId<7>>, Tokens<7>>);

namespace {
using Ids = xt::xtensor<std::int32_t, 2>;

/// Ids in [0, below), some more often than others.
Ids ids(std::size_t batch, std::size_t steps, int below, int seed = 1) {
  Ids some({batch, steps});
  for (std::size_t i = 0; i < some.size(); ++i)
    some.data()[i] = static_cast<std::int32_t>(i * i + i / 3 * static_cast<std::size_t>(seed)) % below;
  return some;
}

/// A network that ends in one number a step, trained towards 1: its table after some steps on other ids each.
template <class T, class Embed, class Optim, class... Policies>
std::vector<T> table_after(int steps, Optim optimizer, Policies... policies) {
  Network<Sequential<Embed, Linear<1>>, Tokens<6>, Engine<T>> net{Seed{4}};
  Trainer trainer{net, MeanSquaredError{}, optimizer, policies...};
  for (int s = 0; s < steps; ++s) trainer.step(ids(3, 2, 3, s) + s % 3, xt::xtensor<T, 3>({3, 2, 1}, T(1)));
  const auto table = net.tensor("0.weight");
  return {table.begin(), table.end()};
}
}  // namespace

TEST_CASE("Embedding keeps the contract of layers") {
  check_contract<Embedding<3>, Tokens<5>>();
  check_contract<Embedding<17, DenseGradient>, Tokens<4>>();
  check_contract<Embedding<4, PaddingId<1>>, Tokens<5>>();
  check_contract<Sequential<Embedding<4>, LSTM<3>, LastStep, Linear<2>>, Tokens<5>>();
}

TEST_CASE_TEMPLATE("every id becomes its row, whatever integers ids are", T, float, double) {
  const Network<Embedding<3>, Tokens<7>, Engine<T>> net{Seed{2}};
  const auto table = net.tensor("weight");
  REQUIRE(table.size() == 21);
  const Ids x = ids(4, 5, 7);
  const auto y = net.predict(x);
  std::size_t wrong = 0;
  for (std::size_t b = 0; b < 4; ++b)
    for (std::size_t t = 0; t < 5; ++t)
      for (std::size_t j = 0; j < 3; ++j) wrong += y(b, t, j) != table[static_cast<std::size_t>(x(b, t)) * 3 + j];
  CHECK(wrong == 0);
  CHECK(net.predict(xt::xtensor<std::int64_t, 2>(x)) == y);
  CHECK(net.predict(xt::xarray<std::uint8_t>(x)) == y);
  CHECK(net.predict(x * 1) == y);
}

TEST_CASE_TEMPLATE("its gradient is the sum over the rows of an id, in their order", T, float, double) {
  const std::vector<T> x{2, 0, 2, 2, 4, 0}, dy = numbers<T>(6 * 3, 1);  // two samples of three steps
  std::vector<T> w = numbers<T>(16, 2), none, expected(16, T(0));
  const auto gradient = [&]<class L>(L) {
    return TrainingPass<L, Tokens<5>, T>({2, 3}, x, w, none, none, dy, {}).weight_gradient;
  };
  for (std::size_t row = 0; row < 6; ++row) {  // time-major
    const auto id = static_cast<std::size_t>(x[row % 2 * 3 + row / 2]);
    for (std::size_t j = 0; j < 3; ++j) expected[id * 3 + j] += dy[row * 3 + j];
  }
  CHECK(gradient(Embedding<3>{}) == expected);
  CHECK(gradient(Embedding<3, DenseGradient>{}) == expected);
  std::fill_n(expected.data() + 2 * 3, 3, T(0));
  CHECK(gradient(Embedding<3, PaddingId<2>>{}) == expected);
}

TEST_CASE("the table starts from N(0, 1), the padding row from zero") {
  const Network<Embedding<50>, Tokens<400>, Engine<double>> net{Seed{3}};
  double squares = 0;
  for (const double w : net.tensor("weight")) squares += w * w;
  CHECK(squares / 20000 == doctest::Approx(1).epsilon(0.05));
  const Network<Embedding<50, PaddingId<7>>, Tokens<400>, Engine<double>> padded{Seed{3}};
  for (std::size_t i = 0; i < 20000; ++i)
    CHECK(padded.tensor("weight")[i] == (i / 50 == 7 ? 0 : net.tensor("weight")[i]));
}

TEST_CASE_TEMPLATE("plain descent on the rows of a batch is descent on the whole table", T, float, double) {
  const SGD plain{.learning_rate = 0.25};
  CHECK(table_after<T, Embedding<3>>(5, plain) == table_after<T, Embedding<3, DenseGradient>>(5, plain));
  // of one batch without momentum before it, so is momentum; a second batch moves the first one's rows in one of them
  const SGD momentum{.learning_rate = 0.25, .momentum = 0.5};
  CHECK(table_after<T, Embedding<3>>(1, momentum) == table_after<T, Embedding<3, DenseGradient>>(1, momentum));
  CHECK(table_after<T, Embedding<3>>(3, momentum) != table_after<T, Embedding<3, DenseGradient>>(3, momentum));
}

TEST_CASE("a fit finds the rows of its batches in whatever order they come, and in pieces") {
  const auto fitted = []<class Embed>(Embed) {
    Network<Sequential<Embed, LSTM<2>, LastStep, Linear<2>>, Tokens<50>, Engine<double>> net{Seed{4}};
    Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = 0.25}};
    Dataset<std::int32_t, 2> data{ids(20, 3, 50), xt::xtensor<std::int32_t, 1>(std::array<std::size_t, 1>{20}, 1)};
    trainer.fit(data, {.epochs = 2, .batch_size = 6, .piece = 2, .hold_out = 2});
    return std::vector<double>(net.weights().begin(), net.weights().end());
  };
  CHECK(fitted(Embedding<4>{}) == fitted(Embedding<4, DenseGradient>{}));
}

TEST_CASE_TEMPLATE("clipping by norm sees the gradient of every row", T, float, double) {
  const SGD plain{.learning_rate = 0.25};
  const auto sparse = table_after<T, Embedding<3>>(3, plain, ClipNorm<0.125>{});
  const auto dense = table_after<T, Embedding<3, DenseGradient>>(3, plain, ClipNorm<0.125>{});
  const auto close = all_close(sparse, dense, sizeof(T) == 4 ? 1e-6 : 1e-14);  // squares are summed in other chunks
  CHECK_MESSAGE(close, close.text);
  CHECK(sparse != table_after<T, Embedding<3>>(3, plain));
}

TEST_CASE("the padding row is never trained, even if it is not zero and penalized") {
  Network<Sequential<Embedding<3, PaddingId<2>>, LSTM<4>>, Tokens<6>, Engine<double>> net{Seed{4}};
  const auto table = net.tensor("0.weight");
  table[2 * 3] = 5;
  const std::vector<double> before(table.begin(), table.end());
  Trainer trainer{net, MeanSquaredError{}, Adam{.learning_rate = 0.1}, L2<0.1>{}, L1<0.1>{}};
  for (int s = 0; s < 3; ++s) trainer.step(ids(5, 4, 6), xt::xtensor<double, 3>({5, 4, 4}, 1.0));
  const Ids all = ids(5, 4, 6);
  CHECK(std::ranges::find(all, 2) != all.end());
  for (std::size_t i = 0; i < table.size(); ++i) {
    const bool touched = i / 3 != 2 && std::ranges::find(all, static_cast<int>(i / 3)) != all.end();
    CHECK((table[i] != before[i]) == touched);
  }
}

TEST_CASE("rows trained elsewhere are copied in and frozen") {
  Network<Sequential<With<Embedding<3>, Freeze>, Linear<1>>, Tokens<6>, Engine<double>> net{Seed{4}};
  const auto vectors = numbers<double>(18, 9);
  std::ranges::copy(vectors, net.tensor("0.weight").begin());
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}, L2<0.1>{}, ClipNorm<1.0>{}};
  const double before = net.tensor("1.weight")[0];
  for (int s = 0; s < 2; ++s) trainer.step(ids(3, 2, 6), xt::xtensor<double, 3>({3, 2, 1}, 1.0));
  CHECK(std::ranges::equal(net.tensor("0.weight"), vectors));
  CHECK(net.tensor("1.weight")[0] != before);
}

TEST_CASE("ids that are none are refused by name, position and vocabulary before anything runs") {
  using Net = Network<Sequential<Embedding<3>, LSTM<4>, LastStep, Linear<2>>, Tokens<10>, Engine<float>>;
  Net net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, SGD{}};
  Dataset<std::int32_t, 2> data{ids(3, 4, 10), {0, 1, 0}};
  data.inputs(1, 2) = 10;
  const std::vector<float> before(net.weights().begin(), net.weights().end());
  const std::string place = " was given the id 10 at [1, 2], but needs ids in [0, 10)";
  const auto said = [](auto action) { return support::message<ValueError>(action); };
  CHECK(said([&] { net.predict(data.inputs); }) == "strata: predict" + place);
  CHECK(said([&] { trainer.step(data.inputs, data.targets); }) == "strata: Trainer::step" + place);
  CHECK(said([&] { trainer.fit(data); }) == "strata: Trainer::fit" + place);
  CHECK(said([&] { trainer.evaluate(data); }) == "strata: Trainer::evaluate" + place);
  CHECK(said([&] { net.predict_samples(data.inputs, 2, Seed{1}); }) == "strata: predict_samples" + place);
  Session session(net);
  xt::xtensor<float, 2> y({3, 2});
  CHECK(said([&] { net.predict_into(session, data.inputs, y); }) == "strata: a view of a batch" + place);
  data.inputs(1, 2) = -7;
  CHECK(said([&] { net.predict(data.inputs); }) ==
        "strata: predict was given the id -7 at [1, 2], but needs ids in [0, 10)");
  const std::array<std::int32_t, 1> id{-1};
  std::array<float, 2> out{};
  CHECK(said([&] { net.step(session, id, out); }).find("the id -1 at [0, 0]") != std::string::npos);
  CHECK(std::ranges::equal(net.weights(), before));
}

TEST_CASE("ids stream and fill given memory as arrays do") {
  const Network<Sequential<Embedding<3>, LSTM<4>>, Tokens<10>, Engine<float>> net{Seed{1}};
  const Ids x = ids(2, 5, 10);
  const auto expected = net.predict(x);
  Session session(net), stream(net);
  xt::xtensor<float, 3> y({2, 5, 4});
  net.predict_into(session, x, y);
  CHECK(y == expected);
  std::array<float, 4> out{};
  for (std::size_t t = 0; t < 5; ++t) {
    net.step(stream, std::array{x(0, t)}, out);
    for (std::size_t j = 0; j < 4; ++j) CHECK(out[j] == expected(0, t, j));
  }
}

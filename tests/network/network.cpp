#include "network/support.hpp"

#include <doctest/doctest.h>

#include <thread>
#include <type_traits>

using namespace network_tests;

namespace {
using Net = Network<Classifier, Sequence<4>, Engine<float>>;
using Tags = Network<Tagger, Sequence<4>, Engine<float>>;
using Ns = Network<Perceptron, Features<4>, Engine<double>>;

static_assert(sizeof(Net) <= 64);
static_assert(std::is_copy_constructible_v<Net> && std::is_nothrow_move_constructible_v<Net> &&
              std::is_nothrow_swappable_v<Net>);
static_assert(noexcept(std::declval<const Net&>().predict_into(std::declval<Net::session&>(), Extents{}, nullptr,
                                                               nullptr)));
static_assert(noexcept(std::declval<const Net&>().predict_into(
    std::declval<Net::session&>(), std::declval<const BatchView<Sequence<4>, const float>&>(),
    std::declval<const BatchView<Net::output, float>&>())));
static_assert(noexcept(std::declval<const Tags&>().step(std::declval<Tags::session&>(),
                                                        std::declval<std::span<const float, 4>>(),
                                                        std::declval<std::span<float, 2>>())));
template <class N>
concept Steps = requires(const N& n, typename N::session& s, std::span<const typename N::element, 4> in,
                         std::span<typename N::element, 3> out) { n.step(s, in, out); };
static_assert(Steps<Net> && !Steps<Ns>, "only what has steps has a streaming step");

template <class T>
concept Assigns = requires(T x) { x.tensor("0.weight")[0] = 0; };
static_assert(Assigns<Ns&> && !Assigns<const Ns&>, "a const network's tensors cannot be written");
}  // namespace

TEST_CASE("many threads predict through one const network, with and without sessions of their own") {
  const Net net{Seed{1}};
  const auto x = numbers<float, 3>({9, 6, 4});
  const auto expected = net.predict(x);
  std::array<int, 6> wrong{};
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    threads.emplace_back([&, i] {
      Session session(net, Threads{1});
      for (int k = 0; k < 20; ++k) {
        const auto y = i % 2 == 0 ? net.predict(session, x) : net.predict(x);
        wrong[i] += y == expected ? 0 : 1;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(wrong == std::array<int, 6>{});
}

TEST_CASE("the seed fixes the initial weights") {
  const Net a{Seed{1}}, b{Seed{1}}, c{Seed{2}};
  CHECK(copy_of_weights(a) == copy_of_weights(b));
  CHECK(copy_of_weights(a) != copy_of_weights(c));
  Net d{Seed{3}};
  d.initialize(Seed{1});
  CHECK(copy_of_weights(a) == copy_of_weights(d));
}

TEST_CASE("a copy is equal and shares nothing") {
  const auto x = numbers<float, 3>({2, 3, 4});
  Net a{Seed{1}};
  Net b = a;
  CHECK(b.predict(x) == a.predict(x));
  b.tensor("5.bias")[0] += 1;
  b.statistics()[0] += 1;
  CHECK(a.tensor("5.bias")[0] != b.tensor("5.bias")[0]);
  CHECK(a.statistics()[0] != b.statistics()[0]);
  const Net c{Seed{2}};
  a = c;
  CHECK(a.predict(x) == c.predict(x));
}

TEST_CASE("views of a moved network's tensors stay valid") {
  Net a{Seed{1}};
  const auto view = a.tensor("3.0.weight");
  const auto before = std::vector<float>(view.begin(), view.end());
  Net b = std::move(a);
  CHECK(b.tensor("3.0.weight").data() == view.data());
  Net c{Seed{2}};
  c = std::move(b);
  CHECK(c.tensor("3.0.weight").data() == view.data());
  CHECK(std::vector<float>(view.begin(), view.end()) == before);
}

TEST_CASE("networks can be swapped and kept in a vector") {
  const auto x = numbers<float, 3>({2, 3, 4});
  Net a{Seed{1}}, b{Seed{2}};
  const auto from_a = a.predict(x), from_b = b.predict(x);
  std::swap(a, b);
  CHECK(a.predict(x) == from_b);
  CHECK(b.predict(x) == from_a);
  std::vector<Net> nets;
  for (std::uint64_t s = 0; s < 5; ++s) nets.emplace_back(Seed{s});
  nets.push_back(b);
  nets.erase(nets.begin());
  CHECK(nets[0].predict(x) == from_a);
  CHECK(nets[4].predict(x) == from_a);
}

TEST_CASE("any xtensor expression of the right rank can be predicted") {
  const Ns net{Seed{4}};
  const auto x = numbers<double, 2>({5, 4});
  const auto expected = net.predict(x);
  const xt::xtensor<float, 2> narrow = numbers<float, 2>({5, 4});
  const xt::xtensor<double, 2, xt::layout_type::column_major> columns = x;
  CHECK(net.predict(columns) == expected);
  CHECK(net.predict(x + 0.0) == expected);
  CHECK(largest_difference(net.predict(narrow), expected) < 1e-6);
#if !defined(__clang__)  // clang 19 refuses xtensor 0.24's arrays of run-time rank
  const xt::xarray<double> dynamic = x;
  CHECK(net.predict(dynamic) == expected);
  const xt::xarray<double> row = xt::xarray<double>::from_shape({4});
  CHECK_THROWS_AS(net.predict(row), ShapeError);
#endif
}

TEST_CASE("an array that does not fit says what it is and what is needed") {
  const Net net;
  CHECK_THROWS_WITH_AS(net.predict(numbers<float, 3>({2, 3, 5})),
                       "strata: predict was given an array of shape [2, 3, 5], but needs [batch, steps, 4]",
                       ShapeError);
  CHECK_THROWS_AS(net.predict(numbers<float, 2>({2, 4})), ShapeError);
  CHECK_THROWS_AS(net.predict(numbers<float, 3>({2, 0, 4})), ShapeError);
  CHECK_THROWS_WITH_AS(Ns{}.predict(numbers<double, 2>({2, 3})),
                       "strata: predict was given an array of shape [2, 3], but needs [batch, 4]", ShapeError);
  CHECK_THROWS_AS(net.predict_samples(numbers<float, 3>({2, 3, 5}), 2, Seed{1}), ShapeError);
}

TEST_CASE("no samples are no error") {
  CHECK(Net{}.predict(numbers<float, 3>({0, 3, 4})).shape() == std::array<std::size_t, 2>{0, 3});
  CHECK(Net{}.predict_samples(numbers<float, 3>({1, 3, 4}), 0, Seed{}).shape(0) == 0);
}

TEST_CASE("predict_into gives what predict gives, for any number of threads") {
  const Tags net{Seed{6}};
  const auto x = numbers<float, 3>({5, 6, 4});
  const auto expected = net.predict(x);
  for (const int threads : {1, 2, 3}) {
    Session session(net, Threads{threads});
    xt::xtensor<float, 3> y(expected.shape());
    net.predict_into(session, x, y);
    CHECK(y == expected);
    y.fill(0);
    net.predict_into(session, {5, 6}, x.data(), y.data());
    CHECK(y == expected);
    std::vector<float> memory(y.size());
    net.predict_into(session, x, {std::span(memory), {5, 6}});
    CHECK(std::equal(memory.begin(), memory.end(), expected.begin()));
  }
}

TEST_CASE("step by step a network says what it says of the whole sequence") {
  const Tags net{Seed{6}};
  const auto x = numbers<float, 3>({1, 9, 4});
  const auto whole = net.predict(x);
  Session session(net, Threads{1});
  for (int round = 0; round < 2; ++round) {
    for (std::size_t t = 0; t < 9; ++t) {
      std::array<float, 2> y{};
      net.step(session, std::span<const float, 4>(&x(0, t, 0), 4), y);
      for (std::size_t j = 0; j < 2; ++j) CHECK(std::abs(y[j] - whole(0, t, j)) < 1e-6f);
    }
    session.reset_state();
  }
}

namespace {
/// How many numbers of a sequence are others step by step.
template <class Layer, std::size_t In>
std::size_t differ_in_steps() {
  const Network<Layer, Sequence<In>, Engine<float>> net{Seed{7}};
  constexpr std::size_t steps = 37, width = output_of<Layer, Sequence<In>>::width;
  const auto x = numbers<float, 3>({1, steps, In});
  const auto whole = net.predict(x);
  Session session(net, Threads{1});
  std::size_t different = 0;
  for (std::size_t t = 0; t < steps; ++t) {
    std::array<float, width> y{};
    net.step(session, std::span<const float, In>(&x(0, t, 0), In), y);
    for (std::size_t j = 0; j < width; ++j) different += y[j] != whole(0, t, j);
  }
  return different;
}
}  // namespace

TEST_CASE("on the CPU step by step and the whole sequence are the same to the bit") {
  CHECK(differ_in_steps<LSTM<64>, 28>() == 0);
  CHECK(differ_in_steps<LSTM<7, Zoneout<0.1, 0.1>>, 5>() == 0);
  CHECK(differ_in_steps<Sequential<GRU<40>, LayerNorm, SimpleRNN<33>, Linear<10>, Softmax>, 3>() == 0);
  CHECK(differ_in_steps<Stacked<2, LSTM<100, LayerNormGates>>, 130>() == 0);
  CHECK(differ_in_steps<Sequential<GRU<24, ResetBefore>, SimpleRNN<9, Zoneout<0.0, 0.2>>, Linear<5>, ReLU>, 17>() == 0);
  CHECK(differ_in_steps<GRU<400, ResetBefore>, 5>() == 0);
  CHECK(differ_in_steps<GRU<520, ResetBefore>, 5>() == 0);
  CHECK(differ_in_steps<LSTM<20, Peephole, Zoneout<0.2, 0.1>>, 400>() == 0);                // inputs cut along k
  CHECK(differ_in_steps<Sequential<GRU<390>, LSTM<12>, Linear<600>, GRU<8>>, 600>() == 0);  // long rows lie as they are
}

namespace {
/// How many numbers of a sequence are others where it is predicted in pieces of one step, the state carried.
template <class Layer>
std::size_t differ_in_pieces() {
  const Network<Layer, Sequence<3>, Engine<float>> net{Seed{7}};
  constexpr std::size_t steps = 5, width = output_of<Layer, Sequence<3>>::width;
  const auto x = numbers<float, 3>({1, steps, 3});
  const auto whole = net.predict(x);
  Session session(net, Threads{1});
  session.carry_state(true);
  std::size_t different = 0;
  for (std::size_t t = 0; t < steps; ++t) {
    xt::xtensor<float, 3> piece({1, 1, 3});
    std::copy_n(&x(0, t, 0), 3, piece.data());
    const auto y = net.predict(session, piece);
    for (std::size_t j = 0; j < width; ++j) different += y(0, 0, j) != whole(0, t, j);
  }
  return different;
}
}  // namespace

TEST_CASE("on the CPU predictions of single steps are those of the sequence to the bit, of any size") {
  CHECK(differ_in_pieces<GRU<20>>() == 0);
  CHECK(differ_in_pieces<GRU<400>>() == 0);  // longer than a block of k
  CHECK(differ_in_pieces<LSTM<400>>() == 0);
  CHECK(differ_in_pieces<LSTM<400, LayerNormGates>>() == 0);
}

TEST_CASE("samples with dropout differ, are fixed by the seed, and average to about the prediction") {
  const Network<Sequential<Dropout<0.5>, Linear<2>>, Features<4>, Engine<float>> net{Seed{6}};
  const auto x = numbers<float, 2>({3, 4});
  const auto samples = net.predict_samples(x, 4000, Seed{1});
  CHECK(samples.shape() == std::array<std::size_t, 3>{4000, 3, 2});
  CHECK(samples == net.predict_samples(x, 4000, Seed{1}));
  CHECK(samples != net.predict_samples(x, 4000, Seed{2}));
  // a large batch goes in parts, and has the masks of one
  const auto many = net.predict_samples(numbers<float, 2>({600, 4}), 2, Seed{1});
  for (std::size_t b = 0; b < 3; ++b)
    for (std::size_t j = 0; j < 2; ++j) CHECK(many(1, b, j) == samples(1, b, j));
  const auto ones = net.predict_samples(xt::xtensor<float, 2>({600, 4}, 1.0f), 1, Seed{1});
  std::size_t equal = 0;  // one mask in 16 by chance
  for (std::size_t b = 0; b + 256 < 600; ++b) equal += ones(0, b, 0) == ones(0, b + 256, 0) ? 1 : 0;
  CHECK(equal < 50);
  const auto y = net.predict(x);
  for (std::size_t b = 0; b < 3; ++b) {
    for (std::size_t j = 0; j < 2; ++j) {
      double mean = 0, spread = 0;
      for (std::size_t s = 0; s < 4000; ++s) mean += static_cast<double>(samples(s, b, j)) / 4000;
      for (std::size_t s = 0; s < 4000; ++s) spread += std::pow(static_cast<double>(samples(s, b, j)) - mean, 2) / 4000;
      CHECK(spread > 1e-4);
      CHECK(std::abs(mean - static_cast<double>(y(b, j))) < 5 * std::sqrt(spread / 4000));
    }
  }
}

TEST_CASE("a tensor that does not exist is an error that lists those that do") {
  Ns net;
  CHECK_THROWS_WITH_AS(net.tensor("1.weight"),
                       "strata: no tensor is called '1.weight'; there are: 0.weight 0.bias 2.weight 2.bias",
                       ValueError);
  CHECK(net.tensor("0.weight").size() == 28);
}

TEST_CASE("predict takes large batches in parts, and observe an empty one") {
  const Network<Tagger, Sequence<4>, Engine<float>> net{Seed{1}};
  const auto x = numbers<float, 3>({600, 2, 4});
  const auto y = net.predict(x);
  for (const std::size_t i : {0u, 255u, 256u, 511u, 512u, 599u}) {
    xt::xtensor<float, 3> one(std::array<std::size_t, 3>{1, 2, 4});
    std::copy_n(x.data() + i * 8, 8, one.data());
    const auto alone = net.predict(one);
    CHECK(std::equal(alone.begin(), alone.end(), y.data() + i * 4));
  }
  struct Nobody : Observer<float> {
    void see(const Observation<float>&) override { ++seen; }
    int seen = 0;
  } nobody;
  net.observe(numbers<float, 3>({0, 2, 4}), nobody);
  CHECK(nobody.seen == 0);
}

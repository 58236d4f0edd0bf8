#include <network/support.hpp>

#include <doctest/doctest.h>

#include <thread>

using namespace network_tests;

namespace {
struct Layers : Sequential<LSTM<5>, GRU<4>, Linear<3>> {};
using Net = Network<Layers, Sequence<2>, Engine<float>>;

/// The outputs of some steps, with a session that goes on.
template <class Held, class N>
std::vector<float> steps(const N& net, Session<N, Held>& session, std::size_t count) {
  std::vector<float> all;
  const auto x = numbers<float, 2>({count, 2});
  for (std::size_t t = 0; t < count; ++t) {
    std::array<float, 3> y{};
    net.step(session, std::span<const float, 2>(&x(t, 0), 2), y);
    all.insert(all.end(), y.begin(), y.end());
  }
  return all;
}
/// With a session of its own.
std::vector<float> anew(const Net& net) {
  Session session(net);
  return steps(net, session, 4);
}
}  // namespace

TEST_CASE("steps follow the weights, however these are changed") {
  Net net{Seed{1}};
  Session session(net, Threads{1}, {1, 1});
  const auto check = [&] {
    session.reset_state();
    const std::vector<float> seen = steps(net, session, 4);
    CHECK(seen == anew(net));
    return seen;
  };
  std::vector<float> before = check();
  const auto changed = [&] {
    const std::vector<float> now = check();
    const bool differs = now != before;
    before = now;
    return differs;
  };
  CHECK_FALSE(changed());
  net.tensor("0.weight_hh_l0")[3] += 1;
  CHECK(changed());
  net.tensor("2.bias")[0] += 1;
  CHECK(changed());
  net.weights()[0] += 1;
  CHECK(changed());
  net.weight_buffer().span()[1] += 1;
  CHECK(changed());
  net.initialize(Seed{2});
  CHECK(changed());
  net = Net{Seed{3}};
  CHECK(changed());
  Net other{Seed{4}};
  std::swap(net, other);
  CHECK(changed());
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  trainer.step(numbers<float, 3>({2, 3, 2}), numbers<float, 3>({2, 3, 3}));
  CHECK(changed());
}

TEST_CASE("many threads step with one network") {
  const Net net{Seed{1}};
  const std::vector<float> expected = anew(net);
  std::vector<std::vector<float>> seen(4);
  std::vector<std::thread> threads;
  for (auto& one : seen) threads.emplace_back([&] { one = anew(net); });
  for (auto& thread : threads) thread.join();
  for (const auto& one : seen) CHECK(one == expected);
}

TEST_CASE("one session serves one network after another") {
  const Net first{Seed{1}}, second{Seed{2}};
  Session session(first);
  for (const Net* net : {&first, &second, &first}) {
    session.reset_state();
    CHECK(steps(*net, session, 4) == anew(*net));
  }
}

TEST_CASE("a copied session goes on by itself") {
  const Net net{Seed{1}};
  Session session(net), fresh(net);
  steps(net, session, 4);
  Session copy(session);
  CHECK(steps(net, copy, 4) == steps(net, session, 4));
  CHECK(steps(net, copy, 1) != steps(net, fresh, 1));
}

TEST_CASE("input and output may be the same memory") {
  constexpr std::size_t width = 600;  // more than a product writes at once
  const Network<Linear<width>, Sequence<width>, Engine<float>> net{Seed{1}};
  Session session(net);
  const auto given = numbers<float, 1>({width});
  std::vector<float> x(given.begin(), given.end()), y(width);
  net.step(session, std::span<const float, width>(x), std::span<float, width>(y));
  net.step(session, std::span<const float, width>(x), std::span<float, width>(x));
  CHECK(x == y);
}

#if !defined(STRATA_TEST_SYSTEM)
TEST_CASE("weights held in bfloat16 change the third digit, and nothing else does") {
  using Wide = Network<Sequential<LSTM<24, Peephole>, GRU<17>, Linear<3>>, Sequence<2>, Cpu<float>>;
  const Wide net{Seed{1}};
  Session<Wide> full(net, Threads{1}, {1, 1});
  Session<Wide, BFloat16> rounded(net, Threads{1}, {1, 1});
  const std::vector<float> expected = steps(net, full, 50), seen = steps(net, rounded, 50);
  CHECK(seen != expected);
  double most = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) most = std::max(most, std::abs(double(seen[i]) - double(expected[i])));
  MESSAGE("bfloat16 changes outputs by at most ", most);
  CHECK(std::ranges::all_of(seen, [](float y) { return std::isfinite(y); }));  // most says nothing of NaN
  CHECK(most < 5e-3);
  // predictions are in full precision
  const auto x = numbers<float, 3>({2, 3, 2});
  CHECK(net.predict(rounded, x) == net.predict(x));
}
#endif

#include "network/support.hpp"

#include <doctest/doctest.h>

using namespace network_tests;

namespace {
using Net = Network<Tagger, Sequence<4>, Engine<float>>;

/// Steps [first, last) of all samples.
xt::xtensor<float, 3> steps_of(const xt::xtensor<float, 3>& x, std::size_t first, std::size_t last) {
  xt::xtensor<float, 3> part(std::array<std::size_t, 3>{x.shape(0), last - first, x.shape(2)});
  for (std::size_t b = 0; b < x.shape(0); ++b)
    for (std::size_t t = first; t < last; ++t)
      for (std::size_t j = 0; j < x.shape(2); ++j) part(b, t - first, j) = x(b, t, j);
  return part;
}
}  // namespace

TEST_CASE("a session that carries its state goes on where it stopped; one that does not begins anew") {
  const Net net{Seed{5}};
  const auto x = numbers<float, 3>({3, 7, 4});
  const auto whole = net.predict(x);
  Session session(net, Threads{1});
  session.carry_state(true);
  CHECK(net.predict(session, steps_of(x, 0, 3)) == steps_of(whole, 0, 3));
  CHECK(largest_difference(net.predict(session, steps_of(x, 3, 7)), steps_of(whole, 3, 7)) < 1e-6);
  session.reset_state();
  CHECK(net.predict(session, steps_of(x, 0, 3)) == steps_of(whole, 0, 3));
  session.carry_state(false);
  CHECK(net.predict(session, steps_of(x, 0, 3)) == steps_of(whole, 0, 3));
}

TEST_CASE("a session of a network and extents uses the default threads; braces mean threads") {
  const Net net{Seed{5}};
  const Session of_extents(net, Extents{3, 7}), of_threads(net, {1});
  CHECK(of_extents.bytes() == Session(net, Threads{}, Extents{3, 7}).bytes());
  CHECK(of_extents.bytes() > of_threads.bytes());
}

TEST_CASE("reserving room for more samples keeps the state of those there are") {
  const Net net{Seed{5}};
  const auto x = numbers<float, 3>({3, 7, 4});
  Session session(net, Threads{1}), kept(net, Threads{1});
  for (auto* s : {&session, &kept}) {
    s->carry_state(true);
    net.predict(*s, steps_of(x, 0, 3));
  }
  session.reserve({9, 4});
  CHECK(net.predict(session, steps_of(x, 3, 7)) == net.predict(kept, steps_of(x, 3, 7)));
}

TEST_CASE("the state can be read and set") {
  const Net net{Seed{5}};
  const auto x = numbers<float, 3>({2, 6, 4});
  Session first(net, Threads{1}), second(net, Threads{1});
  first.carry_state(true);
  second.carry_state(true);
  net.predict(first, steps_of(x, 0, 4));
  for (const char* name : {"0.h", "0.c"}) {
    const auto from = first.state(name, 2);
    CHECK(largest_difference(from, std::vector<float>(from.size(), 0)) > 0.01);
    std::copy(from.begin(), from.end(), second.state(name, 2).begin());
  }
  CHECK(net.predict(second, steps_of(x, 4, 6)) == net.predict(first, steps_of(x, 4, 6)));
}

TEST_CASE("a state that does not exist is an error that lists those that do") {
  const Net net;
  Session session(net);
  CHECK_THROWS_WITH_AS(session.state("1.h"), "strata: no recurrent state is called '1.h'; there are: 0.h, 0.c",
                       ValueError);
}

TEST_CASE("another batch size begins with a zero state") {
  const Net net{Seed{5}};
  Session session(net, Threads{1});
  session.carry_state(true);
  net.predict(session, numbers<float, 3>({3, 4, 4}));
  const auto x = numbers<float, 3>({2, 4, 4}, 9);
  CHECK(net.predict(session, x) == net.predict(x));
}

TEST_CASE("reserving once is enough for all smaller extents") {
  const Net net;
  Session session(net, Threads{1}, {8, 6});
  const std::size_t bytes = session.bytes();
  net.predict(session, numbers<float, 3>({8, 2, 4}));
  net.predict(session, numbers<float, 3>({1, 6, 4}));
  CHECK(session.bytes() == bytes);
  net.predict(session, numbers<float, 3>({9, 6, 4}));
  CHECK(session.bytes() > bytes);
}

TEST_CASE("state by name is that of the last prediction, however many samples it had") {
  const Network<LSTM<4>, Sequence<3>, Engine<double>> net{Seed{5}};
  Session session(net);
  const xt::xtensor<double, 3> x(std::array<std::size_t, 3>{8, 2, 3}, 0.5);
  const auto y = net.predict(session, x);
  const auto h = session.state("h");
  REQUIRE(h.size() == 8 * 4);
  for (std::size_t b = 0; b < 8; ++b) {
    for (std::size_t j = 0; j < 4; ++j) CHECK(h[b * 4 + j] == y(b, 1, j));
  }
}

#if defined(__SSE__) || defined(__aarch64__)
TEST_CASE_TEMPLATE("after silence no state is a denormal number, whatever the recurrent layer", Layer, LSTM<16>,
                   GRU<16>, SimpleRNN<16>) {
  // weights of the recurrence below 1 and no biases: the state halves again and again
  Network<Layer, Sequence<4>, Engine<float>> net{Seed{3}};
  for (const char* bias : {"bias_ih_l0", "bias_hh_l0"}) std::ranges::fill(net.tensor(bias), 0.0f);
  typename decltype(net)::session session;
  std::vector<float> x(4, 1.0f), y(16);
  std::size_t denormal = 0, zero = 0;
  for (int t = 0; t < 1000; ++t) {
    net.step(session, std::span<const float, 4>(x), std::span<float, 16>(y));
    if (t == 10) std::ranges::fill(x, 0.0f);
    denormal += static_cast<std::size_t>(
        std::ranges::count_if(session.state("h"), [](float h) { return std::fpclassify(h) == FP_SUBNORMAL; }));
    zero += y[0] == 0;
  }
  CHECK(denormal == 0);
  CHECK(zero > 0);
}
#endif

#include <layers/support.hpp>

#include <map>

using namespace layer_test;

static_assert(std::is_same_v<output_of<LSTM<3>, Sequence<5>>, Sequence<3>>);
static_assert(!Accepts<LSTM<3>, Features<5>> && !Accepts<LSTM<3>, Tokens<5>>);

namespace {
double sigmoid(double z) { return 1 / (1 + std::exp(-z)); }

/// PyTorch's equations, one sample, one number at a time.
struct Naive {
  std::vector<double> y, gates, cell;  // [steps, …]

  template <class Net>
  Naive(const Net& net, const double* x, std::size_t steps, std::size_t in, std::vector<double> h,
        std::vector<double> c) {
    const std::size_t n = h.size();
    const auto wi = net.tensor("weight_ih_l0"), wh = net.tensor("weight_hh_l0"), bi = net.tensor("bias_ih_l0"),
               bh = net.tensor("bias_hh_l0");
    for (std::size_t t = 0; t < steps; ++t) {
      std::vector<double> z(4 * n);
      for (std::size_t r = 0; r < 4 * n; ++r) {
        z[r] = static_cast<double>(bi[r]) + static_cast<double>(bh[r]);
        for (std::size_t k = 0; k < in; ++k) z[r] += static_cast<double>(wi[r * in + k]) * x[t * in + k];
        for (std::size_t k = 0; k < n; ++k) z[r] += static_cast<double>(wh[r * n + k]) * h[k];
        z[r] = r / n == 2 ? std::tanh(z[r]) : sigmoid(z[r]);
      }
      for (std::size_t j = 0; j < n; ++j) {
        c[j] = z[n + j] * c[j] + z[j] * z[2 * n + j];
        h[j] = z[3 * n + j] * std::tanh(c[j]);
      }
      y.insert(y.end(), h.begin(), h.end());
      gates.insert(gates.end(), z.begin(), z.end());
      cell.insert(cell.end(), c.begin(), c.end());
    }
  }
};

/// Keeps everything that it is shown.
template <class T>
struct Keep : Observer<T> {
  std::map<std::string, std::vector<double>> seen;
  void see(const Observation<T>& o) override {
    seen[std::to_string(o.position) + " " + o.what].assign(o.data, o.data + o.rows * o.columns);
  }
};
}  // namespace

TEST_CASE("LSTM keeps the contract of layers, initial state included") {
  check_contract<LSTM<3>, Sequence<5>>();
  check_contract<LSTM<6>, Sequence<2>>({.seed = 3});
  check_contract<Sequential<LSTM<3>, LSTM<4>, LastStep, Linear<2>>, Sequence<2>>({.seed = 2});
}

TEST_CASE_TEMPLATE("LSTM is PyTorch's, from any initial state", T, float, double) {
  const std::size_t batch = 3, steps = 5;
  Network<LSTM<4>, Sequence<2>, Engine<T>> net;
  randomize(net, 1);
  typename Network<LSTM<4>, Sequence<2>, Engine<T>>::session session;
  session.carry_state(true);
  const auto x = array<T, 3>({batch, steps, 2}, 2);
  const auto h0 = numbers<T>(batch * 4, 3), c0 = numbers<T>(batch * 4, 4);
  std::copy(h0.begin(), h0.end(), session.state("h", batch).begin());
  std::copy(c0.begin(), c0.end(), session.state("c", batch).begin());
  const auto y = net.predict(session, x);
  std::vector<double> expected, last_c;
  for (std::size_t b = 0; b < batch; ++b) {
    const std::vector<double> in(x.data() + b * steps * 2, x.data() + (b + 1) * steps * 2);
    const Naive one(net, in.data(), steps, 2,
                    {h0.begin() + static_cast<long>(b) * 4, h0.begin() + static_cast<long>(b) * 4 + 4},
                    {c0.begin() + static_cast<long>(b) * 4, c0.begin() + static_cast<long>(b) * 4 + 4});
    expected.insert(expected.end(), one.y.begin(), one.y.end());
    last_c.insert(last_c.end(), one.cell.end() - 4, one.cell.end());
  }
  const double rtol = sizeof(T) == 4 ? 2e-6 : 1e-14;
  CHECK_MESSAGE(all_close(y, expected, rtol), all_close(y, expected, rtol).text);
  CHECK(all_close(session.state("c", batch), last_c, rtol));
  CHECK(session.state("h", batch)[4] == y(1, steps - 1, 0));
}

TEST_CASE("a carried state makes two halves one sequence, and without carrying each begins at zero") {
  Network<LSTM<4>, Sequence<2>, Engine<double>> net;
  randomize(net, 1);
  const auto x = array<double, 3>({2, 6, 2}, 2);
  xt::xtensor<double, 3> early({2, 3, 2}), late({2, 3, 2});
  for (std::size_t b = 0; b < 2; ++b) {
    std::copy_n(&x(b, 0, 0), 6, &early(b, 0, 0));
    std::copy_n(&x(b, 3, 0), 6, &late(b, 0, 0));
  }
  Session<decltype(net)> session;
  session.carry_state(true);
  const auto whole = net.predict(x);
  net.predict(session, early);
  const auto rest = net.predict(session, late);
  CHECK(rest(1, 2, 3) == whole(1, 5, 3));
  CHECK(net.predict(late)(1, 2, 3) != whole(1, 5, 3));
  session.reset_state();
  CHECK(net.predict(session, early)(1, 2, 3) == whole(1, 2, 3));
}

TEST_CASE("step by step is the whole sequence") {
  Network<LSTM<4>, Sequence<2>, Engine<float>> net;
  randomize(net, 1);
  const auto x = array<float, 3>({1, 6, 2}, 2);
  const auto whole = net.predict(x);
  Session<decltype(net)> session;
  std::array<float, 4> out;
  for (std::size_t t = 0; t < 6; ++t) {
    net.step(session, std::span<const float, 2>(&x(0, t, 0), 2), out);
    for (std::size_t j = 0; j < 4; ++j) CHECK(out[j] == whole(0, t, j));
  }
}

TEST_CASE("observers see the gates i, f, g, o and the cell of every step") {
  using Net = Sequential<Tanh, LSTM<3>>;
  Network<Net, Sequence<2>, Engine<double>> net;
  randomize(net, 1);
  const auto x = array<double, 3>({1, 5, 2}, 2);
  Keep<double> keep;
  net.observe(x, keep);
  Network<LSTM<3>, Sequence<2>, Engine<double>> alone;
  std::copy(net.weights().begin(), net.weights().end(), alone.weights().begin());
  std::vector<double> in;
  for (const double v : x) in.push_back(std::tanh(v));
  const Naive naive(alone, in.data(), 5, 2, {0, 0, 0}, {0, 0, 0});
  CHECK(all_close(keep.seen.at("1 gates"), naive.gates, 1e-14));
  CHECK(all_close(keep.seen.at("1 cell"), naive.cell, 1e-14));
  CHECK(all_close(keep.seen.at("1 output"), naive.y, 1e-14));
  CHECK(all_close(keep.seen.at("0 output"), in, 1e-14));
}

TEST_CASE("names, attributes and first values are PyTorch's") {
  CHECK(names<Weights, LSTM<3>, Sequence<5>>() == "weight_ih_l0 weight_hh_l0 bias_ih_l0 bias_hh_l0");
  CHECK(names<State, Sequential<Tanh, LSTM<3>>, Sequence<5>>() == "1.h 1.c");
  constexpr auto all = segments<Weights, LSTM<3>, Sequence<5>>;
  CHECK((all[0].attributes.decayed && all[1].attributes.decayed));
  CHECK_FALSE((all[2].attributes.decayed || all[3].attributes.decayed));
  CHECK((all[0].shape[0] == 12 && all[0].shape[1] == 5 && all[1].shape[1] == 3 && all[2].size == 12));
  const Network<LSTM<16>, Sequence<8>, Engine<float>> net{Seed{2}};
  for (const char* name : {"weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"}) {
    float most = 0;
    for (const float w : net.tensor(name)) most = std::max(most, std::abs(w));
    CHECK(most <= 0.25f);
    CHECK(most > 0.23f);
  }
}

TEST_CASE("a state that does not exist is refused by name") {
  Session<Network<Sequential<Tanh, LSTM<3>>, Sequence<5>, Engine<float>>> session;
  CHECK_THROWS_WITH_AS(session.state("0.h"), "strata: no recurrent state is called '0.h'; there are: 1.h, 1.c",
                       ValueError);
}

#include <backend/cpu/support.hpp>

#include <strata/strata.hpp>

using namespace kernel_test;

namespace {
/// All arrays of a sequence; gates are those of forward, or of backward.
template <class T, std::size_t Hidden>
struct Sequences {
  static constexpr std::size_t hidden = Hidden;

  Extents extents;
  std::size_t rows = extents.rows(), n = extents.batch * Hidden;
  std::vector<T> recurrent = numbers<T>(4 * Hidden * Hidden, 1), h0 = numbers<T>(n, 2), c0 = numbers<T>(n, 3),
                 gates = numbers<T>(rows * 4 * Hidden, 4), cell = numbers<T>(rows * Hidden, 5),
                 y = numbers<T>(rows * Hidden, 6), dy = numbers<T>(rows * Hidden, 7), dh = numbers<T>(n, 8),
                 dc = numbers<T>(n, 9), room = std::vector<T>(ops::lstm_room(Hidden));

  explicit Sequences(Extents e) : extents(e) {}

  Matrix<T*, 4 * Hidden> all_gates() { return {gates.data(), rows}; }
  Batch<T*, Sequence<Hidden>> of_steps(std::vector<T>& v) { return {v.data(), extents}; }
  Matrix<T*, Hidden> of_batch(std::vector<T>& v) { return {v.data(), extents.batch}; }
  Matrix<const T*, Hidden> weights() const { return {recurrent.data(), 4 * Hidden}; }

  auto run(int threads) const {
    Run<Cpu<T>, Training> r;
    r.extents = extents;
    r.stream.threads = threads;
    return r;
  }
  void forward(int threads) {
    const ops::LstmForwardArguments<T> a{extents.steps, extents.batch, Hidden,      recurrent.data(), h0.data(),
                                         c0.data(),     gates.data(),  cell.data(), y.data(),         room.data()};
    CHECK(Kernel<ops::LstmSequence, Cpu<T>>::template run<Hidden>({threads}, LstmCellTaped{}, a));
  }
  void predict(int threads) {
    const ops::LstmForwardArguments<T> a{extents.steps, extents.batch, Hidden,  recurrent.data(), h0.data(),
                                         c0.data(),     gates.data(),  nullptr, y.data(),         room.data()};
    CHECK(Kernel<ops::LstmSequence, Cpu<T>>::template run<Hidden>({threads}, LstmCell{}, a));
  }
  void backward(int threads) {
    const ops::LstmBackwardArguments<T> a{extents.steps, extents.batch, Hidden,       recurrent.data(), c0.data(),
                                          cell.data(),   dy.data(),     gates.data(), dc.data(),        room.data()};
    CHECK(Kernel<ops::LstmSequence, Cpu<T>>::template run<Hidden>({threads}, LstmCellBackward{}, a));
  }
  void compose_forward() {
    auto r = run(1);
    ops::arguments::lstm_forward(r, LstmCellTaped{}, all_gates(), of_steps(cell), of_batch(h0), of_batch(c0),
                                 of_steps(y), weights());
  }
  void compose_backward() {
    auto r = run(1);
    ops::arguments::lstm_backward(r, LstmCellBackward{}, all_gates(), of_steps(cell), of_batch(c0), of_steps(dy),
                                  of_batch(dh), of_batch(dc), weights());
  }
};

template <class T>
constexpr double near = sizeof(T) == 8 ? 1e-13 : 2e-6;

template <class T, std::size_t Hidden>
void check_size(Extents extents) {
  CAPTURE(Hidden);
  CAPTURE(extents.batch);
  CAPTURE(extents.steps);
  using Arrays = Sequences<T, Hidden>;
  const std::size_t last = (extents.steps - 1) * extents.batch * Hidden;

  Arrays composed(extents), own(extents);
  composed.compose_forward();
  own.forward(1);
  CHECK(own.y == composed.y);  // to the bit, as long as the product is one block of k: a single step is composed
  CHECK(own.cell == composed.cell);
  CHECK(own.gates == composed.gates);
  CHECK(own.c0 == composed.c0);
  Arrays untaped(extents);
  untaped.predict(1);
  CHECK(untaped.y == own.y);
  CHECK(untaped.c0 == std::vector<T>(own.cell.begin() + static_cast<std::ptrdiff_t>(last), own.cell.end()));

  Arrays composed_back = own, back = own;
  composed_back.compose_backward();
  back.backward(1);
  CHECK(all_close(back.gates, composed_back.gates, near<T>, 0));
  CHECK(all_close(back.dc, composed_back.dc, near<T>, 0));

  for (const int threads : thread_counts) {
    Arrays again(extents), predicted(extents);
    again.forward(threads);
    CHECK(again.y == own.y);
    CHECK(again.gates == own.gates);
    CHECK(again.cell == own.cell);
    predicted.predict(threads);
    CHECK(predicted.y == own.y);
    CHECK(predicted.c0 == untaped.c0);
    again.backward(threads);
    CHECK(again.gates == back.gates);
    CHECK(again.dc == back.dc);
  }
}
}  // namespace

TEST_CASE_TEMPLATE("it is the composition of products and cells, with the same bits on any number of threads", T, float,
                   double) {
  check_size<T, 1>({1, 2});
  check_size<T, 5>({2, 3});
  check_size<T, 16>({7, 2});
  check_size<T, 28>({1, 4});
  check_size<T, 28>({13, 3});
  check_size<T, 70>({20, 2});
  check_size<T, 120>({3, 5});
}

TEST_CASE_TEMPLATE("a sample has the bits it has alone", T, float, double) {
  constexpr std::size_t hidden = 21, steps = 3, batch = 9;
  Sequences<T, hidden> all({batch, steps});
  const Sequences<T, hidden> given({batch, steps});
  all.forward(1);
  const auto cell = all.cell;
  all.backward(1);
  for (std::size_t sample = 0; sample < batch; ++sample) {
    const auto of_sample = [&](const std::vector<T>& from, std::size_t width) {
      std::vector<T> to(from.size() / batch);
      for (std::size_t t = 0; t * width < to.size(); ++t)
        std::copy_n(&from[(t * batch + sample) * width], width, &to[t * width]);
      return to;
    };
    Sequences<T, hidden> one({1, steps});
    one.h0 = of_sample(given.h0, hidden);
    one.c0 = of_sample(given.c0, hidden);
    one.gates = of_sample(given.gates, 4 * hidden);
    one.dy = of_sample(given.dy, hidden);
    one.forward(1);
    CHECK(one.y == of_sample(all.y, hidden));
    CHECK(one.cell == of_sample(cell, hidden));
    one.backward(1);
    CHECK(one.gates == of_sample(all.gates, 4 * hidden));
    CHECK(one.dc == of_sample(all.dc, hidden));
  }
}

TEST_CASE_TEMPLATE("steps taken one by one are the sequence to the bit, of any size", T, float, double) {
  const auto check = []<std::size_t Hidden>() {
    constexpr std::size_t steps = 3;
    using Net = Network<LSTM<Hidden>, Sequence<2>, Cpu<T>>;
    const Net net{Seed{1}};
    const auto x = numbers<T>(steps * 2, 1);
    xt::xtensor<T, 3> all(std::array<std::size_t, 3>{1, steps, 2});
    std::copy_n(x.data(), x.size(), all.data());
    const auto expected = net.predict(all);
    Session<Net> session(net);
    std::vector<T> y(Hidden);
    for (std::size_t t = 0; t < steps; ++t) {
      net.step(session, std::span<const T, 2>(&x[2 * t], 2), std::span<T, Hidden>(y.data(), Hidden));
      CHECK(std::equal(y.begin(), y.end(), expected.data() + t * Hidden));
    }
  };
  check.template operator()<28>();
  check.template operator()<260>();  // longer than a block of k
}

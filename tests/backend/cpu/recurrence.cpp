#include <backend/composing.hpp>
#include <backend/cpu/support.hpp>

#include <strata/strata.hpp>

using namespace kernel_test;
using support::Composing;
using support::RunInRoom;

namespace {
/// All arrays of an LSTM's sequence; gates are those of forward, or of backward.
template <class T, std::size_t Hidden>
struct Sequences {
  Extents extents;
  std::size_t rows = extents.rows(), n = extents.batch * Hidden;
  std::vector<T> recurrent = numbers<T>(4 * Hidden * Hidden, 1), h0 = numbers<T>(n, 2), c0 = numbers<T>(n, 3),
                 gates = numbers<T>(rows * 4 * Hidden, 4), cell = numbers<T>(rows * Hidden, 5),
                 y = numbers<T>(rows * Hidden, 6), dy = numbers<T>(rows * Hidden, 7), dh = numbers<T>(n, 8),
                 dc = numbers<T>(n, 9);

  explicit Sequences(Extents e) : extents(e) {}

  Matrix<T*, 4 * Hidden> all_gates() { return {gates.data(), rows}; }
  Batch<T*, Sequence<Hidden>> of_steps(std::vector<T>& v) { return {v.data(), extents}; }
  Matrix<T*, Hidden> of_batch(std::vector<T>& v) { return {v.data(), extents.batch}; }
  Matrix<const T*, Hidden> weights() const { return {recurrent.data(), 4 * Hidden}; }

  template <class Backend = Cpu<T>>
  void forward(int threads) {
    RunInRoom<Backend> run(extents, threads);
    ops::lstm_forward(run, LstmCellTaped{}, all_gates(), of_steps(cell), of_batch(h0), of_batch(c0), of_steps(y),
                      weights());
  }
  void predict(int threads) {
    RunInRoom<Cpu<T>> run(extents, threads);
    ops::lstm_forward(run, LstmCell{}, all_gates(), Discard{}, of_batch(h0), of_batch(c0), of_steps(y), weights());
  }
  template <class Backend = Cpu<T>>
  void backward(int threads) {
    RunInRoom<Backend> run(extents, threads);
    ops::lstm_backward(run, LstmCellBackward{}, all_gates(), of_steps(cell), of_batch(c0), of_steps(dy), of_batch(dh),
                       of_batch(dc), weights());
  }
  void compose_forward() { forward<Composing<T>>(1); }
  void compose_backward() { backward<Composing<T>>(1); }
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
/// A cell of three gates that tells its operands, and three masks, from each other.
struct Forward {
  template <class V>
  constexpr Pack<V, 5> operator()(V z, V r, V n, V before, V kept, V row, V each, V always, V bits) const {
    const V h = math::tanh(z * each + r * always - before);
    return {{h, z + row, r - bits * kept, n * each, kept + V(0.25)}};
  }
};
struct Backward {
  template <class V>
  constexpr Pack<V, 4> operator()(V z, V r, V dh, V before, V held, V each, V always, V bits) const {
    return {{z * each + dh * V(0.25), r * always - before * dh, bits + dh, held * V(0.5) + dh * each}};
  }
};

/// Arrays of such a cell; operands lie among others, so that strides differ.
template <class T, std::size_t H>
struct Cells {
  static constexpr ops::Masks<3> masks{{{{.rate = 0.4, .place = 8},
                                         {.rate = 0.3, .place = 9, .each_step = false},
                                         {.rate = 0.5, .place = 10, .scaled = false}}},
                                       ops::MaskRows::one_step,
                                       0};

  Extents extents;
  std::size_t rows = extents.rows(), n = extents.batch * H;
  std::vector<T> recurrent = numbers<T>(3 * H * H, 1), z = numbers<T>(rows * 3 * H, 2), h0 = numbers<T>(n, 3),
                 h = numbers<T>(rows * H, 4), c0 = numbers<T>(2 * n, 5), c = numbers<T>(2 * rows * H, 6),
                 kept = numbers<T>(n, 7), row = numbers<T>(H, 8), dh = numbers<T>(n, 9);

  explicit Cells(Extents e) : extents(e) {}

  Matrix<T*, 3 * H> gates() { return {z.data(), rows}; }
  Matrix<T*, H> states() { return {h.data(), rows}; }
  Matrix<T*, H> one(std::vector<T>& v) { return {v.data(), extents.batch}; }
  Matrix<const T*, H> weights() const { return {recurrent.data(), 3 * H}; }
  Matrix<T*, H, 2 * H> half(std::vector<T>& v) { return {v.data(), v.size() / (2 * H)}; }

  template <class Backend>
  void forward(int threads) {
    RunInRoom<Backend> run(extents, threads);
    ops::MovingSources<decltype(run), 6> in;
    ops::MovingDestinations<decltype(run), 5> out;
    const auto a = part_of<0, 3>(gates()), b = part_of<1, 3>(gates()), d = part_of<2, 3>(gates());
    in.each_step(run, a, b, d);
    in.step_before(run, half(c0), half(c));
    in.same(one(kept), Row<T*, H>{row.data()});
    out.each_step(run, states(), half(c), a, b);
    out.same(one(kept));
    const ops::RecurrenceRoom<support::RunInRoom<Backend>, 3, H, 3> room(run);
    ops::recurrence_forward(run, room, Forward{}, gates(), one(h0), states(), weights(), out, in, masks);
  }
  template <class Backend>
  void backward(int threads) {
    RunInRoom<Backend> run(extents, threads);
    ops::MovingSources<decltype(run), 5> in;
    ops::MovingDestinations<decltype(run), 4> out;
    const auto a = part_of<0, 3>(gates()), b = part_of<1, 3>(gates()), d = part_of<2, 3>(gates());
    in.each_step(run, a, b);
    in.same(one(dh));
    in.step_before(run, half(c0), half(c));
    in.same(one(kept));
    out.each_step(run, a, b, d);
    out.same(one(kept));
    const ops::RecurrenceRoom<support::RunInRoom<Backend>, 3, H, 3> room(run);
    ops::recurrence_backward<2>(run, room, Backward{}, gates(), one(dh), weights(), out, in, masks);
  }
};

template <class T, std::size_t H>
void check_cells(Extents extents) {
  CAPTURE(H);
  CAPTURE(extents.batch);
  CAPTURE(extents.steps);
  const double bound = H * near<T>;
  Cells<T, H> composed(extents), own(extents);
  composed.template forward<Composing<T>>(1);
  own.template forward<Cpu<T>>(1);
  const auto check = [&](const Cells<T, H>& a, const Cells<T, H>& b) {
    CHECK(all_close(a.z, b.z, bound, bound));
    CHECK(all_close(a.c, b.c, bound, bound));
    CHECK(all_close(a.kept, b.kept, bound, bound));
    CHECK(all_close(a.h, b.h, bound, bound));
  };
  for (std::size_t r = 0; r < own.rows; ++r)  // no output: the product's place in the composition
    std::copy_n(&own.z[(r * 3 + 2) * H], H, &composed.z[(r * 3 + 2) * H]);
  check(own, composed);
  for (const int threads : thread_counts) {
    Cells<T, H> again(extents);
    again.template forward<Cpu<T>>(threads);
    CHECK((again.z == own.z && again.h == own.h && again.c == own.c && again.kept == own.kept));
  }
  Cells<T, H> composed_back(extents), back(extents);
  composed_back.template backward<Composing<T>>(1);
  back.template backward<Cpu<T>>(1);
  check(back, composed_back);
  for (const int threads : thread_counts) {
    Cells<T, H> again(extents);
    again.template backward<Cpu<T>>(threads);
    CHECK((again.z == back.z && again.kept == back.kept));
  }
}
}  // namespace

TEST_CASE_TEMPLATE("cells of any operands and masks are those of the composition", T, float, double) {
  check_cells<T, 1>({3, 2});
  check_cells<T, 7>({1, 3});
  check_cells<T, 18>({8, 1});
  check_cells<T, 37>({5, 4});
  check_cells<T, 70>({13, 2});
}

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
  const auto check = [](auto size) {
    constexpr std::size_t Hidden = size();
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
  check(std::integral_constant<std::size_t, 28>{});
  check(std::integral_constant<std::size_t, 390>{});  // longer than a block of k
}

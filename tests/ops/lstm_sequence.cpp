#include <ops/support.hpp>

#include <strata/network/run.hpp>
#include <strata/ops/lstm_sequence.hpp>

#include <utility>

using namespace ops_test;

namespace {
constexpr std::size_t batch = 2, steps = 3, n = 3;

/// Sums that tell every argument from the others.
struct Forward {
  template <class V>
  constexpr Pack<V, 6> operator()(V z_i, V z_f, V z_g, V z_o, V before) const {
    return {{z_i + z_o, before + z_g, z_i, z_f, z_g, z_o}};
  }
};
struct ForwardUntaped {
  template <class V>
  constexpr Pack<V, 2> operator()(V z_i, V z_f, V z_g, V z_o, V before) const {
    return {{Forward{}(z_i, z_f, z_g, z_o, before)[0], Forward{}(z_i, z_f, z_g, z_o, before)[1]}};
  }
};
struct Backward {
  template <class V>
  constexpr Pack<V, 5> operator()(V i, V f, V g, V o, V c, V before, V dy, V dh, V dc) const {
    return {{i + dh, f + c, g + before, o + dy, dc + V(1)}};
  }
};

/// A backend without a kernel for sequences, whose operations are the CPU's.
struct Composing {
  using element = double;
  struct Stream {
    using backend = Composing;
    int threads = 1;
  };
};
/// One with a kernel, which notes what it is given, and does not take it where it is told so.
struct Noting {
  using element = double;
  struct Stream {
    using backend = Noting;
    int threads = 1;
  };
  static inline bool takes = true;
  static inline ops::LstmForwardArguments<double> forward{};
  static inline ops::LstmBackwardArguments<double> backward{};
};

struct Arrays {
  std::vector<double> recurrent = counted<double>(4 * n * n, -4), h0 = counted<double>(batch * n),
                      c0 = counted<double>(batch * n, 2), gates = counted<double>(steps * batch * 4 * n, 3),
                      cell = counted<double>(steps * batch * n), y = counted<double>(steps * batch * n),
                      dy = counted<double>(steps * batch * n, -1), dh = counted<double>(batch * n),
                      dc = counted<double>(batch * n);

  Matrix<double*, 4 * n> all() { return {gates.data(), steps * batch}; }
  static Batch<double*, Sequence<n>> rows(std::vector<double>& v) { return {v.data(), Extents{batch, steps}}; }
  static Matrix<double*, n> one(std::vector<double>& v) { return {v.data(), batch}; }
  Matrix<const double*, n> weights() const { return {recurrent.data(), 4 * n}; }
};
template <class Backend>
Run<Backend, Inference> run_of() {
  Run<Backend, Inference> run;
  static std::vector<double> memory(ops::recurrent_room(4, n));
  static constexpr std::size_t offsets[4] = {};
  run.extents = {batch, steps};
  run.arena = memory.data();
  run.offsets = offsets;
  return run;
}
}  // namespace

namespace STRATA_NAMESPACE {
template <>
inline constexpr bool ops::own_lstm_kernel<Noting> = true;
template <class Operation>
struct OnCpu {
  static void run(auto, auto&&... arguments) {
    Kernel<Operation, Cpu<double>>::run({}, std::forward<decltype(arguments)>(arguments)...);
  }
};
template <class Operation>
struct Kernel<Operation, Composing> : OnCpu<Operation> {};
template <class Operation>
struct Kernel<Operation, Noting> : OnCpu<Operation> {};
template <>
struct Kernel<ops::LstmSequence, Noting> {
  template <std::size_t Hidden, class F>
  static bool run(Noting::Stream, F, const ops::LstmForwardArguments<double>& a) {
    static_assert(Hidden == n);
    Noting::forward = a;
    return Noting::takes;
  }
  template <std::size_t Hidden, class F>
  static bool run(Noting::Stream, F, const ops::LstmBackwardArguments<double>& a) {
    static_assert(Hidden == n);
    Noting::backward = a;
    return Noting::takes;
  }
};
}  // namespace STRATA_NAMESPACE

TEST_CASE("forward: a product with h of the step before and a map, a step; with and without a tape") {
  auto run = run_of<Composing>();
  Arrays a, untaped;
  const Arrays was;
  ops::lstm_forward(run, Forward{}, a.all(), a.rows(a.cell), a.one(a.h0), a.one(a.c0), a.rows(a.y), a.weights());
  ops::lstm_forward(run, ForwardUntaped{}, untaped.all(), Discard{}, untaped.one(untaped.h0), untaped.one(untaped.c0),
                    untaped.rows(untaped.y), untaped.weights());
  for (std::size_t row = 0; row < steps * batch; ++row) {
    const double* const h = row < batch ? &a.h0[row * n] : &a.y[(row - batch) * n];
    const double* const c = row < batch ? &was.c0[row * n] : &a.cell[(row - batch) * n];
    for (std::size_t u = 0; u < n; ++u) {
      double z[4];
      for (std::size_t gate = 0; gate < 4; ++gate) {
        z[gate] = was.gates[row * 4 * n + gate * n + u];
        for (std::size_t k = 0; k < n; ++k) z[gate] += was.recurrent[(gate * n + u) * n + k] * h[k];
        CHECK(a.gates[row * 4 * n + gate * n + u] == doctest::Approx(z[gate]).epsilon(1e-14));
      }
      CHECK(a.y[row * n + u] == doctest::Approx(z[0] + z[3]).epsilon(1e-14));
      CHECK(a.cell[row * n + u] == doctest::Approx(c[u] + z[2]).epsilon(1e-14));
    }
  }
  CHECK(a.c0 == was.c0);
  CHECK(untaped.y == a.y);
  CHECK(untaped.c0 == std::vector<double>(a.cell.end() - batch * n, a.cell.end()));
}

TEST_CASE("backward: from the last step, behind which dh and dc are 0") {
  auto run = run_of<Composing>();
  Arrays a;
  const Arrays was;
  ops::lstm_backward(run, Backward{}, a.all(), a.rows(a.cell), a.one(a.c0), a.rows(a.dy), a.one(a.dh), a.one(a.dc),
                     a.weights());
  for (std::size_t row = 0; row < steps * batch; ++row) {
    const bool last = row >= (steps - 1) * batch;
    const double* const before = row < batch ? &was.c0[row * n] : &was.cell[(row - batch) * n];
    for (std::size_t u = 0; u < n; ++u) {
      double dh = 0;
      for (std::size_t k = 0; !last && k < 4 * n; ++k) {
        dh += a.gates[(row + batch) * 4 * n + k] * was.recurrent[k * n + u];
      }
      const double* const given = &was.gates[row * 4 * n + u];
      const double expected[] = {given[0] + dh, given[n] + was.cell[row * n + u], given[2 * n] + before[u],
                                 given[3 * n] + was.dy[row * n + u]};
      for (std::size_t gate = 0; gate < 4; ++gate) {
        CHECK(a.gates[row * 4 * n + gate * n + u] == doctest::Approx(expected[gate]).epsilon(1e-14));
      }
    }
  }
  for (const double d : a.dc) CHECK(d == steps);
}

TEST_CASE("a backend with a kernel of its own is handed the sequence") {
  auto run = run_of<Noting>();
  Arrays a;
  ops::lstm_forward(run, Forward{}, a.all(), a.rows(a.cell), a.one(a.h0), a.one(a.c0), a.rows(a.y), a.weights());
  const auto& f = Noting::forward;
  CHECK((f.steps == steps && f.batch == batch && f.hidden == n));
  CHECK((f.recurrent == a.recurrent.data() && f.h0 == a.h0.data() && f.c0 == a.c0.data()));
  CHECK((f.gates == a.gates.data() && f.cell == a.cell.data() && f.y == a.y.data()));
  ops::lstm_forward(run, ForwardUntaped{}, a.all(), Discard{}, a.one(a.h0), a.one(a.c0), a.rows(a.y), a.weights());
  CHECK(f.cell == nullptr);
  ops::lstm_backward(run, Backward{}, a.all(), a.rows(a.cell), a.one(a.c0), a.rows(a.dy), a.one(a.dh), a.one(a.dc),
                     a.weights());
  const auto& b = Noting::backward;
  CHECK((b.steps == steps && b.batch == batch && b.hidden == n));
  CHECK((b.recurrent == a.recurrent.data() && b.c0 == a.c0.data() && b.cell == a.cell.data() && b.dy == a.dy.data()));
  CHECK((b.gates == a.gates.data() && b.dc == a.dc.data()));
  CHECK((a.gates == Arrays{}.gates && a.y == Arrays{}.y));  // and nothing else is done
}

TEST_CASE("what a kernel does not take is composed") {
  auto run = run_of<Noting>();
  auto here = run_of<Composing>();
  Arrays a, expected;
  const auto both = [&](auto& at, Arrays& x) {
    ops::lstm_forward(at, Forward{}, x.all(), x.rows(x.cell), x.one(x.h0), x.one(x.c0), x.rows(x.y), x.weights());
    ops::lstm_backward(at, Backward{}, x.all(), x.rows(x.cell), x.one(x.c0), x.rows(x.dy), x.one(x.dh), x.one(x.dc),
                       x.weights());
  };
  Noting::takes = false;
  both(run, a);
  Noting::takes = true;
  both(here, expected);
  CHECK(a.y == expected.y);
  CHECK(a.gates == expected.gates);
  CHECK(a.dc == expected.dc);
}

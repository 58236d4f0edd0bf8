#include <backend/composing.hpp>
#include <ops/support.hpp>

#include <strata/ops/recurrence.hpp>

using namespace ops_test;
using support::Composing;
using support::RunInRoom;

namespace {
constexpr std::size_t batch = 2, steps = 3, n = 3;

/// (z, c′, row, m) -> (h, c), and the way back (dh, dy, m) -> dz: sums that tell every argument from the others.
struct Forward {
  template <class V>
  constexpr Pack<V, 2> operator()(V z, V before, V row, V m) const {
    return {{z * m, before + z + row}};
  }
};
struct Backward {
  template <class V>
  constexpr V operator()(V z, V dh, V dy, V m) const {
    return z + dh * m + dy;
  }
};

/// The sum of all arguments, and twice that.
struct Sums {
  template <class V, class... More>
  constexpr Pack<V, 2> operator()(V first, More... more) const {
    const V sum = (first + ... + more);
    return {{sum, sum + sum}};
  }
};

/// A backend with a kernel, which notes what it is given, and does not take it where it is told so.
struct Noting {
  using element = double;
  struct Stream {
    using backend = Noting;
    int threads = 1;
  };
  static inline bool takes = true;
  static inline ops::RecurrenceArguments<double, 2, 3, 1> forward{};
};

constexpr ops::Masks<1> masks{{{{.rate = 0.5, .place = 16}}}, ops::MaskRows::one_step, 0};

struct Arrays {
  std::vector<double> recurrent = counted<double>(n * n, -1), h0 = counted<double>(batch * n),
                      c0 = counted<double>(batch * n, 2), z = counted<double>(steps * batch * n, 3),
                      c = counted<double>(steps * batch * n), h = counted<double>(steps * batch * n, 5),
                      row = counted<double>(n), dh = counted<double>(batch * n);

  static Matrix<double*, n> rows(std::vector<double>& v) { return {v.data(), v.size() / n}; }

  template <class Run>
  void run_forward(Run& run) {
    ops::MovingSources<Run, 3> in;
    ops::MovingDestinations<Run, 2> out;
    in.each_step(run, rows(z));
    in.step_before(run, rows(c0), rows(c));
    in.same(Row<double*, n>{row.data()});
    out.each_step(run, rows(h), rows(c));
    const ops::RecurrenceRoom<Run, 1, n, 1> room(run);
    ops::recurrence_forward(run, room, Forward{}, rows(z), rows(h0), rows(h), rows(recurrent), out, in, masks);
  }
  template <class Run>
  void run_backward(Run& run) {
    ops::MovingSources<Run, 3> in;
    ops::MovingDestinations<Run, 1> out;
    in.each_step(run, rows(z));
    in.same(rows(dh));
    in.each_step(run, rows(h));
    out.each_step(run, rows(z));
    const ops::RecurrenceRoom<Run, 1, n, 1> room(run);
    ops::recurrence_backward<1>(run, room, Backward{}, rows(z), rows(dh), rows(recurrent), out, in, masks);
  }
};

/// The mask of an element, by its definition.
double mask_at(std::size_t row, std::size_t column) {
  const auto sample = static_cast<std::uint32_t>(3 + row % batch), step = static_cast<std::uint32_t>(row / batch);
  const auto word = philox(philox_counter(column, sample, step, 16, 4), philox_key(5))[column % 4];
  return word >= bernoulli_keep_threshold(0.5) ? 2 : 0;
}
}  // namespace

namespace STRATA_NAMESPACE {
template <>
inline constexpr bool ops::own_recurrence<Noting> = true;
template <class Operation>
struct Kernel<Operation, Noting> : Kernel<Operation, Composing<double>> {
  static void run(auto, auto&&... arguments) {
    Kernel<Operation, Composing<double>>::run({}, std::forward<decltype(arguments)>(arguments)...);
  }
};
template <>
struct Kernel<ops::Recurrence, Noting> {
  template <std::size_t Gates>
  static bool forward(Noting::Stream, ::Forward, const ops::RecurrenceArguments<double, 2, 3, 1>& a) {
    static_assert(Gates == 1);
    Noting::forward = a;
    return Noting::takes;
  }
};
}  // namespace STRATA_NAMESPACE

TEST_CASE("forward: a product with h of the step before and the cell, under the masks of the step") {
  RunInRoom<Composing<double>> run({batch, steps}, 1);
  Arrays a;
  const Arrays was;
  a.run_forward(run);
  std::size_t dropped = 0;
  for (std::size_t r = 0; r < steps * batch; ++r) {
    const double* const h = r < batch ? &a.h0[r * n] : &a.h[(r - batch) * n];
    const double* const c = r < batch ? &a.c0[r * n] : &a.c[(r - batch) * n];
    for (std::size_t u = 0; u < n; ++u) {
      double z = was.z[r * n + u];
      for (std::size_t k = 0; k < n; ++k) z += was.recurrent[u * n + k] * h[k];
      CHECK(a.h[r * n + u] == doctest::Approx(z * mask_at(r, u)).epsilon(1e-14));
      CHECK(a.c[r * n + u] == doctest::Approx(c[u] + z + was.row[u]).epsilon(1e-14));
      dropped += mask_at(r, u) == 0;
    }
  }
  CHECK((dropped > 0 && dropped < steps * batch * n));
}

TEST_CASE("backward: from the last step, behind which dh is 0") {
  RunInRoom<Composing<double>> run({batch, steps}, 1);
  Arrays a;
  const Arrays was;
  a.run_backward(run);
  for (std::size_t r = 0; r < steps * batch; ++r) {
    for (std::size_t u = 0; u < n; ++u) {
      double dh = 0;
      for (std::size_t k = 0; r < (steps - 1) * batch && k < n; ++k)
        dh += a.z[(r + batch) * n + k] * was.recurrent[k * n + u];
      const double expected = was.z[r * n + u] + dh * mask_at(r, u) + was.h[r * n + u];
      CHECK(a.z[r * n + u] == doctest::Approx(expected).epsilon(1e-14));
    }
  }
}

TEST_CASE("a backend with a kernel is handed the sequence; what it does not take is composed") {
  RunInRoom<Noting> run({batch, steps}, 1), again({batch, steps}, 1);
  Arrays a;
  a.run_forward(run);
  const auto& f = Noting::forward;
  CHECK((f.steps == steps && f.batch == batch && f.hidden == n && f.recurrent == a.recurrent.data()));
  CHECK((f.factor.at(0).data == a.h0.data() && f.factor.at(2).data == &a.h[batch * n] && f.factor.stride == n));
  CHECK((f.in[0].at(0).data == a.z.data() && f.in[0].at(2).data == &a.z[2 * batch * n]));
  CHECK((f.in[1].at(0).data == a.c0.data() && f.in[1].at(1).data == a.c.data()));
  CHECK((f.in[2].at(0).data == a.row.data() && f.in[2].at(2).data == a.row.data() && f.in[2].stride == 0));
  CHECK((f.out[0].at(1).data == &a.h[batch * n] && f.out[1].at(0).data == a.c.data()));
  CHECK((f.masks.batch == batch && f.masks.first_sample == 3 && f.masks.first_step == 0));
  CHECK((f.room == run.arena && f.drawn == run.arena + run.offsets[1]));
  CHECK((a.z == Arrays{}.z && a.h == Arrays{}.h));  // and nothing else is done

  RunInRoom<Composing<double>> here({batch, steps}, 1);
  Arrays expected;
  Noting::takes = false;
  a.run_forward(again);
  Noting::takes = true;
  expected.run_forward(here);
  CHECK((a.h == expected.h && a.c == expected.c));
}

namespace {
/// Nothing is known of what it is given, as in a network.
template <class Run, class Out, class In>
[[gnu::noinline]] void cell(Run& run, const Out& out, const In& in, std::size_t hidden, std::size_t t) {
  ops::arguments::cell(run, Sums{}, out, in, ops::Masks<1>{{{{.rate = 0}}}}, hidden, t);
}
}  // namespace

// The largest of all operands' extents is what g++ 12 once took wrongly, of 13 to 16 operands.
TEST_CASE("a cell of many operands goes over all samples and units, and no more") {
  constexpr std::size_t units = 9, samples = 64, operands = 13, rows = steps * samples;
  using Rows = Matrix<double*, units>;
  RunInRoom<Composing<double>> run({samples, steps}, 1);
  std::vector<double> z = counted<double>(rows * units), h(rows * units), twice(rows * units);
  ops::MovingSources<decltype(run), operands> in;
  ops::MovingDestinations<decltype(run), 2> out;
  for (std::size_t k = 0; k < operands; ++k) in.each_step(run, Rows{z.data(), rows});
  out.each_step(run, Rows{h.data(), rows}, Rows{twice.data(), rows});
  for (std::size_t t = 0; t < steps; ++t) cell(run, out, in, units, t);
  for (std::size_t i = 0; i < h.size(); ++i) {
    REQUIRE(h[i] == operands * z[i] + 1);  // the mask is 1
    REQUIRE(twice[i] == 2 * h[i]);
  }
}

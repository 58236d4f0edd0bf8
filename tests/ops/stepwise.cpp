#include <backend/composing.hpp>
#include <ops/stepwise_case.hpp>

using namespace ops_test;
using namespace ops_test::stepwise_case;
using support::Composing;
using support::RunInRoom;

TEST_CASE("forward: a product with rows of the step before, then what a step does") {
  for (const bool biased : {false, true}) {
    RunInRoom<Composing<double>> run({batch, steps}, 1);
    Arrays a, was;
    if (biased) a.forward(run, a.shift());
    else a.forward(run, Discard{});
    for (std::size_t r = 0; r < steps * batch; ++r) {
      const double* const h = r < batch ? &a.h0[r * n] : &a.h[(r - batch) * n];
      for (std::size_t u = 0; u < n; ++u) {
        double q[gates];
        for (std::size_t g = 0; g < gates; ++g) {
          q[g] = biased ? was.bias[g * n + u] : 0;
          for (std::size_t k = 0; k < n; ++k) q[g] += was.recurrent[(g * n + u) * n + k] * h[k];
        }
        CHECK(a.h[r * n + u] ==
              doctest::Approx(std::tanh(q[0] * was.x[r * n + u] * mask_at(r, u) - q[1])).epsilon(1e-11));
      }
    }
  }
}

TEST_CASE("backward: a product with rows of the step after, 0 behind the last") {
  RunInRoom<Composing<double>> run({batch, steps}, 1);
  Arrays a, was;
  a.backward(run);
  for (std::size_t r = 0; r < steps * batch; ++r) {
    for (std::size_t u = 0; u < n; ++u) {
      double dh = 0;
      for (std::size_t k = 0; r < (steps - 1) * batch && k < gates * n; ++k)
        dh += a.q[(r + batch) * gates * n + k] * was.recurrent[k * n + u];
      const std::size_t at = r * gates * n + n + u;
      CHECK(a.q[at] == doctest::Approx(std::tanh(dh * was.x[r * n + u] + was.q[at])).epsilon(1e-11));
    }
  }
}

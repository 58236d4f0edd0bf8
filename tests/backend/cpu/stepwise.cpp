#include <backend/composing.hpp>
#include <ops/stepwise_case.hpp>

#include <strata/backend/cpu/stepwise.hpp>

using namespace ops_test;
using namespace ops_test::stepwise_case;
using support::Composing;
using support::RunInRoom;

namespace {
void close(const std::vector<double>& a, const std::vector<double>& b) { CHECK(strata::all_close(a, b, 1e-12, 1e-12)); }
}  // namespace

TEST_CASE("it takes some samples through all steps as the composition takes all, on any number of threads") {
  for (const std::size_t length : {std::size_t{1}, steps}) {
    RunInRoom<Composing<double>> run({batch, length}, 1), back({batch, length}, 1);
    Arrays expected, expected_back;
    expected.forward(run, expected.shift());
    expected_back.backward(back);
    for (const int threads : {1, 2, 3}) {
      RunInRoom<Cpu<double>> own({batch, length}, threads), own_back({batch, length}, threads);
      Arrays a, b;
      a.forward(own, a.shift());
      b.backward(own_back);
      close(a.h, expected.h);
      close(a.q, expected.q);
      close(a.y, expected.y);
      close(b.q, expected_back.q);
    }
  }
}

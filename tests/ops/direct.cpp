#include <ops/support.hpp>

#include <strata/ops/direct.hpp>

using namespace ops_test;

TEST_CASE("an operation outside a layer needs a stream and nothing else") {
  ops::Direct<Cpu<double>> direct{{2}};
  const auto a = counted<double>(50);
  std::vector<double> y(50, 1);
  const Flat<double*> to{y.data(), y.size()};
  ops::map(direct, ops::Sum{}, ops::into(to), ops::from(to, Flat<const double*>{a.data(), a.size()}));
  for (std::size_t i = 0; i < 50; ++i) CHECK(y[i] == a[i] + 1);
}

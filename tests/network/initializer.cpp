#include <doctest/doctest.h>

#include <strata/strata.hpp>

#include <vector>

using namespace strata;

TEST_CASE("layers draw one after another from one stream, and statistics begin as their layer says") {
  const Network<Sequential<Linear<3>, BatchNorm, Residual<Linear<3, HeNormal>>, LSTM<2>, BatchNorm>, Sequence<4>,
                Cpu<double>>
      net{Seed{9}};
  InitialRandom random(philox_key(9));
  const auto expect = [&]<class Init, std::size_t Rows, std::size_t Columns>(const char* name, Init) {
    std::vector<double> drawn(Rows * Columns);
    Init::fill(random, Matrix<double*, Columns>{drawn.data(), Rows}, Columns, Rows);
    const auto tensor = net.tensor(name);
    CHECK(std::vector<double>(tensor.begin(), tensor.end()) == drawn);
  };
  expect.template operator()<GlorotUniform, 3, 4>("0.weight", {});
  expect.template operator()<HeNormal, 3, 3>("2.0.weight", {});
  const double bound = 1 / std::sqrt(2.0);
  for (const double w : net.tensor("3.weight_ih_l0")) CHECK(w == (2 * random.uniform() - 1) * bound);
  CHECK(net.tensor("1.running_var")[2] == 1);
  CHECK(net.tensor("1.running_mean")[2] == 0);
  CHECK(net.tensor("4.running_var")[1] == 1);
  CHECK(net.tensor("4.running_mean")[1] == 0);
  CHECK(net.tensor("0.bias")[0] == 0);
}

#include <network/support.hpp>

#include <doctest/doctest.h>

using namespace network_tests;

namespace {
using Net = Network<Sequential<Linear<3>, BatchNorm>, Features<2>, Engine<float>>;
}  // namespace

TEST_CASE("tensors are parts of the flat buffers") {
  Net net{Seed{1}};
  CHECK(net.tensor("0.weight").data() == net.weights().data());
  CHECK(net.tensor("1.running_var").size() == 3);
  CHECK(net.weights().size() == Net::weight_elements);
  net.tensor("0.bias")[1] = 7;
  CHECK(std::as_const(net).tensor("0.bias")[1] == 7.0f);
  CHECK(net.weight_buffer().data() == net.weights().data());
  CHECK(net.statistic_buffer().data() == net.statistics().data());
}

TEST_CASE("initial values come again with the seed") {
  Net net{Seed{1}};
  const Net same{Seed{1}};
  net.tensor("0.weight")[0] = 7;
  net.tensor("1.running_var")[0] = 7;
  net.initialize(Seed{1});
  CHECK(std::ranges::equal(net.weights(), same.weights()));
  CHECK(std::ranges::equal(net.statistics(), same.statistics()));
}

#include <strata/init/normal.hpp>

#include "init/support.hpp"

#include <bit>

using namespace strata;

namespace {
struct Quarter {
  static void fill(InitialRandom& random, auto view, std::size_t, std::size_t) { Normal::fill(random, view, 0.25); }
};
}  // namespace

TEST_CASE("Normal has the moments of a normal distribution") { init_tests::check_normal<Quarter>(0.25); }

TEST_CASE("Normal fills every element of a view and no other, with the normal numbers of the stream") {
  std::vector<float> memory(40, 9.0f);
  InitialRandom random(philox_key(3)), again(philox_key(3));
  Normal::fill(random, Matrix<float*, 8>{memory.data(), 4}, 0.5);
  for (std::size_t i = 0; i < 32; ++i) CHECK(memory[i] == static_cast<float>(0.5 * again.normal()));
  for (std::size_t i = 32; i < 40; ++i) CHECK(memory[i] == 9);
  Normal::fill(random, Row<float*, 5>{memory.data() + 32}, 0.5);
  CHECK((memory[36] != 9 && memory[37] == 9));
}

TEST_CASE("normal and uniform numbers are drawn from one stream of words") {
  InitialRandom one(philox_key(5)), other(philox_key(5));
  one.uniform();
  other.normal();
  CHECK(one.uniform() == other.uniform());
  const std::uint32_t word = philox({{0, 0, 0, 0xffffffffu}}, philox_key(5))[2];
  CHECK(one.normal() == normal<double>(word));
}

#include <backend/cpu/tiles.hpp>
#include <strata/backend/cpu/gemm_pairs.hpp>
#include <strata/core/precision.hpp>

namespace {
using Product = void (*)(const strata::ops::MatmulArguments<float>&, int);
/// The product under test.
Product product_of_pairs = [](const auto& g, int threads) { strata::gemm_pairs(g, threads); };
}  // namespace

// The tests of gemm, on this product, of factors it does not round.
#define STRATA_TESTED_PRODUCT product_of_pairs
#define STRATA_TESTED_FORM(transpose_a, transpose_b) true
#define STRATA_TESTED_TYPES float
#define STRATA_TESTED_FACTOR(x) strata::BFloat16::rounded(x)
#include <backend/cpu/gemm.cpp>

namespace {

/// While this lives, products are those of one unit.
template <class Unit, class State>
struct ByUnit {
  Product before = product_of_pairs;
  ByUnit() { product_of_pairs = strata::detail::gemm_pairs_by<Unit, State>; }
  ByUnit(const ByUnit&) = delete;
  ByUnit& operator=(const ByUnit&) = delete;
  ~ByUnit() { product_of_pairs = before; }
};
struct Nothing {};
using Lanes = ByUnit<strata::detail::PairLanes<>, Nothing>;
using Tiles = ByUnit<strata::detail::PairTiles<PlainTiles>, PlainTiles>;

}  // namespace

TEST_CASE_TEMPLATE("every unit at the edges of tiles and blocks", Unit, Lanes, Tiles) {
  const Unit unit;
  for (const std::size_t m : {1U, 8U, 16U, 17U, 32U, 33U}) {
    for (const std::size_t n : {1U, 16U, 31U, 32U, 33U, 49U}) {
      for (int form = 0; form < 4; ++form) {
        const std::size_t k = form == 0 ? 600 : 33;
        check(Problem<float>{m, n, k, (form & 1) != 0, (form & 2) != 0, form > 1, form != 1, form == 2});
      }
    }
  }
  check(Problem<float>{530, 40, 530, false, true, false, true});
  const Problem<float> high{300, 50, 40, false, true, true, true}, wide{50, 300, 40, true, false, true, true};
  for (const Problem<float>& problem : {high, wide}) CHECK(problem.product(3) == problem.product(1));
}

TEST_CASE("factors are rounded to the nearest bfloat16") {
  Problem<float> problem{20, 30, 70, false, true, false, true};
  const std::vector<float> expected = problem.product(1);
  for (auto* factor : {&problem.a, &problem.b})
    for (float& x : *factor) x *= 1.0009765625F;  // less than a quarter of what separates two bfloat16
  CHECK(problem.product(1) == expected);
}

#if defined(__linux__) && !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#include <pthread.h>
TEST_CASE("the product needs as much of the stack as it says") {
  Problem<float> problem{600, 600, 600, false, true, false, true};
  std::vector<float> c = problem.before;
  MatmulArguments<float> g = problem.arguments(c);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, (300 + 64) * 1024);
  pthread_t thread;
  const auto body = [](void* g) -> void* {
    strata::gemm_pairs(*static_cast<MatmulArguments<float>*>(g), 1);
    return nullptr;
  };
  REQUIRE(pthread_create(&thread, &attributes, body, &g) == 0);
  pthread_join(thread, nullptr);
  CHECK(c == problem.product(1));
}
#endif

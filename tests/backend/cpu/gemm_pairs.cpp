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
#if defined(__x86_64__)
using Registers = ByUnit<strata::detail::PairRegisters, Nothing>;
#else
using Registers = Lanes;
#endif
/// Whether this processor has what a unit needs.
template <class Unit>
bool runs() {
  return std::is_same_v<Unit, Lanes> || std::is_same_v<Unit, Tiles> || strata::detail::multiplies_pairs();
}

static_assert(sizeof(strata::detail::GemmPairs<strata::detail::PairTiles<PlainTiles>>) <= 300 * 1024);
static_assert(sizeof(strata::detail::GemmPairs<strata::detail::PairLanes<>>) <= 300 * 1024);

}  // namespace

TEST_CASE_TEMPLATE("every unit at the edges of tiles and blocks", Unit, Lanes, Registers, Tiles) {
  if (!runs<Unit>()) return;
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
  const Problem<float> high{300, 50, 600, false, true, true, true}, wide{50, 300, 600, true, false, true, true};
  for (const Problem<float>& problem : {high, wide}) {
    const std::vector<float> all = problem.product(1);
    CHECK(problem.product(3) == all);
    std::vector<float> c = problem.before;
    MatmulArguments<float> alone = problem.arguments(c);
    alone.m = 1;
    alone.a += 37 * (alone.transpose_a ? 1 : alone.lda);
    alone.c += 37 * alone.ldc;
    product_of_pairs(alone, 1);
    for (std::size_t j = 0; j < problem.n; ++j) CHECK(alone.c[j] == all[37 * problem.ldc + j]);
  }
}

TEST_CASE("factors are rounded to the nearest bfloat16") {
  Problem<float> problem{20, 30, 70, false, true, false, true};
  const std::vector<float> expected = problem.product(1);
  const Problem<float> exact = problem;
  for (const float change : {1.0009765625F, 0.9990234375F}) {  // less than a quarter of what separates two bfloat16
    problem.a = exact.a, problem.b = exact.b;
    for (auto* factor : {&problem.a, &problem.b})
      for (float& x : *factor) x *= change;
    CHECK(problem.a != exact.a);
    CHECK(problem.product(1) == expected);
  }
}

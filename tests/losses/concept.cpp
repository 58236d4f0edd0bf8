#include <strata/losses/concept.hpp>

#include <engine.hpp>

#include <doctest/doctest.h>

using namespace strata;

// Not an anonymous namespace: nvcc 13 does not see that a concept reads target_width, and warns of a member without
// use.
namespace loss_concept_tests {

/// What a user writes: a target as wide as the scores, and nothing inherited.
struct AbsoluteError {
  template <class T>
  using target = T;
  template <class Out>
  static constexpr std::size_t target_width = features<Out>;
};
struct NoTarget {
  template <class Out>
  static constexpr std::size_t target_width = 1;
};
struct NoWidth {
  template <class T>
  using target = T;
};

}  // namespace loss_concept_tests
using namespace loss_concept_tests;

TEST_CASE("losses follow features and sequences of them, and nothing else") {
  CHECK(LossFor<CrossEntropy, Features<3>>);
  CHECK(LossFor<CrossEntropy, Sequence<3>>);
  CHECK(LossFor<MeanSquaredError, Sequence<3>>);
  CHECK(LossFor<Softened<2.0>, Features<3>>);
  CHECK(LossFor<AbsoluteError, Features<3>>);
  CHECK_FALSE(LossFor<CrossEntropy, Tokens<3>>);
  CHECK_FALSE(LossFor<CrossEntropy, NoShape>);
  CHECK_FALSE(LossFor<MeanSquaredError, Image<1, 2, 3>>);
}

TEST_CASE("a loss says what its targets are") {
  CHECK_FALSE(LossFor<NoTarget, Features<3>>);
  CHECK_FALSE(LossFor<NoWidth, Features<3>>);
  CHECK(CrossEntropy::target_width<Sequence<7>> == 1);
  CHECK(MeanSquaredError::target_width<Sequence<7>> == 7);
  CHECK(std::is_same_v<CrossEntropy::target<double>, std::int32_t>);
  CHECK(std::is_same_v<MeanSquaredError::target<double>, double>);
}

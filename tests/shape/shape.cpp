#include <doctest/doctest.h>

#include <strata/shape/shape.hpp>

#include <type_traits>

using namespace strata;

namespace {
/// Shape, Numeric, Featured, Stepwise, SequenceOfFeatures as digits.
template <class S>
constexpr int kinds =
    Shape<S> * 10000 + Numeric<S> * 1000 + Featured<S> * 100 + Stepwise<S> * 10 + SequenceOfFeatures<S>;
}  // namespace

TEST_CASE("what a shape is") {
  CHECK(kinds<Features<3>> == 11100);
  CHECK(kinds<Sequence<3>> == 11111);
  CHECK(kinds<Image<1, 2, 3>> == 11000);
  CHECK(kinds<RaggedSequence<3>> == 11110);
  CHECK(kinds<Tokens<9>> == 10010);
  CHECK(kinds<RaggedTokens<9>> == 10010);
  CHECK((Ragged<RaggedSequence<3>> && Ragged<RaggedTokens<9>> && !Ragged<Sequence<3>> && !Ragged<Features<3>>));
  CHECK((AnySequence<RaggedSequence<3>> && AnySequence<Sequence<3>> && !AnySequence<Tokens<9>>));
  CHECK(kinds<NoShape> == 0);
  CHECK(kinds<int> == 0);
}

TEST_CASE("how wide it is, and how another width is made of it") {
  CHECK(features<Features<3>> == 3);
  CHECK(features<Sequence<4>> == 4);
  CHECK(features<Image<2, 3, 5>> == 30);
  CHECK(Tokens<9>::vocabulary == 9);
  CHECK((Tokenized<Tokens<9>> && !Tokenized<Sequence<9>> && !Tokenized<NoShape>));
  CHECK((row_width<Tokens<9>> == 1 && row_width<Sequence<4>> == 4 && row_width<NoShape> == 0));
  CHECK(std::is_same_v<with_features<Features<3>, 8>, Features<8>>);
  CHECK(std::is_same_v<with_features<Sequence<3>, 8>, Sequence<8>>);
  CHECK(std::is_same_v<with_features<RaggedSequence<3>, 8>, RaggedSequence<8>>);
  CHECK(std::is_same_v<with_features<Tokens<3>, 8>, Sequence<8>>);
  CHECK(std::is_same_v<with_features<RaggedTokens<3>, 8>, RaggedSequence<8>>);
}

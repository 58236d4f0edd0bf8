#include <strata/core/error.hpp>

#include <doctest/doctest.h>

#include <type_traits>

using namespace strata;

TEST_CASE_TEMPLATE("every error is caught as strata::Error and as std::runtime_error, with its text", E, ShapeError,
                   ValueError, FileError, NotFiniteError) {
  static_assert(!std::is_convertible_v<E*, std::conditional_t<std::is_same_v<E, ShapeError>, ValueError, ShapeError>*>,
                "kinds of errors can be told apart");
  try {
    throw E("strata: given 3, expected 4, in test");
  } catch (const Error& error) {
    CHECK(std::string(error.what()) == "strata: given 3, expected 4, in test");
  }
  CHECK_THROWS_AS(throw E("x"), std::runtime_error);
}

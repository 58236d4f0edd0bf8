#include <strata/io/describe.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <vector>

using namespace strata;

TEST_CASE("numbers are described by the shortest text that reads back") {
  CHECK(io::describe(0.1) == "0.1");
  CHECK(io::describe(0.1F) == "0.1");
  CHECK(io::describe(-std::numeric_limits<double>::max()) == "-1.7976931348623157e+308");
  CHECK(io::describe(std::uint8_t{65}) == "65");
  CHECK(io::describe(true) == "true");
  CHECK(io::describe(false) == "false");
}

TEST_CASE("shapes are described in brackets") {
  CHECK(io::describe_shape(std::vector<std::size_t>{}) == "[]");
  CHECK(io::describe_shape(std::vector<std::size_t>{60000, 28, 28}) == "[60000, 28, 28]");
}

TEST_CASE("foreign text is quoted, printable and short") {
  CHECK(io::quote("weight") == "\"weight\"");
  CHECK(io::quote("a\nb\x80") == "\"a?b?\"");
  CHECK(io::quote(std::string(40, 'x')) == '"' + std::string(40, 'x') + '"');
  CHECK(io::quote(std::string(41, 'x')) == '"' + std::string(40, 'x') + "…\"");
}

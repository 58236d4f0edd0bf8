#include <strata/io/csv.hpp>

#include <doctest/doctest.h>

#include <cmath>

#include "support.hpp"

using namespace strata;
using support::bytes;

namespace {

xt::xtensor<double, 2> parse(const std::string& text, const io::CsvOptions& options = {}) {
  return io::parse_csv(bytes(text), "f", options);
}

std::string refusal(const std::string& text, const io::CsvOptions& options = {}) {
  return support::message<FileError>([&] { parse(text, options); });
}

const xt::xtensor<double, 2> table{{1, -2.5}, {3e2, 4}};

}  // namespace

TEST_CASE("csv: numbers are read row by row, with either line end and with or without the last one") {
  CHECK(parse("1,-2.5\n3e2,4\n") == table);
  CHECK(parse("1,-2.5\r\n3e2,4\r\n") == table);
  CHECK(parse("1,-2.5\n3e2,4") == table);
  CHECK(parse("1,-2.5\n3e2,4\n\n\r\n") == table);
  CHECK(parse("7").shape(1) == 1);
}

TEST_CASE("csv: blanks, plus signs and a byte order mark are allowed") {
  CHECK(parse("\xEF\xBB\xBF +1 ,\t-2.5\n3e2, 4 \n") == table);
  CHECK(std::isnan(parse("nan,inf")(0, 0)));
  CHECK(std::isinf(parse("nan,inf")(0, 1)));
}

TEST_CASE("csv: separators and a line of names are options") {
  CHECK(parse("1;-2.5\n3e2;4\n", {.separator = ';'}) == table);
  CHECK(parse("1\t-2.5\n3e2\t4\n", {.separator = '\t'}) == table);
  CHECK(parse("1 -2.5\n3e2 4\n", {.separator = ' '}) == table);
  CHECK(parse("\"a\",b\n1,-2.5\n3e2,4\n", {.header = true}) == table);
}

TEST_CASE("csv: a gzip file reads as its contents, within the limit") {
  const support::Folder folder;
  io::write_file_atomically(folder / "table", support::gzip(bytes("1,-2.5\n3e2,4\n")));
  CHECK(io::read_csv(folder / "table") == table);
  CHECK_THROWS_WITH_AS(io::read_csv(folder / "table", {.inflated_limit = 5}),
                       ((folder / "table").string() + ": inflates to more than the limit of 5 bytes").c_str(),
                       FileError);
}

TEST_CASE("csv: what is no number is refused with line and column") {
  CHECK(refusal("a,b\n1,2") == "f: line 1, column 1: \"a\" is no number (set CsvOptions::header for a line of names)");
  CHECK(refusal("1,2\n3,4x") == "f: line 2, column 2: \"4x\" is no number");
  CHECK(refusal("1,2\n3,+-4") == "f: line 2, column 2: \"+-4\" is no number");
  CHECK(refusal("x,y\n1,2\n3,\"4\"", {.header = true}) == "f: line 3, column 2: \"\"4\"\" is no number");
  CHECK(refusal("1,2\n,4") == "f: line 2, column 1: the field is empty; expected a number");
  CHECK(refusal("1,2\n3,") == "f: line 2, column 2: the field is empty; expected a number");
  CHECK(refusal("1\n\n3") == "f: line 2, column 1: the field is empty; expected a number");
  CHECK(refusal("1,1e999") == "f: line 1, column 2: \"1e999\" is beyond the range of a double");
}

TEST_CASE("csv: lines of different length and files without numbers are refused") {
  CHECK(refusal("1,2\n3") == "f: line 2 has 1 columns; the first line of numbers has 2");
  CHECK(refusal("a\n1,2\n3,4,5", {.header = true}) == "f: line 3 has 3 columns; the first line of numbers has 2");
  CHECK(refusal("") == "f: no line of numbers");
  CHECK(refusal("a,b\n", {.header = true}) == "f: no line of numbers");
}

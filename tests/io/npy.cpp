#include <strata/io/npy.hpp>

#include <doctest/doctest.h>

#include "support.hpp"

using namespace strata;
using support::bytes;
using support::text;

namespace {

std::string dict(const std::string& descr, const std::string& shape, bool fortran = false) {
  return "{'descr': '" + descr + "', 'fortran_order': " + (fortran ? "True" : "False") + ", 'shape': " + shape + ", }";
}

template <class T>
std::string raw(std::initializer_list<T> values) {
  const std::vector<T> stored(values);
  return text(std::as_bytes(std::span(stored)));
}

std::vector<std::byte> npy(const std::string& header, const std::string& data) {
  const std::string length{static_cast<char>(header.size()), '\0'};
  return bytes(std::string("\x93NUMPY\x01\x00", 8) + length + header + data);
}

template <class T = double>
std::string refusal(const std::vector<std::byte>& file) {
  return support::message<FileError>([&] { io::parse_npy<T>(file, "f"); });
}

}  // namespace

TEST_CASE_TEMPLATE("npy: what is written reads back", T, float, double, std::int32_t, std::int64_t, std::uint8_t,
                   bool) {
  xt::xtensor<T, 2> written = xt::xtensor<T, 2>::from_shape({2, 3});
  for (std::size_t i = 0; i < 6; ++i) written.data()[i] = static_cast<T>(i % 5);
  const support::Folder folder;
  io::write_npy(folder / "a.npy", written);
  CHECK(io::read_npy<T, 2>(folder / "a.npy") == written);
}

TEST_CASE("npy: the bytes are those of NumPy") {
  const auto made = io::make_npy(xt::xtensor<float, 1>{1, 2});
  const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, ), }";
  REQUIRE(made.size() == 128 + 8);
  CHECK(text(std::span(made).first(10)) == std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  CHECK(text(std::span(made).subspan(10, header.size())) == header);
  CHECK(made[127] == std::byte{'\n'});
  CHECK(text(std::span(made).subspan(128)) == raw<float>({1, 2}));
}

TEST_CASE("npy: an array with columns first is written and read with rows first") {
  const xt::xarray<int, xt::layout_type::column_major> columns_first{{1, 2, 3}, {4, 5, 6}};
  CHECK(io::parse_npy<std::int32_t>(io::make_npy(columns_first)) == columns_first);
  const auto read = io::parse_npy<double>(
      npy(dict("<i4", "(2, 3, 2)", true), raw<std::int32_t>({0, 6, 2, 8, 4, 10, 1, 7, 3, 9, 5, 11})));
  for (int i = 0; i < 12; ++i) CHECK(read.data()[i] == i);
}

TEST_CASE("npy: shapes of any rank, and version 2") {
  CHECK(io::parse_npy<double>(npy(dict("<f8", "()"), raw<double>({2.5})))() == 2.5);
  CHECK(io::parse_npy<float>(npy(dict("<f4", "(0, 3)", true), "")).size() == 0);
  const std::string header = "{\"shape\": (2,), \"fortran_order\": False, \"descr\": \"|u1\"}";
  const std::string length = std::string{static_cast<char>(header.size())} + std::string(3, '\0');
  const auto read =
      io::parse_npy<std::int64_t>(bytes(std::string("\x93NUMPY\x02\x00", 8) + length + header + "\x05\xff"));
  CHECK(read(1) == 255);
}

TEST_CASE("npy: values convert exactly or not at all") {
  CHECK(io::parse_npy<float>(npy(dict("<f8", "(1,)"), raw<double>({0.5})))(0) == 0.5F);
  CHECK(refusal<float>(npy(dict("<f8", "(2,)"), raw<double>({0.5, 0.1}))) ==
        "f: element 1, 0.1 as <f8, is not exact in the requested type");
  CHECK(refusal<std::uint8_t>(npy(dict("<i8", "(1,)"), raw<std::int64_t>({300}))) ==
        "f: element 0, 300 as <i8, is not exact in the requested type");
  CHECK(refusal<double>(npy(dict("|b1", "(2,)"), "\x01\x02")) ==
        "f: element 1, 2 as |b1, is not exact in the requested type");
}

TEST_CASE("npy: a file of another rank than asked for is refused") {
  const support::Folder folder;
  io::write_npy(folder / "a.npy", xt::xtensor<float, 1>{1, 2});
  const auto read = [&] { io::read_npy<float, 2>(folder / "a.npy"); };
  CHECK(support::message<FileError>(read) == (folder / "a.npy").string() + ": expected an array of rank 2, got rank 1");
}

TEST_CASE("npy: truncated and foreign files are refused") {
  const auto whole = npy(dict("<f4", "(2,)"), raw<float>({1, 2}));
  const auto cut = [&](std::size_t size) {
    const auto part = std::span(whole).first(size);
    return std::vector<std::byte>(part.begin(), part.end());
  };
  CHECK(refusal(bytes("text")) == "f: no npy file: it must start with \\x93NUMPY");
  CHECK(refusal(cut(7)) == "f: truncated before the npy header");
  CHECK(refusal(cut(9)) == "f: truncated before the npy header");
  CHECK(refusal(cut(30)) == "f: truncated: the npy header needs 57 bytes, 20 are left");
  CHECK(refusal(cut(70)) == "f: npy shape [2] of <f4 needs 8 data bytes, the file has 3");
  CHECK(refusal(npy(dict("<f4", "(1,)"), "12345")) == "f: npy shape [1] of <f4 needs 4 data bytes, the file has 5");
  CHECK(refusal(npy(dict("<f4", "(4294967296, 4294967296)"), "")) ==
        "f: npy shape [4294967296, 4294967296] of <f4 needs more than memory can hold data bytes, the file "
        "has 0");
  CHECK(refusal(bytes(std::string("\x93NUMPY\x03\x00\x00\x00\x00\x00", 12))) ==
        "f: npy version 3 is not read; expected 1 or 2");
}

TEST_CASE("npy: other element types are refused") {
  CHECK(refusal(npy(dict(">f4", "(1,)"), "1234")) ==
        "f: npy type \">f4\" is not read; expected <f4, <f8, <i4, <i8, |u1 or |b1");
}

TEST_CASE("npy: a header that is no dict of NumPy's is refused") {
  const auto header = [](const std::string& text) { return refusal(npy(text, "")); };
  CHECK(header("[1]") == "f: npy header: expected { at \"[1]\"");
  CHECK(header("{1: 2}") == "f: npy header: expected a string at \"1: 2}\"");
  CHECK(header("{'descr") == "f: npy header: a string without an end at \"'descr\"");
  CHECK(header("{'descr' 1") == "f: npy header: expected : at \"1\"");
  CHECK(header("{'a': 1}") == "f: npy header: unknown or repeated key \"a\" at \" 1}\"");
  CHECK(header("{'descr': '<f4', 'descr': '<f4'}") ==
        "f: npy header: unknown or repeated key \"descr\" at \" '<f4'}\"");
  CHECK(header("{'descr': '<f4'}") == "f: npy header: descr, fortran_order and shape are needed at \"\"");
  CHECK(header("{'fortran_order': 1}") == "f: npy header: fortran_order is neither True nor False at \"1}\"");
  CHECK(header("{'shape': (-1,)}") == "f: npy header: shape has an extent that is no 64-bit number at \"-1,)}\"");
  CHECK(header("{'shape': (99999999999999999999,)}") ==
        "f: npy header: shape has an extent that is no 64-bit number at \"99999999999999999999,)}\"");
  CHECK(header("{'shape': (1 2)}") == "f: npy header: expected ) at \"2)}\"");
  CHECK(header("{'descr': '<f4' 'shape': ()}") == "f: npy header: expected } at \"'shape': ()}\"");
  CHECK(header(dict("<f4", "()") + "x") == "f: npy header: text after the dict at \"x\"");
}

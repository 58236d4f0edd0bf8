#include <strata/io/safetensors.hpp>
#include <strata/io/safetensors_writer.hpp>

#include <doctest/doctest.h>

#include "support.hpp"

using namespace strata;
using io::NamedTensor;

namespace {

const std::vector<float> floats{1, 2, 3};
const std::vector<double> doubles{0.1, -4};
const std::vector<std::uint8_t> small{7};
const std::vector<std::int64_t> counts{-1};

std::vector<NamedTensor> tensors() {
  return {{"0.weight", {3, 1}, std::span<const float>(floats)},
          {"small", {}, std::span<const std::uint8_t>(small)},
          {"1.bias", {2}, std::span<const double>(doubles)},
          {"count", {1, 1}, std::span<const std::int64_t>(counts)}};
}

}  // namespace

TEST_CASE("safetensors_writer: what is written reads back") {
  const support::Folder folder;
  io::write_safetensors(folder / "w", tensors(), {{"format", "pt"}, {"note", "\"quoted\" ü"}});
  const io::Safetensors read = io::read_safetensors(folder / "w");
  REQUIRE(read.entries().size() == 4);
  CHECK(read.find("0.weight")->shape == std::vector<std::size_t>{3, 1});
  CHECK(read.find("0.weight")->dtype == io::Dtype::f32);
  CHECK(read.values<float>(*read.find("0.weight")) == floats);
  CHECK(read.values<double>(*read.find("1.bias")) == doubles);
  CHECK(read.values<std::uint8_t>(*read.find("small")) == small);
  CHECK(read.values<std::int64_t>(*read.find("count")) == counts);
  CHECK(read.metadata().at("note") == "\"quoted\" ü");
}

TEST_CASE("safetensors_writer: the bytes are the same each time and every tensor is aligned") {
  const auto made = io::make_safetensors(tensors(), {{"a", "b"}});
  CHECK(made == io::make_safetensors(tensors(), {{"a", "b"}}));
  CHECK(io::load<std::uint64_t>(made) % 8 == 0);
  const io::Safetensors parsed = io::parse_safetensors(made);
  for (const io::TensorEntry& entry : parsed.entries()) CHECK(entry.begin % io::dtype_size(entry.dtype) == 0);
  CHECK(parsed.find("1.bias")->begin == 0);
  CHECK(parsed.find("count")->begin == 16);
  CHECK(parsed.find("0.weight")->begin == 24);
}

TEST_CASE("safetensors_writer: no tensor at all is a valid file") {
  const auto made = io::make_safetensors({});
  CHECK(support::text(std::span(made).subspan(8)) == "{}      ");
  CHECK(io::parse_safetensors(made).entries().empty());
}

TEST_CASE("safetensors_writer: shapes and names that fit no file are refused") {
  auto bad = tensors();
  bad[0].shape = {4};
  CHECK_THROWS_WITH_AS(io::make_safetensors(bad), "make_safetensors: tensor \"0.weight\" of shape [4] got 3 values",
                       ShapeError);
  bad = tensors();
  bad[1].name = "count";
  CHECK_THROWS_WITH_AS(io::make_safetensors(bad), "make_safetensors: the name \"count\" is used twice or reserved",
                       ValueError);
  bad[1].name = "__metadata__";
  CHECK_THROWS_WITH_AS(io::make_safetensors(bad),
                       "make_safetensors: the name \"__metadata__\" is used twice or reserved", ValueError);
  bad[1].name = "\xff";
  CHECK_THROWS_WITH_AS(io::make_safetensors(bad), "make_safetensors: a name or a metadata string is not valid UTF-8",
                       ValueError);
}

TEST_CASE("safetensors_writer: a refused write leaves the old file") {
  const support::Folder folder;
  io::write_safetensors(folder / "w", tensors());
  const auto before = io::read_file(folder / "w");
  auto bad = tensors();
  bad[0].shape = {4};
  CHECK_THROWS_AS(io::write_safetensors(folder / "w", bad), ShapeError);
  CHECK(io::read_file(folder / "w") == before);
}

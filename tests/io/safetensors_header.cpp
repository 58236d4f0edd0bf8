#include <strata/io/safetensors_header.hpp>

#include <doctest/doctest.h>

using namespace strata;

TEST_CASE("safetensors_header: a sound header has entries and no defects") {
  const io::SafetensorsHeader header(
      R"({"__metadata__":{"k":"v"},"b":{"dtype":"I64","shape":[],"data_offsets":[8,16]},)"
      R"("a":{"dtype":"BF16","shape":[2,2],"data_offsets":[0,8]}})",
      16);
  CHECK(header.defects.empty());
  CHECK(header.metadata.at("k") == "v");
  REQUIRE(header.entries.size() == 2);
  CHECK(header.entries[0].name == "a");
  CHECK(header.entries[0].dtype == io::Dtype::bf16);
  CHECK(header.entries[0].shape == std::vector<std::size_t>{2, 2});
  CHECK(header.entries[1].begin == 8);
  CHECK(header.entries[1].end == 16);
}

TEST_CASE("safetensors_header: an empty tensor at a border is neither overlap nor gap") {
  const io::SafetensorsHeader header(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},)"
                                     R"("e":{"dtype":"F32","shape":[0],"data_offsets":[4,4]}})",
                                     4);
  CHECK(header.defects.empty());
}

TEST_CASE("safetensors_header: defects are collected, and a lost range hides the gap that it explains") {
  const io::SafetensorsHeader header(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":[4,99]},)"
                                     R"("b":{"dtype":"U8","shape":[3],"data_offsets":[0,4]}})",
                                     8);
  REQUIRE(header.defects.size() == 2);
  CHECK(header.defects[0] == "tensor \"a\": ends at byte 99 of the data, which has 8 (truncated or out of range)");
  CHECK(header.defects[1] == "tensor \"b\": shape [3] of U8 needs 3 bytes, data_offsets give 4");
}

#include <strata/io/dtype.hpp>

#include <doctest/doctest.h>

using namespace strata;
using io::Dtype;

TEST_CASE("names, sizes and C++ types of the stored types agree") {
  CHECK(io::dtype_name(Dtype::f32) == "F32");
  CHECK(io::dtype_size(Dtype::f32) == 4);
  CHECK(io::dtype_name(Dtype::bf16) == "BF16");
  CHECK(io::dtype_size(Dtype::bf16) == 2);
  CHECK(io::dtype_name(Dtype::boolean) == "BOOL");
  CHECK(io::dtype_size(Dtype::u64) == 8);
  CHECK(io::dtype_of<float>() == Dtype::f32);
  CHECK(io::dtype_of<double>() == Dtype::f64);
  CHECK(io::dtype_of<bool>() == Dtype::boolean);
  CHECK(io::dtype_of<std::int8_t>() == Dtype::i8);
  CHECK(io::dtype_of<std::uint16_t>() == Dtype::u16);
  CHECK(io::dtype_of<std::int32_t>() == Dtype::i32);
  CHECK(io::dtype_of<std::uint64_t>() == Dtype::u64);
}

TEST_CASE("each name finds its type, and no other does") {
  for (const Dtype dtype : {Dtype::boolean, Dtype::u8, Dtype::i16, Dtype::u32, Dtype::i64, Dtype::f16, Dtype::f64}) {
    CHECK(io::find_dtype(io::dtype_name(dtype)) == dtype);
  }
  CHECK(io::find_dtype("f32") == std::nullopt);
  CHECK(io::find_dtype("") == std::nullopt);
  CHECK(io::dtype_names() == "BOOL, U8, I8, U16, I16, U32, I32, U64, I64, F16, BF16, F32, F64");
}

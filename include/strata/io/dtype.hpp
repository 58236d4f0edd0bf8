#pragma once
// The element types of safetensors files, with the names the format gives them.
// https://github.com/huggingface/safetensors#format

#include <strata/core/config.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace STRATA_NAMESPACE::io {

/// An element type of a stored tensor.
enum class Dtype { boolean, u8, i8, u16, i16, u32, i32, u64, i64, f16, bf16, f32, f64 };

namespace detail {

struct DtypeRow {
  std::string_view name;
  std::size_t size;
};

/// In the order of the enumerators.
inline constexpr std::array<DtypeRow, 13> dtype_rows{{{"BOOL", 1},
                                                      {"U8", 1},
                                                      {"I8", 1},
                                                      {"U16", 2},
                                                      {"I16", 2},
                                                      {"U32", 4},
                                                      {"I32", 4},
                                                      {"U64", 8},
                                                      {"I64", 8},
                                                      {"F16", 2},
                                                      {"BF16", 2},
                                                      {"F32", 4},
                                                      {"F64", 8}}};

}  // namespace detail

/// The name in files: F32.
constexpr std::string_view dtype_name(Dtype dtype) { return detail::dtype_rows[static_cast<std::size_t>(dtype)].name; }

/// The bytes an element takes.
constexpr std::size_t dtype_size(Dtype dtype) { return detail::dtype_rows[static_cast<std::size_t>(dtype)].size; }

/// The type with this name in files, if there is one.
constexpr std::optional<Dtype> find_dtype(std::string_view name) {
  for (std::size_t i = 0; i < detail::dtype_rows.size(); ++i) {
    if (detail::dtype_rows[i].name == name) return static_cast<Dtype>(i);
  }
  return std::nullopt;
}

/// All names, as error texts list them.
inline std::string dtype_names() {
  std::string names;
  for (const detail::DtypeRow& row : detail::dtype_rows) names += (names.empty() ? "" : ", ") + std::string(row.name);
  return names;
}

/// The stored type of a C++ number.
template <class T>
  requires std::is_arithmetic_v<T>
constexpr Dtype dtype_of() {
  if constexpr (std::is_same_v<T, bool>) {
    return Dtype::boolean;
  } else if constexpr (std::is_floating_point_v<T>) {
    static_assert(sizeof(T) == 4 || sizeof(T) == 8,
                  "strata::io::dtype_of: of the floating-point types, float and double.");
    return sizeof(T) == 4 ? Dtype::f32 : Dtype::f64;
  } else {
    constexpr bool negative = std::is_signed_v<T>;
    if constexpr (sizeof(T) == 1) return negative ? Dtype::i8 : Dtype::u8;
    if constexpr (sizeof(T) == 2) return negative ? Dtype::i16 : Dtype::u16;
    if constexpr (sizeof(T) == 4) return negative ? Dtype::i32 : Dtype::u32;
    if constexpr (sizeof(T) == 8) return negative ? Dtype::i64 : Dtype::u64;
  }
}

}  // namespace STRATA_NAMESPACE::io

#pragma once
// Numbers, shapes and foreign text as they stand in error messages and pictures, whatever the locale.

#include <strata/core/config.hpp>

#include <charconv>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace STRATA_NAMESPACE::io {

/// The shortest decimal text that reads back as `value`: 0.1, -3, true.
template <class Number>
  requires std::is_arithmetic_v<Number>
std::string describe(Number value) {
  if constexpr (std::is_same_v<Number, bool>) {
    return value ? "true" : "false";
  } else {
    char buffer[48];  // the longest double, -2.2250738585072014e-308, takes 24 characters
    const auto result = std::to_chars(buffer, buffer + sizeof buffer, value);
    return std::string(buffer, result.ptr);
  }
}

/// A shape as text: [60000, 28, 28].
inline std::string describe_shape(std::span<const std::size_t> shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

/// Text from a file in double quotes: unprintable bytes as ?, cut after 40 characters.
inline std::string quote(std::string_view text) {
  constexpr std::size_t longest = 40;  // keeps a message on one line
  std::string quoted = "\"";
  for (const char c : text.substr(0, longest)) quoted += c >= ' ' && c <= '~' ? c : '?';
  return quoted + (text.size() > longest ? "…\"" : "\"");
}

}  // namespace STRATA_NAMESPACE::io

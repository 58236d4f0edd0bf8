#pragma once
// The name of a type as the compiler prints it, without the library's own namespaces, for summaries and error texts.

#include <strata/core/config.hpp>

#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

namespace STRATA_NAMESPACE {
namespace detail {
template <class T>
constexpr std::string_view spelled() {
  return __PRETTY_FUNCTION__;
}
/// Where the type stands in spelled<T>(), measured on a type whose name is known.
inline constexpr std::size_t spelled_before = spelled<double>().find("double");
inline constexpr std::size_t spelled_after = spelled<double>().size() - spelled_before - 6;

constexpr std::string_view whole_name(std::string_view text) {
  text.remove_prefix(spelled_before);
  // g++ appends what string_view is; the type ends where that begins
  const auto end = text.find("; std::string_view");
  return text.substr(0, end != std::string_view::npos ? end : text.size() - spelled_after);
}

constexpr bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

/// The number that begins at text[i], shortest form that reads back equal in 15 digits; i moves behind it and its
/// suffix. g++ spells 0.5 as 5.0e-1, clang as 5.000000e-01, and an integer as 64 or 64ul.
inline std::string number_at(std::string_view text, std::size_t& i) {
  const std::size_t begin = i;
  bool real = false;
  for (; i < text.size(); ++i) {
    const bool sign = (text[i] == '-' || text[i] == '+') && text[i - 1] == 'e';
    real = real || text[i] == '.';
    if (!sign && !is_word(text[i]) && text[i] != '.') break;
  }
  std::string digits(text.substr(begin, i - begin));
  while (digits.back() == 'u' || digits.back() == 'l' || digits.back() == 'U' || digits.back() == 'L')
    digits.pop_back();
  if (!real) return digits;
  char shortest[32];
  double value = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  const auto end = std::to_chars(shortest, shortest + sizeof shortest, value, std::chars_format::general, 15);
  if (read.ec != std::errc{} || end.ec != std::errc{}) return digits;
  std::string text_of(shortest, end.ptr);
  const auto exponent = text_of.find("e-0");
  return exponent == std::string::npos ? text_of : text_of.erase(exponent + 2, 1);  // 1e-04 -> 1e-4
}

inline std::string readable(std::string_view whole) {
  std::string name;
  for (std::size_t i = 0; i < whole.size();) {
    const char c = whole[i];
    const bool starts = name.empty() || !is_word(name.back());
    if (c == ':' && i + 1 < whole.size() && whole[i + 1] == ':') {
      while (!name.empty() && is_word(name.back())) name.pop_back();
      i += 2;
    } else if (starts && c >= '0' && c <= '9') {
      name += number_at(whole, i);
    } else {
      if (c == '>' && name.ends_with("> ")) name.pop_back();  // g++ writes > >
      name += c;
      ++i;
    }
  }
  return name;
}

}  // namespace detail

/// "Linear<64>" for strata::v0_1…::Linear<64, …>, "Dropout<0.5>" with every compiler: qualifications and suffixes of
/// literals are dropped, numbers written short.
template <class T>
std::string type_name() {
  return detail::readable(detail::whole_name(detail::spelled<T>()));
}

}  // namespace STRATA_NAMESPACE

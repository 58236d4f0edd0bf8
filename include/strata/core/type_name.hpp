#pragma once
// The name of a type as the compiler prints it, without the library's own namespaces, for summaries and error texts.

#include <strata/core/config.hpp>

#include <cctype>
#include <string>
#include <string_view>

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
}  // namespace detail

/// "Linear<64>" for strata::v0_1…::Linear<64, …>: every qualification is dropped, and suffixes of literals.
template <class T>
std::string type_name() {
  const std::string_view whole = detail::whole_name(detail::spelled<T>());
  std::string name;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const char c = whole[i];
    if (c == ':' && i + 1 < whole.size() && whole[i + 1] == ':') {
      while (!name.empty() && (std::isalnum(static_cast<unsigned char>(name.back())) || name.back() == '_')) name.pop_back();
      ++i;
    } else if ((c == 'u' || c == 'l' || c == 'U' || c == 'L') && !name.empty() &&
               std::isdigit(static_cast<unsigned char>(name.back()))) {
      continue;  // 64ul
    } else {
      name += c;
    }
  }
  return name;
}

}  // namespace STRATA_NAMESPACE

#pragma once
// Conversions of stored numbers that never change a value silently and have no undefined corner.

#include <strata/core/config.hpp>

#include <cmath>
#include <concepts>
#include <limits>
#include <optional>
#include <type_traits>
#include <utility>

namespace STRATA_NAMESPACE::io {

/// A number that files hold: an integer, a floating-point number or a bool.
template <class T>
concept Number = std::is_arithmetic_v<T>;

namespace detail {

template <std::integral To, std::floating_point From>
std::optional<To> whole_number(From value) {
  const From below = static_cast<From>(std::numeric_limits<To>::min());     // a power of two or zero: exact
  const From above = std::ldexp(From(1), std::numeric_limits<To>::digits);  // the first value too large
  if (!(value >= below && value < above) || value != std::trunc(value)) return std::nullopt;
  return static_cast<To>(value);
}

template <std::integral To, std::integral From>
std::optional<To> same_integer(From value) {
  if constexpr (std::is_same_v<To, bool>) {
    if (value != From(0) && value != From(1)) return std::nullopt;
  } else if constexpr (!std::is_same_v<From, bool>) {
    if (!std::in_range<To>(value)) return std::nullopt;
  }
  return static_cast<To>(value);
}

}  // namespace detail

/// `value` rounded to the nearest To; nothing when a finite value is beyond To's range.
template <std::floating_point To, std::floating_point From>
std::optional<To> rounded_cast(From value) {
  if constexpr (std::numeric_limits<To>::digits < std::numeric_limits<From>::digits) {
    if (std::isfinite(value) && std::abs(value) > static_cast<From>(std::numeric_limits<To>::max())) {
      return std::nullopt;
    }
  }
  return static_cast<To>(value);
}

/// `value` as a To when To can hold it exactly (NaN counts as equal to NaN), else nothing.
template <Number To, Number From>
std::optional<To> exact_cast(From value) {
  if constexpr (std::is_same_v<To, From>) {
    return value;
  } else if constexpr (std::is_integral_v<To> && std::is_integral_v<From>) {
    return detail::same_integer<To>(value);
  } else if constexpr (std::is_integral_v<To>) {
    return detail::whole_number<To>(value);
  } else if constexpr (std::is_integral_v<From>) {
    const To converted = static_cast<To>(value);
    return exact_cast<From>(converted) == value ? std::optional(converted) : std::nullopt;
  } else {
    const std::optional<To> converted = rounded_cast<To>(value);
    const bool exact = converted && (std::isnan(value) || static_cast<From>(*converted) == value);
    return exact ? converted : std::nullopt;
  }
}

}  // namespace STRATA_NAMESPACE::io

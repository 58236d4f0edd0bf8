#pragma once
// Closeness of tensors: |a - b| <= rtol · max|b| + atol, the maximum over the whole tensor.
//
// Element-wise relative bounds fail for correct code where elements cancel; the largest element says what a rounding
// error may cost anywhere in the tensor.

#include <strata/core/config.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <sstream>
#include <string>

namespace STRATA_NAMESPACE {

/// Anything that lies in one piece of memory: a vector, a span, a dense xtensor.
template <class A>
concept DenseNumbers = requires(const A& a) {
  { a.data()[0] } -> std::convertible_to<double>;
  { a.size() } -> std::convertible_to<std::size_t>;
};

/// What all_close found; converts to whether everything is close.
struct Closeness {
  bool close = true;
  std::size_t worst = 0;  ///< where the difference is largest
  double difference = 0;  ///< there; NaN where one side is NaN
  double bound = 0;       ///< what it may be
  std::string text;       ///< "" where all is close

  explicit operator bool() const { return close; }
};

/// Compares element by element what `a` holds with what `b` holds; NaN is close to nothing, infinity to itself alone.
template <DenseNumbers A, DenseNumbers B>
Closeness all_close(const A& a, const B& b, double rtol, double atol = 0) {
  Closeness found;
  std::ostringstream text;
  if (static_cast<std::size_t>(a.size()) != static_cast<std::size_t>(b.size())) {
    text << "sizes differ: " << a.size() << " and " << b.size();
    return {false, 0, 0, 0, text.str()};
  }
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double y = std::abs(static_cast<double>(b.data()[i]));
    if (std::isfinite(y)) largest = std::max(largest, y);
  }
  found.bound = rtol * largest + atol;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double x = static_cast<double>(a.data()[i]), y = static_cast<double>(b.data()[i]);
    const double difference = x == y ? 0 : std::abs(x - y);
    if (difference <= found.difference) continue;
    found.difference = difference;
    found.worst = i;
    if (!(difference <= found.bound)) found.close = false;
    if (std::isnan(difference)) break;
  }
  if (!found.close) {
    text.precision(17);
    text << "element " << found.worst << " of " << a.size() << ": " << a.data()[found.worst] << " and "
         << b.data()[found.worst] << " differ by " << found.difference << ", more than " << found.bound;
    found.text = text.str();
  }
  return found;
}

}  // namespace STRATA_NAMESPACE

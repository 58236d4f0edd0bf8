#pragma once
// What arrays hold a batch of a shape: [batch, …], batch-major.

#include <strata/core/error.hpp>
#include <strata/shape/count.hpp>
#include <strata/shape/shape.hpp>

#include <array>
#include <cstddef>
#include <string>

namespace STRATA_NAMESPACE {
namespace detail {
/// The axes of a batch of S behind the batch axis; 0 stands for the steps.
template <class S>
struct Axes;
template <std::size_t N>
struct Axes<Features<N>> {
  static constexpr std::array<std::size_t, 1> sizes{N};
};
template <std::size_t N>
struct Axes<Sequence<N>> {
  static constexpr std::array<std::size_t, 2> sizes{0, N};
};
template <std::size_t N>
struct Axes<RaggedSequence<N>> : Axes<Sequence<N>> {};
template <std::size_t C, std::size_t H, std::size_t W>
struct Axes<Image<C, H, W>> {
  static constexpr std::array<std::size_t, 3> sizes{C, H, W};
};
template <std::size_t V>
struct Axes<Tokens<V>> {
  static constexpr std::array<std::size_t, 1> sizes{0};
};
template <std::size_t V>
struct Axes<RaggedTokens<V>> : Axes<Tokens<V>> {};

template <class Sizes>
std::string spell(const Sizes& sizes) {
  std::string text = "[";
  for (std::size_t i = 0; i < sizes.size(); ++i) text.append(i ? ", " : "").append(std::to_string(sizes[i]));
  return text + "]";
}
template <class S>
std::string spell_expected() {
  std::string text = "[batch";
  for (const std::size_t n : Axes<S>::sizes)
    text.append(n == 0 ? ", steps" : ", ").append(n == 0 ? "" : std::to_string(n));
  return text + "]";
}
}  // namespace detail

/// Axes of an array that holds a batch of S.
template <class S>
inline constexpr std::size_t batch_rank = detail::Axes<S>::sizes.size() + 1;

/// The extents of an array with these sizes that holds a batch of S. Throws ShapeError unless it is [batch, …] with the
/// sizes of S; `where` names the caller in the text.
template <class S, class Sizes>
Extents batch_extents(const Sizes& sizes, const char* where) {
  bool fits = sizes.size() == batch_rank<S>;
  for (std::size_t i = 0; fits && i + 1 < batch_rank<S>; ++i) {
    const std::size_t expected = detail::Axes<S>::sizes[i], given = static_cast<std::size_t>(sizes[i + 1]);
    fits = expected == 0 ? given > 0 : given == expected;
  }
  if (!fits) {
    throw ShapeError(std::string("strata: ") + where + " was given an array of shape " + detail::spell(sizes) +
                     ", but needs " + detail::spell_expected<S>());
  }
  return {static_cast<std::size_t>(sizes[0]), Stepwise<S> ? static_cast<std::size_t>(sizes[1]) : 1};
}

}  // namespace STRATA_NAMESPACE

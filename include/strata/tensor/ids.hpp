#pragma once
// Ids of tokens on their way in: integers outside, elements of the network inside, checked where they pass.

#include <strata/core/error.hpp>
#include <strata/tensor/batch_shape.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

namespace STRATA_NAMESPACE {
namespace detail {
/// Whether an integer of any kind is an id of S.
template <class S, class Value>
constexpr bool is_id(Value value) {
  if constexpr (std::is_integral_v<Value>)  // or the sentence below is no longer the only error
    return std::cmp_greater_equal(value, 0) && std::cmp_less(value, S::vocabulary);
  return false;
}
}  // namespace detail

/// What users have of a batch of S in memory for a network of T: numbers T, but ids std::int32_t.
template <class S, class T>
using given_element = std::conditional_t<Tokenized<S>, std::int32_t, T>;

/// visit(id) for batch · steps ids of S behind an iterator, batch-major; 0 in the padding of a ragged batch, whatever
/// stands there. Throws ValueError for the first that is none; `where` names the caller in the text.
template <Tokenized S, class Iterator, class Visit>
void for_each_id(Iterator ids, Extents extents, const char* where, Visit visit) {
  static_assert(std::is_integral_v<std::remove_cvref_t<decltype(*ids)>>,
                "strata: a network on Tokens is given ids, which are integers: xt::xtensor<std::int32_t, 2>");
  static_assert(S::vocabulary <= most_ids, "strata::Tokens: at most 2^24 ids");
  for (std::size_t i = 0; i < extents.rows(); ++i, ++ids) {
    if (i % extents.steps >= extents.length(i / extents.steps)) {
      visit(std::size_t{0});
      continue;
    }
    const auto id = +*ids;  // characters and truth values are numbers here
    if (!detail::is_id<S>(id)) {
      throw ValueError(std::string("strata: ") + where + " was given the id " + std::to_string(id) + " at " +
                       detail::spell(std::array{i / extents.steps, i % extents.steps}) + ", but needs ids in [0, " +
                       std::to_string(S::vocabulary) + ")");
    }
    visit(static_cast<std::size_t>(id));
  }
}

/// The same ids as elements of a network.
template <Tokenized S, class T, class Iterator>
void copy_ids(Iterator ids, Extents extents, T* to, const char* where) {
  for_each_id<S>(ids, extents, where, [&](std::size_t id) { *to++ = static_cast<T>(id); });
}

}  // namespace STRATA_NAMESPACE

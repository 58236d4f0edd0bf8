#pragma once
// A string literal as a template argument, for names of tensors.

#include <strata/core/config.hpp>

#include <cstddef>
#include <string_view>

namespace STRATA_NAMESPACE {

/// A string literal usable as a template argument: `Tensor<"weight", 3, 4>`.
template <std::size_t Size>
struct Text {
  char data[Size]{};

  constexpr Text(const char (&literal)[Size]) {
    for (std::size_t i = 0; i < Size; ++i) data[i] = literal[i];
  }
  constexpr std::string_view view() const { return {data, Size - 1}; }
  friend bool operator==(const Text&, const Text&) = default;
};

}  // namespace STRATA_NAMESPACE

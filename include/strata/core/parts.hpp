#pragma once
// Dividing work evenly, in an order that depends on nothing else.

#include <strata/core/config.hpp>

#include <cstddef>

namespace STRATA_NAMESPACE {

/// Where part `part` of `parts` begins when `count` things are divided as evenly as possible, in order.
constexpr std::size_t part_begin(std::size_t count, std::size_t parts, std::size_t part) {
  const std::size_t larger = count % parts;  // the first of them have one thing more
  return count / parts * part + (part < larger ? part : larger);
}

}  // namespace STRATA_NAMESPACE

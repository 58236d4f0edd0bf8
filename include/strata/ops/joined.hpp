#pragma once
// Parts of a buffer that touch in memory, taken as one: fewer passes, each with more to do.

#include <strata/ops/operand.hpp>

#include <span>

namespace STRATA_NAMESPACE::ops {

/// visit(part) for parts in order; neighbours of which the second begins where the first ends are one, empty ones none.
template <class T, class Visit>
void for_each_joined(std::span<const Flat<T*>> parts, Visit visit) {
  Flat<T*> joined{};
  for (const Flat<T*>& part : parts) {
    if (part.size == 0) continue;
    if (joined.size > 0 && joined.data + joined.size == part.data) {
      joined.size += part.size;
    } else {
      if (joined.size > 0) visit(joined);
      joined = part;
    }
  }
  if (joined.size > 0) visit(joined);
}

}  // namespace STRATA_NAMESPACE::ops

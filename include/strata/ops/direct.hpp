#pragma once
// Operations outside a layer: on whole buffers, with nothing but a stream.

#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE::ops {

/// The least an operation needs of a run.
template <class Backend>
struct Direct {
  static constexpr bool planning = false;
  using backend = Backend;
  using element = typename Backend::element;
  typename Backend::Stream stream{};
};

}  // namespace STRATA_NAMESPACE::ops

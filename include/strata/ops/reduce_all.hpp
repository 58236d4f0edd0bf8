#pragma once
// reduce_all: one sum of an element functor over whole buffers (a norm, a penalty), in a fixed order.

#include <strata/backend/kernel.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct ReduceAll {};

/// *destination (+)= Σ f(inputs) over all elements of equally long Flat views. The bits do not depend on threads.
template <class Stream, class F, class T, class... In>
void reduce_all(Stream stream, F f, T* destination, bool accumulate, From<Flat<In>...> in) {
  using Backend = typename Stream::backend;
  const std::size_t size = std::get<0>(in.views).size;
  const auto inputs = std::apply(
      [](const auto&... v) { return Pack<const T*, sizeof...(v)>{{v.data...}}; }, in.views);
  Kernel<ReduceAll, Backend>::run(stream, size, f, destination, accumulate, inputs);
}

}  // namespace STRATA_NAMESPACE::ops

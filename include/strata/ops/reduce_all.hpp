#pragma once
// reduce_all: one sum of an element functor over whole buffers (a norm, a penalty), in a fixed order.

#include <strata/backend/kernel.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct ReduceAll {};

/// *destination (+)= Σ f(inputs) over all elements of equally long Flat views. The bits do not depend on threads.
template <class Stream, class F, class T, std::size_t N>
void reduce_all(Stream stream, F f, T* destination, bool accumulate, From<const T*, N> in) {
  Pack<const T*, N> inputs;
  for (std::size_t i = 0; i < N; ++i) inputs[i] = in.at[i].data;
  Kernel<ReduceAll, typename Stream::backend>::run(stream, in.columns, f, destination, accumulate, inputs);
}

}  // namespace STRATA_NAMESPACE::ops

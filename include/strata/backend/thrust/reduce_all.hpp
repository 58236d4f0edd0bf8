#pragma once
// reduce_all on Thrust. On host systems: at most 256 chunks, whose borders depend on the size alone, then the chunks in
// order. On the device: CUB's reduction, whose order depends on size and device alone; it neither allocates nor waits.

#include <strata/backend/common/apply.hpp>
#include <strata/backend/thrust/for_each.hpp>
#include <strata/core/parts.hpp>
#include <strata/ops/reduce_all.hpp>

#if defined(__CUDACC__)
#include <cub/device/device_reduce.cuh>
#include <cuda/std/functional>
#endif

#include <iterator>

namespace STRATA_NAMESPACE {
namespace detail {

/// The element functor on element i of all inputs.
template <class F, class T, std::size_t Inputs>
struct ElementAt {
  F f;
  Pack<const T*, Inputs> in;

  constexpr T operator()(std::size_t i) const {
    Pack<T, Inputs> x;
    for (std::size_t k = 0; k != Inputs; ++k) x[k] = in[k][i];
    return apply<1>(loaded(f), x)[0];
  }
};

/// The sum of one chunk.
template <class T, class Element>
struct SumPart {
  Element element;
  std::size_t size, chunks;
  T* partial;

  constexpr void operator()(std::size_t chunk) const {
    const std::size_t last = part_begin(size, chunks, chunk + 1);
    T sum = 0;
    for (std::size_t i = part_begin(size, chunks, chunk); i < last; ++i) sum += element(i);
    partial[chunk] = sum;
  }
};

/// The chunks in order.
template <class T>
struct SumParts {
  std::size_t chunks;
  bool accumulate;
  T* destination;
  const T* partial;

  constexpr void operator()(std::size_t) const {
    T total = accumulate ? *destination : T(0);
    for (std::size_t c = 0; c < chunks; ++c) total += partial[c];
    *destination = total;
  }
};

/// An output iterator: what is assigned to its element overwrites the destination or is added to it.
template <class T>
struct IntoSum {
  using iterator_category = std::output_iterator_tag;
  using value_type = T;
  using difference_type = std::ptrdiff_t;
  using pointer = void;
  using reference = IntoSum;

  T* destination;
  bool accumulate;

  constexpr IntoSum operator*() const { return *this; }
  constexpr IntoSum operator[](std::ptrdiff_t) const { return *this; }
  constexpr IntoSum operator+(std::ptrdiff_t) const { return *this; }
  constexpr const IntoSum& operator=(T sum) const {
    *destination = accumulate ? *destination + sum : sum;
    return *this;
  }
};

}  // namespace detail

template <System Where, class T, class Products>
  requires(Where != System::cuda)
struct Kernel<ops::ReduceAll, Thrust<Where, T, Products>> {
  template <class F, std::size_t Inputs>
  static void run(typename Thrust<Where, T, Products>::Stream stream, std::size_t size, F f, T* destination,
                  bool accumulate, Pack<const T*, Inputs> in) {
    constexpr std::size_t most_chunks = 256;
    T partial[most_chunks]{};
    const std::size_t chunks = size < most_chunks ? size : most_chunks;
    using Element = detail::ElementAt<F, T, Inputs>;
    for_each_index(stream, chunks, size, detail::SumPart<T, Element>{{f, in}, size, chunks, partial});
    for_each_index(stream, 1, 1, detail::SumParts<T>{chunks, accumulate, destination, partial});
  }
};

#if defined(__CUDACC__)
template <class T, class Products>
struct Kernel<ops::ReduceAll, Thrust<System::cuda, T, Products>> {
  template <class F, std::size_t Inputs>
  static void run(typename Thrust<System::cuda, T, Products>::Stream, std::size_t size, F f, T* destination,
                  bool accumulate, Pack<const T*, Inputs> in) {
    std::size_t bytes = device::scratch_bytes;
    device::check(
        cub::DeviceReduce::TransformReduce(device::scratch(), bytes, thrust::counting_iterator<std::size_t>(0),
                                           detail::IntoSum<T>{destination, accumulate}, size, ::cuda::std::plus<T>{},
                                           detail::ElementAt<F, T, Inputs>{f, in}, T(0), device::stream()),
        "cub::DeviceReduce");
  }
};
#endif

}  // namespace STRATA_NAMESPACE

#pragma once
// reduce_all on Thrust: at most 256 chunks, whose borders depend on the size alone, then the chunks in order.

#include <strata/backend/common/apply.hpp>
#include <strata/backend/thrust/for_each.hpp>
#include <strata/core/parts.hpp>
#include <strata/ops/reduce_all.hpp>

namespace STRATA_NAMESPACE {
namespace detail {

/// The sum of one chunk.
template <class F, class T, std::size_t Inputs>
struct SumPart {
  F f;
  std::size_t size, chunks;
  Pack<const T*, Inputs> in;
  T* partial;

  constexpr void operator()(std::size_t chunk) const {
    const std::size_t last = part_begin(size, chunks, chunk + 1);
    const auto g = loaded(f);
    T sum = 0;
    for (std::size_t i = part_begin(size, chunks, chunk); i < last; ++i) {
      Pack<T, Inputs> x;
      for (std::size_t k = 0; k != Inputs; ++k) x[k] = in[k][i];
      sum += apply<1>(g, x)[0];
    }
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

}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::ReduceAll, Thrust<Where, T, Products>> {
  template <class F, std::size_t Inputs>
  static void run(typename Thrust<Where, T, Products>::Stream stream, std::size_t size, F f, T* destination,
                  bool accumulate, Pack<const T*, Inputs> in) {
    T here[most_chunks]{};
    T* partial = here;
#if defined(__CUDACC__)
    if constexpr (Where == System::cuda) partial = static_cast<T*>(device::scratch());
#endif
    const std::size_t chunks = size < most_chunks ? size : most_chunks;
    for_each_index(stream, chunks, size, detail::SumPart<F, T, Inputs>{f, size, chunks, in, partial});
    for_each_index(stream, 1, 1, detail::SumParts<T>{chunks, accumulate, destination, partial});
  }

 private:
  static constexpr std::size_t most_chunks = 256;  // of at most 8 bytes each: device::scratch has room for them
};

}  // namespace STRATA_NAMESPACE

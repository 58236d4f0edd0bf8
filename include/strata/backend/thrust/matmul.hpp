#pragma once
// matmul on Thrust's host systems: the CPU's kernel, the only one they share, given rounded factors where the backend
// says so.

#include <strata/backend/cpu/matmul.hpp>
#include <strata/backend/thrust/convert.hpp>
#include <strata/backend/thrust/thrust.hpp>

#include <vector>

#if defined(__CUDACC__)
#include <strata/backend/thrust/cublas.hpp>
#endif

namespace STRATA_NAMESPACE {
namespace detail {

/// The same product of rounded copies. They live until the thread's next; a size seen before allocates nothing.
template <class Products, class Stream>
ops::MatmulArguments<float> with_rounded_factors(Stream stream, ops::MatmulArguments<float> a) {
  thread_local std::vector<float> memory;
  const std::size_t size_a = a.m * a.k, size_b = a.k * a.n;
  if (memory.size() < size_a + size_b) memory.resize(size_a + size_b);
  const auto round = [stream](std::size_t rows, std::size_t columns, const float*& from, std::size_t& stride,
                              float* to) {
    convert(stream, rows, columns, Rounded<Products>{}, {from, stride}, Operand<float>{to, columns});
    from = to;
    stride = columns;
  };
  round(a.transpose_a ? a.k : a.m, a.transpose_a ? a.m : a.k, a.a, a.lda, memory.data());
  round(a.transpose_b ? a.n : a.k, a.transpose_b ? a.k : a.n, a.b, a.ldb, memory.data() + size_a);
  return a;
}

}  // namespace detail

template <System Where, class T, class Products>
  requires(Where != System::cuda)
struct Kernel<ops::Matmul, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, const ops::MatmulArguments<T>& a) {
    const typename Cpu<T>::Stream threads{Where == System::omp ? stream.threads : 1};
    if constexpr (Rounding<Products>) {
      Kernel<ops::Matmul, Cpu<T>>::run(threads, detail::with_rounded_factors<Products>(stream, a));
    } else {
      Kernel<ops::Matmul, Cpu<T>>::run(threads, a);
    }
  }
};

#if defined(__CUDACC__)
/// On the device: cuBLASLt.
template <class T, class Products>
struct Kernel<ops::Matmul, Thrust<System::cuda, T, Products>> {
  static void run(typename Thrust<System::cuda, T, Products>::Stream stream, const ops::MatmulArguments<T>& a) {
    device::matmul<Thrust<System::cuda, T, Products>>(stream, a);
  }
};
#endif

}  // namespace STRATA_NAMESPACE

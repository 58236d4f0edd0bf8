#pragma once
// matmul on Thrust's host systems: the CPU's kernel, the only one they share.

#include <strata/backend/cpu/matmul.hpp>
#include <strata/backend/thrust/thrust.hpp>

#if defined(__CUDACC__)
#include <strata/backend/thrust/cublas.hpp>
#include <strata/backend/thrust/map.hpp>
#endif

namespace STRATA_NAMESPACE {

template <System Where, class T, class Products>
  requires(Where != System::cuda)
struct Kernel<ops::Matmul, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, const ops::MatmulArguments<T>& a) {
    Kernel<ops::Matmul, Cpu<T>>::run({Where == System::omp ? stream.threads : 1}, a);
  }
};

#if defined(__CUDACC__)
/// On the device: cuBLASLt.
template <class T, class Products>
struct Kernel<ops::Matmul, Thrust<System::cuda, T, Products>> {
  static void run(typename Thrust<System::cuda, T, Products>::Stream stream, const ops::MatmulArguments<T>& a) {
    const Pack<Operand<T>, 1> product{{{a.c, a.ldc}}};
    if (a.bias != nullptr) {  // the product is added to it
      Kernel<ops::Map, Thrust<System::cuda, T, Products>>::run(stream, a.m, a.n, ops::Identity{}, product,
                                                               Pack<Operand<const T>, 1>{{{a.bias, 0}}});
    } else if (a.k == 0 && !a.accumulate) {
      Kernel<ops::Map, Thrust<System::cuda, T, Products>>::run(stream, a.m, a.n, ops::Zero{}, product,
                                                               Pack<Operand<const T>, 0>{});
    }
    if (a.k > 0) device::matmul(a, a.accumulate || a.bias != nullptr);
  }
};
#endif

}  // namespace STRATA_NAMESPACE

#pragma once
// matmul on Thrust's host systems: the CPU's kernel, the only one they share.

#include <strata/backend/cpu/matmul.hpp>
#include <strata/backend/thrust/thrust.hpp>

namespace STRATA_NAMESPACE {

template <System Where, class T>
  requires(Where != System::cuda)
struct Kernel<ops::Matmul, Thrust<Where, T>> {
  static void run(typename Thrust<Where, T>::Stream stream, const ops::MatmulArguments<T>& a) {
    Kernel<ops::Matmul, Cpu<T>>::run({Where == System::omp ? stream.threads : 1}, a);
  }
};

}  // namespace STRATA_NAMESPACE

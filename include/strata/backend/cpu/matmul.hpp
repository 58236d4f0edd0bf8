#pragma once
// matmul on the CPU: the packed SIMD product of gemm.hpp.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/gemm.hpp>
#include <strata/ops/matmul.hpp>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::Matmul, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, const ops::MatmulArguments<T>& a) {
    gemm<T>({a.m, a.n, a.k, a.a, a.lda, a.transpose_a, a.b, a.ldb, a.transpose_b, a.c, a.ldc, a.accumulate, a.bias},
            threads_for(stream.threads, a.m * a.n * a.k / 16));  // one multiplication costs 1/16 of an element
  }
};

}  // namespace STRATA_NAMESPACE

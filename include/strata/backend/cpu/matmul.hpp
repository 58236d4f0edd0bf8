#pragma once
// matmul on the CPU: the packed SIMD product of gemm.hpp.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/gemm.hpp>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::Matmul, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, const ops::MatmulArguments<T>& a) {
    gemm<T>(a, threads_for(stream.threads, a.m * a.n * a.k / 16));  // one multiplication costs 1/16 of an element
  }
};

}  // namespace STRATA_NAMESPACE

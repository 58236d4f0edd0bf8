#pragma once
// Cpu<float, BFloat16>: products in bfloat16, everything else as on Cpu<float>.

#include <strata/backend/cpu/gemm_pairs.hpp>
#include <strata/backend/cpu/kernels.hpp>

namespace STRATA_NAMESPACE {

/// Operations that are no products. A recurrence is a product and a map a step here.
template <class Operation>
struct Kernel<Operation, Cpu<float, BFloat16>> : Kernel<Operation, Cpu<float>> {};

template <>
struct Kernel<ops::Matmul, Cpu<float, BFloat16>> {
  static void run(Cpu<float, BFloat16>::Stream stream, const ops::MatmulArguments<float>& a) {
    // one multiplication costs 1/32 of an element
    gemm_pairs(a, threads_for(stream.threads, a.m * a.n * a.k / 32));
  }
};

}  // namespace STRATA_NAMESPACE

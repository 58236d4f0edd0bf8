#pragma once
// All benchmarks in one precision.

#include "models.hpp"
#include "operations.hpp"

template <class Backend>
void measure_on(Bench& bench, const std::string& precision) {
  constexpr bool memory = std::is_same_v<typename Backend::products, strata::FullPrecision>;
  if (bench.quick) {
    measure_ceiling<Backend>(bench, precision, 128);
    if constexpr (memory) measure_memory<Backend>(bench, std::size_t{1} << 16U);
    measure_product<Backend>(bench, precision, 64);
    measure_lstm<Backend, 6, 5, 8, 16>(bench, precision);
    measure_mlp<Backend, 6, 20, 16>(bench, precision);
    return;
  }
  if constexpr (Backend::system == strata::System::cuda) {
    measure_ceiling<Backend>(bench, precision, 12288);
    if constexpr (memory) measure_memory<Backend>(bench, std::size_t{1} << 26U);
    for (const std::size_t n : {1024U, 2048U, 4096U, 8192U}) measure_product<Backend>(bench, precision, n);
    measure_lstm<Backend, 64, 28, 28, 128>(bench, precision);
    measure_lstm<Backend, 32, 50, 64, 128>(bench, precision);
    measure_lstm<Backend, 20, 35, 200, 200>(bench, precision);
    measure_lstm<Backend, 20, 35, 650, 650>(bench, precision);
    measure_lstm<Backend, 64, 128, 512, 512>(bench, precision);
    measure_lstm<Backend, 64, 128, 1024, 1024>(bench, precision);
    measure_mlp<Backend, 64, 784, 512>(bench, precision);
    measure_mlp<Backend, 4096, 784, 512>(bench, precision);
  }
}

template <class Products>
void measure(Bench& bench, const std::string& precision) {
#if defined(__CUDACC__)
  if (bench.device == "cuda") return measure_on<strata::Cuda<float, Products>>(bench, precision);
#endif
  measure_on<strata::Thrust<strata::System::omp, float, Products>>(bench, precision);
}

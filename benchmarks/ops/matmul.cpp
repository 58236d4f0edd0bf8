// The matrix product: every size checked against a plain triple loop before it is timed, then GFLOP/s.
//
// The sizes m x n x k are those of small layers, of the LSTM of the Fashion-MNIST network, and two squares.

#include <strata/backend/cpu/gemm.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <string>
#include <vector>

namespace {

using namespace strata;

std::vector<float> numbers(std::size_t count, unsigned seed) {
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = static_cast<float>((i * 2654435761u + seed * 40503u) % 2000) / 1000.0f - 1.0f;
  }
  return values;
}

/// The largest |difference| from a product in double, relative to the largest |element|.
double error(const ops::MatmulArguments<float>& g) {
  double worst = 0, largest = 0;
  for (std::size_t i = 0; i < g.m; ++i) {
    for (std::size_t j = 0; j < g.n; ++j) {
      double sum = 0;
      for (std::size_t p = 0; p < g.k; ++p) {
        const double a = g.transpose_a ? g.a[p * g.lda + i] : g.a[i * g.lda + p];
        sum += a * (g.transpose_b ? g.b[j * g.ldb + p] : g.b[p * g.ldb + j]);
      }
      worst = std::max(worst, std::abs(sum - static_cast<double>(g.c[i * g.ldc + j])));
      largest = std::max(largest, std::abs(sum));
    }
  }
  return worst / largest;
}

void multiply(benchmark::State& state) {
  const auto m = static_cast<std::size_t>(state.range(0)), n = static_cast<std::size_t>(state.range(1));
  const auto k = static_cast<std::size_t>(state.range(2));
  const bool transpose_a = state.range(3) == 1, transpose_b = state.range(3) == 2;
  const int threads = static_cast<int>(state.range(4));
  const auto a = numbers(m * k, 1), b = numbers(k * n, 2);
  std::vector<float> c(m * n);
  const ops::MatmulArguments<float> arguments{
      m,        n, k,     a.data(), transpose_a ? m : k, transpose_a, b.data(), transpose_b ? k : n, transpose_b,
      c.data(), n, false, nullptr};
  gemm<float>(arguments, threads);
  if (const double e = error(arguments); !(e < 1e-5)) {
    state.SkipWithError(("the product is wrong: relative error " + std::to_string(e)).c_str());
    return;
  }
  for (auto _ : state) {
    gemm<float>(arguments, threads);
    benchmark::DoNotOptimize(c.data());
    benchmark::ClobberMemory();
  }
  const double flops = 2.0 * static_cast<double>(m * n * k);
  state.counters["GFLOP/s"] = benchmark::Counter(flops * 1e-9, benchmark::Counter::kIsIterationInvariantRate);
}

void sizes(benchmark::internal::Benchmark* b) {
  constexpr long all[][3] = {{16, 64, 32},    {32, 256, 64},   {64, 512, 128},
                             {64, 2048, 512}, {256, 256, 256}, {1024, 1024, 1024}};
  for (const auto& size : all) {
    for (long transposed = 0; transposed < 3; ++transposed) b->Args({size[0], size[1], size[2], transposed, 1});
    b->Args({size[0], size[1], size[2], 0, 2});
  }
  b->ArgNames({"m", "n", "k", "transposed", "threads"})->UseRealTime();  // transposed: 0 none, 1 a, 2 b
}

BENCHMARK(multiply)->Apply(sizes);

}  // namespace

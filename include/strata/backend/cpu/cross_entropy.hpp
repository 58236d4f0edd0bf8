#pragma once
// Softmax with cross-entropy on the CPU: a row at a time, exponentials in SIMD batches.

#include <strata/backend/common/cross_entropy_row.hpp>
#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/core/simd.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
/// The columns of a row as SIMD batches; see cross_entropy_row.hpp.
template <class T>
struct SimdLanes {
  using value = simd<T>;
  static constexpr std::size_t size = value::size;
  static value load(const T* p, std::size_t n, T fill) { return lanes::load_first<T>(p, n, fill); }
  static void store(T* p, const value& v, std::size_t n) { lanes::store_first(p, v, n); }
  static T reduce_add(const value& v) { return lanes::reduce_add(v); }
};
}  // namespace detail

template <class T>
struct Kernel<ops::CrossEntropy, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, const ops::CrossEntropyArguments<T>& a) {
    parallel_for(threads_for(stream.threads, 8 * a.rows * a.columns), a.rows, [=](std::size_t first, std::size_t last) {
      for (std::size_t r = first; r < last; ++r) CrossEntropyRow<T, detail::SimdLanes<T>>::run(a, r);
    });
  }
};

}  // namespace STRATA_NAMESPACE

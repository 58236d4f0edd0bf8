#pragma once
// reduce_all on the CPU: at most 256 chunks, whose borders depend on the size alone, then the chunks in order.

#include <strata/backend/cpu/apply.hpp>
#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/ops/reduce_all.hpp>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::ReduceAll, Cpu<T>> {
  template <class F, std::size_t Inputs>
  static void run(typename Cpu<T>::Stream stream, std::size_t size, F f, T* destination, bool accumulate,
                  Pack<const T*, Inputs> in) {
    constexpr std::size_t chunks = 256, granule = 1024;
    T partial[chunks];
    const std::size_t blocks = (size + granule - 1) / granule, used = std::min(chunks, blocks);
    const auto g = detail::loaded(f);
    parallel_for(threads_for(stream.threads, size), used, [&](std::size_t first, std::size_t last) {
      for (std::size_t c = first; c < last; ++c) {
        const std::size_t begin = part_begin(blocks, used, c) * granule;
        partial[c] = sum(g, in, begin, std::min(size, part_begin(blocks, used, c + 1) * granule));
      }
    });
    T total = accumulate ? *destination : T(0);
    for (std::size_t c = 0; c < used; ++c) total += partial[c];
    *destination = total;
  }

 private:
  using V = simd<T>;

  template <class F, std::size_t Inputs>
  static T sum(const F& f, const Pack<const T*, Inputs>& in, std::size_t first, std::size_t last) {
    V total(0);
    std::size_t j = first;
    for (; j + V::size <= last; j += V::size) total += detail::apply<1>(f, detail::load_all<V>(in, j, V::size))[0];
    if (j == last) return lanes::reduce_add(total);
    T rest[V::size];
    lanes::store(rest, detail::apply<1>(f, detail::load_all<V>(in, j, last - j))[0]);
    T sum = lanes::reduce_add(total);
    for (std::size_t q = 0; q < last - j; ++q) sum += rest[q];
    return sum;
  }
};

}  // namespace STRATA_NAMESPACE

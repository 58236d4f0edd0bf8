#pragma once
// map_rows on the CPU: a thread has whole rows, and passes over each while it lies in the cache.

#include <strata/backend/common/row_terms.hpp>
#include <strata/backend/cpu/apply.hpp>
#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>

namespace STRATA_NAMESPACE {
namespace detail {

/// The terms of one pass over a row, put together in several chains of SIMD batches, which do not wait for each other.
template <class T, std::size_t P, class F, std::size_t Inputs>
class RowPass {
 public:
  static constexpr std::size_t values = terms_in<P, F, T, Inputs>;

  static Pack<T, values> run(const F& f, const Pack<const T*, Inputs>& from, std::size_t columns) {
    Pack<V, values> found[chains];  // nvcc 13.0 breaks on a Pack of Packs of batches
    unrolled<chains>([&](std::size_t q) { unrolled<values>([&](std::size_t k) { found[q][k] = V(none); }); });
    std::size_t j = 0;
    for (; j + chains * V::size <= columns; j += chains * V::size)
      unrolled<chains>([&](std::size_t q) __attribute__((always_inline)) {
        take(found[q], terms(f, from, j + q * V::size, V::size));
      });
    for (; j + V::size <= columns; j += V::size) take(found[0], terms(f, from, j, V::size));
    if (j < columns) take(found[1], first_of(terms(f, from, j, columns - j), columns - j));
    unrolled<chains - 1>([&](std::size_t q) { take(found[0], found[q + 1]); });
    Pack<T, values> all;
    unrolled<values>([&](std::size_t k) { all[k] = of_lanes(found[0][k]); });
    return all;
  }

 private:
  using V = simd<T>;
  static constexpr std::size_t chains = 4;
  using Together = decltype(ops::together<P, F>());
  static constexpr T none = ops::of_no_terms<T>(Together{});

  [[gnu::always_inline]] static Pack<V, values> terms(const F& f, const Pack<const T*, Inputs>& from, std::size_t at,
                                                      std::size_t count) {
    return apply<values>(TermOf<P, F>{f}, load_all<V>(from, at, count));
  }
  [[gnu::always_inline]] static void take(Pack<V, values>& found, const Pack<V, values>& more) {
    unrolled<values>([&](std::size_t k) __attribute__((always_inline)) { found[k] = Together{}(found[k], more[k]); });
  }
  /// Lanes behind the end hold what a functor made of nothing.
  static Pack<V, values> first_of(Pack<V, values> terms, std::size_t count) {
    for (std::size_t k = 0; k != values; ++k) {
      T lanes_of[V::size];
      lanes::store(lanes_of, terms[k]);
      terms[k] = lanes::load_first<T>(lanes_of, count, none);
    }
    return terms;
  }
  static T of_lanes(const V& v) {
    if constexpr (std::is_same_v<Together, ops::Sum>) {
      return lanes::reduce_add(v);
    } else {
      T lane[V::size];
      lanes::store(lane, v);
      halve<V::size / 2>(lane);
      return lane[0];
    }
  }
  template <std::size_t Half>
  static void halve(T* lane) {
    for (std::size_t i = 0; i != Half; ++i) lane[i] = Together{}(lane[i], lane[i + Half]);
    if constexpr (Half > 1) halve<Half / 2>(lane);
  }
};

}  // namespace detail

template <class T>
struct Kernel<ops::MapRows, Cpu<T>> {
  template <class F, std::size_t Outputs, std::size_t Inputs>
  static void run(typename Cpu<T>::Stream stream, std::size_t rows, std::size_t columns, F f,
                  Pack<Operand<T>, Outputs> out, Pack<Operand<const T>, Inputs> in) {
    parallel_for(threads_for(stream.threads, (1 + F::passes) * rows * columns), rows,
                 [=](std::size_t first, std::size_t last) {
                   for (std::size_t r = first; r < last; ++r) run_row(f, out, in, r, columns);
                 });
  }

 private:
  template <class F, std::size_t Outputs, std::size_t Inputs>
  static void run_row(F f, const Pack<Operand<T>, Outputs>& out, const Pack<Operand<const T>, Inputs>& in,
                      std::size_t row, std::size_t columns) {
    using V = simd<T>;
    Pack<const T*, Inputs> from;
    for (std::size_t k = 0; k != Inputs; ++k) from[k] = in[k].data + row * in[k].stride;
    Pack<T*, Outputs> to;
    for (std::size_t k = 0; k != Outputs; ++k) to[k] = out[k].data + row * out[k].stride;

    detail::for_each_pass<F>([&]<std::size_t P>(ops::Pass<P> pass) {
      f.learn(pass, detail::RowPass<T, P, F, Inputs>::run(f, from, columns));
    });
    const auto write = [&](std::size_t j, std::size_t count) {
      detail::store_all(to, j, detail::apply<Outputs>(f, detail::load_all<V>(from, j, count)), count);
    };
    std::size_t j = 0;
    for (; j + V::size <= columns; j += V::size) write(j, V::size);
    if (j < columns) write(j, columns - j);
  }
};

}  // namespace STRATA_NAMESPACE

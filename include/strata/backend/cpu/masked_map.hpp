#pragma once
// map with masks on the CPU: a piece of a row of each mask is drawn on the stack, then SIMD batches of all operands.

#include <strata/backend/cpu/apply.hpp>
#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/draw.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/ops/masked_map.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::MaskedMap, Cpu<T>> {
  template <class F, std::size_t Outputs, std::size_t Inputs, class Drawn, std::size_t N>
  static void run(typename Cpu<T>::Stream stream, std::size_t rows, std::size_t columns, F f,
                  Pack<Operand<T>, Outputs> out, Pack<Operand<const T>, Inputs> in,
                  ops::MaskArguments<T, Drawn, N> masks) {
    const auto g = detail::loaded(f);
    parallel_for(threads_for(stream.threads, Drawn::work * N * rows * columns), rows,
                 [=](std::size_t first, std::size_t last) {
                   for (std::size_t r = first; r < last; ++r) {
                     for (std::size_t from = 0; from < columns; from += piece)
                       run_piece(g, out, in, masks, r, from, std::min(piece, columns - from));
                   }
                 });
  }

 private:
  static constexpr std::size_t piece = detail::drawn_piece;  // elements of each mask on the stack

  template <class F, std::size_t Outputs, std::size_t Inputs, class Drawn, std::size_t N>
  static void run_piece(const F& f, const Pack<Operand<T>, Outputs>& out, const Pack<Operand<const T>, Inputs>& in,
                        const ops::MaskArguments<T, Drawn, N>& masks, std::size_t row, std::size_t first,
                        std::size_t count) {
    using V = simd<T>;
    T drawn[N][piece];
    for (std::size_t k = 0; k != N; ++k) detail::draw(drawn[k], masks.masks[k], masks, row, first, count);
    Pack<const T*, Inputs + N> from;
    for (std::size_t k = 0; k != Inputs; ++k) from[k] = in[k].data + row * in[k].stride + first;
    for (std::size_t k = 0; k != N; ++k) from[Inputs + k] = drawn[k];
    Pack<T*, Outputs> to;
    for (std::size_t k = 0; k != Outputs; ++k) to[k] = out[k].data + row * out[k].stride + first;

    std::size_t j = 0;
    for (; j + V::size <= count; j += V::size) {
      const auto y = detail::apply<Outputs>(f, detail::load_all<V>(from, j, V::size));
      for (std::size_t k = 0; k != Outputs; ++k) lanes::store(to[k] + j, y[k]);
    }
    if (j < count) {
      const auto y = detail::apply<Outputs>(f, detail::load_all<V>(from, j, count - j));
      for (std::size_t k = 0; k != Outputs; ++k) lanes::store_first(to[k] + j, y[k], count - j);
    }
  }
};

}  // namespace STRATA_NAMESPACE

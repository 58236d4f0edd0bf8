#pragma once
// Whole sequences of an LSTM on the CPU: the recurrent weights are packed once, each thread takes its samples through
// all steps without waiting for another, and the cell is computed where the sums of its gates come out of registers.
//
//   forward    a panel holds the weights of all four gates of as many hidden units as a register has lanes
//   backward   panels of 4, then 2, then 1 registers of hidden units: the product runs along the gates

#include <strata/backend/cpu/apply.hpp>
#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/gemm_in_place.hpp>
#include <strata/backend/cpu/pack.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/backend/cpu/row_sums.hpp>
#include <strata/ops/lstm_sequence.hpp>

#include <algorithm>
#include <cstddef>

namespace STRATA_NAMESPACE {

template <class T>
inline constexpr bool ops::own_lstm_kernel<Cpu<T>> = true;

template <class T>
struct Kernel<ops::LstmSequence, Cpu<T>> {
  /// One kernel serves all sizes. A single step does not repay the packing: there the composition has the same bits, as
  /// long as its product is not cut along k, and is left to it.
  template <std::size_t Hidden, class F, class Arguments>
  static bool run(typename Cpu<T>::Stream stream, F f, const Arguments& a) {
    static_assert(Hidden > 0 && ops::lstm_lanes % V::size == 0);
    if constexpr (Hidden <= detail::GemmInPlace<T>::depth && requires { a.h0; })
      if (a.steps == 1) return false;
    run(threads_for(stream.threads, a.steps * a.batch * a.hidden * a.hidden / 4), f, a);
    return true;
  }

 private:
  using V = simd<T>;
  static constexpr std::size_t width = V::size, gates = 4;

  // ---- Forward

  template <class F>
  static void run(int threads, const F& f, const ops::LstmForwardArguments<T>& a) {
    const std::size_t panels = (a.hidden + width - 1) / width, panel = a.hidden * gates * width;
    parallel_for(threads, panels, [&](std::size_t first, std::size_t last) {
      for (std::size_t b = first; b < last; ++b) {
        const std::size_t unit = b * width, count = std::min(width, a.hidden - unit);
        for (std::size_t g = 0; g < gates; ++g) {
          detail::pack_columns<T, typename V::arch_type>(a.room + b * panel + g * width, gates * width, width,
                                                         a.recurrent + (g * a.hidden + unit) * a.hidden, a.hidden,
                                                         count, a.hidden);
        }
      }
    });
    parallel_for(threads, a.batch, [&](std::size_t first, std::size_t last) {
      for (std::size_t t = 0; t < a.steps; ++t) {
        const T* const h = t == 0 ? a.h0 : a.y + (t - 1) * a.batch * a.hidden;
        const detail::RowProduct<T> product{a.hidden, h, a.hidden, 1, a.room, gates * width, panel};
        detail::for_each_tile<gates>(first, last, panels, product,
                                     [&](auto... tile) { forward_cells(f, a, t, tile...); });
      }
    });
  }

  /// The cells of a tile.
  template <class F>
  static void forward_cells(const F& f, const ops::LstmForwardArguments<T>& a, std::size_t t, std::size_t row,
                            std::size_t end, std::size_t panel, std::size_t panels, const T* sums) {
    for (; row < end; ++row) {
      for (std::size_t b = panel; b < panel + panels; ++b, sums += gates * width) {
        const std::size_t unit = b * width, count = std::min(width, a.hidden - unit);
        const std::size_t at = (t * a.batch + row) * a.hidden + unit, state = row * a.hidden + unit;
        T* const z = a.gates + (t * a.batch + row) * gates * a.hidden + unit;
        T* const c_before = a.cell == nullptr || t == 0 ? a.c0 + state : a.cell + at - a.batch * a.hidden;
        const auto in =
            detail::load_all<V, T, 5>({{z, z + a.hidden, z + 2 * a.hidden, z + 3 * a.hidden, c_before}}, 0, count);
        const auto sum = [&](std::size_t g) { return in[g] + lanes::load<T>(sums + g * width); };
        const auto store = [&]<std::size_t N>(const Pack<V, N>& all) {
          if constexpr (N == 2) {
            detail::store_all<V, T, 2>({{a.y + at, a.c0 + state}}, 0, all, count);
          } else {
            detail::store_all<V, T, 6>({{a.y + at, a.cell + at, z, z + a.hidden, z + 2 * a.hidden, z + 3 * a.hidden}},
                                       0, all, count);
          }
        };
        store(f(sum(0), sum(1), sum(2), sum(3), in[4]));
      }
    }
  }

  // ---- Backward

  template <class F>
  static void run(int threads, const F& f, const ops::LstmBackwardArguments<T>& a) {
    const std::size_t vectors = (a.hidden + width - 1) / width, depth = gates * a.hidden;
    parallel_for(threads, vectors, [&](std::size_t first, std::size_t last) {
      for_each_width(vectors, [&]<std::size_t Vectors>(std::size_t begin, std::size_t end) {
        for (std::size_t v = begin; v < end; v += Vectors) {
          if (v < first || v >= last) continue;
          const std::size_t count = std::min(Vectors * width, a.hidden - v * width);
          detail::pack_rows<T, typename V::arch_type>(a.room + v * width * depth, Vectors * width,
                                                      a.recurrent + v * width, a.hidden, count, depth);
        }
      });
    });
    parallel_for(threads, a.batch, [&](std::size_t first, std::size_t last) {
      std::fill(a.dc + first * a.hidden, a.dc + last * a.hidden, T(0));
      alignas(64) T nothing[width] = {};
      for (std::size_t row = first; row < last; ++row) {
        for (std::size_t v = 0; v < vectors; ++v) backward_cells<1>(f, a, a.steps - 1, 0, row, row + 1, v, 1, nothing);
      }
      for (std::size_t t = a.steps - 1; t-- > 0;) {
        const T* const dz = a.gates + (t + 1) * a.batch * depth;
        for_each_width(vectors, [&]<std::size_t Vectors>(std::size_t begin, std::size_t end) {
          const std::size_t length = Vectors * width;
          const detail::RowProduct<T> product{depth,         dz, depth, 1, a.room + begin * width * depth, length,
                                              depth * length};
          detail::for_each_tile<Vectors>(first, last, (end - begin) / Vectors, product,
                                         [&](auto... tile) { backward_cells<Vectors>(f, a, t, begin, tile...); });
        });
      }
    });
  }

  /// visit<Vectors>(first, last) for the vectors of panels of each width, which so many are cut into.
  template <class Visit>
  static void for_each_width(std::size_t vectors, Visit visit) {
    const std::size_t fours = vectors / 4 * 4, twos = vectors / 2 * 2;
    visit.template operator()<4>(std::size_t{0}, fours);
    visit.template operator()<2>(fours, twos);
    visit.template operator()<1>(twos, vectors);
  }

  /// The cells of a tile whose panels begin at vector number `begin`; its sums are dh.
  template <std::size_t Vectors, class F>
  static void backward_cells(const F& f, const ops::LstmBackwardArguments<T>& a, std::size_t t, std::size_t begin,
                             std::size_t row, std::size_t end, std::size_t panel, std::size_t panels, const T* sums) {
    for (; row < end; ++row) {
      for (std::size_t v = begin + panel * Vectors; v < begin + (panel + panels) * Vectors; ++v, sums += width) {
        const std::size_t unit = v * width, count = std::min(width, a.hidden - unit);
        const std::size_t at = (t * a.batch + row) * a.hidden + unit, state = row * a.hidden + unit;
        T* const z = a.gates + (t * a.batch + row) * gates * a.hidden + unit;
        const T* const c_before = t == 0 ? a.c0 + state : a.cell + at - a.batch * a.hidden;
        const auto in = detail::load_all<V, T, 8>(
            {{z, z + a.hidden, z + 2 * a.hidden, z + 3 * a.hidden, a.cell + at, c_before, a.dy + at, a.dc + state}}, 0,
            count);
        detail::store_all<V, T, 5>({{z, z + a.hidden, z + 2 * a.hidden, z + 3 * a.hidden, a.dc + state}}, 0,
                                   f(in[0], in[1], in[2], in[3], in[4], in[5], in[6], lanes::load<T>(sums), in[7]),
                                   count);
      }
    }
  }
};

}  // namespace STRATA_NAMESPACE

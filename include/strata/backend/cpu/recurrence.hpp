#pragma once
// Whole sequences of recurrent cells on the CPU: the recurrent weights are packed once, each thread takes its samples
// through all steps without waiting for another, and the cell is computed where the sums of its gates come out of
// registers. Masks of a step are drawn before its products; those that are the same at every step once.
//
//   forward    a panel holds the weights of all gates of as many hidden units as a register has lanes
//   backward   panels of hidden units: the product runs along the gates

#include <strata/backend/cpu/apply.hpp>
#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/draw.hpp>
#include <strata/backend/cpu/gemm_in_place.hpp>
#include <strata/backend/cpu/pack.hpp>
#include <strata/backend/cpu/packed_factor.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/backend/cpu/row_sums.hpp>
#include <strata/ops/recurrence.hpp>

#include <algorithm>
#include <cstddef>

namespace STRATA_NAMESPACE {

template <class T>
inline constexpr bool ops::own_recurrence<Cpu<T>> = true;

template <class T>
struct Kernel<ops::Recurrence, Cpu<T>> {
  /// A single step does not repay the packing: there the composition has the same bits, as long as its product is not
  /// cut along k, and is left to it.
  template <std::size_t Gates, class F, std::size_t Outputs, std::size_t Inputs, std::size_t N>
  static bool forward(typename Cpu<T>::Stream stream, F f, const ops::RecurrenceArguments<T, Outputs, Inputs, N>& a) {
    static_assert(ops::recurrent_lanes % width == 0);
    if (a.steps == 1 && a.hidden <= detail::GemmInPlace<T>::depth) return false;
    const int threads = threads_of(stream, a, Gates);
    const std::size_t panels = (a.hidden + width - 1) / width, panel = a.hidden * Gates * width;
    parallel_for(threads, panels, [&](std::size_t first, std::size_t last) {
      for (std::size_t b = first; b < last; ++b) {
        const std::size_t unit = b * width, count = std::min(width, a.hidden - unit);
        for (std::size_t g = 0; g < Gates; ++g) {
          detail::pack_columns<T, typename V::arch_type>(a.room + b * panel + g * width, Gates * width, width,
                                                         a.recurrent + (g * a.hidden + unit) * a.hidden, a.hidden,
                                                         count, a.hidden);
        }
      }
    });
    parallel_for(threads, a.batch, [&](std::size_t first, std::size_t last) {
      for (std::size_t t = 0; t < a.steps; ++t) {
        draw(a, t, t == 0, first, last);
        const auto [h, h_row] = a.factor.at(t);
        const detail::RowProduct<T> product{a.hidden, h, h_row, 1, a.room, Gates * width, panel};
        const Step<Outputs, Inputs, N> step(a, t);
        detail::for_each_tile<Gates>(
            first, last, panels, product,
            [&](std::size_t row, std::size_t end, std::size_t b, std::size_t together, const T* sums) {
              for (; row < end; ++row) {
                for (std::size_t v = b; v < b + together; ++v, sums += Gates * width) {
                  step.cell(f, row, v * width, [&](Pack<V, Inputs + N>& x) __attribute__((always_inline)) {
                    detail::unrolled<Gates>([&](std::size_t g) __attribute__((always_inline)) {
                      x[g] = x[g] + lanes::load<T>(sums + g * width);
                    });
                  });
                }
              }
            });
      }
    });
    return true;
  }

  template <std::size_t Gates, std::size_t At, class F, std::size_t Outputs, std::size_t Inputs, std::size_t N>
  static bool backward(typename Cpu<T>::Stream stream, F f, const ops::RecurrenceArguments<T, Outputs, Inputs, N>& a) {
    const int threads = threads_of(stream, a, Gates);
    const detail::PackedFactor<T> weights(a.room, Gates * a.hidden, a.hidden);
    if (a.steps > 1) weights.pack(threads, a.recurrent, a.hidden, false);
    parallel_for(threads, a.batch, [&](std::size_t first, std::size_t last) {
      for (std::size_t t = a.steps; t-- > 0;) {
        draw(a, t, t + 1 == a.steps, first, last);
        const Step<Outputs, Inputs, N> step(a, t);
        const auto cell = [&](std::size_t row, std::size_t v, V dh) {
          step.cell(f, row, v * width, [&](Pack<V, Inputs + N>& x) __attribute__((always_inline)) { x[At] = dh; });
        };
        if (t + 1 == a.steps) {
          for (std::size_t row = first; row < last; ++row) {
            for (std::size_t v = 0; v < weights.vectors(); ++v) cell(row, v, V(T(0)));
          }
        } else {
          const auto dz = a.factor.at(t + 1);
          weights.product(first, last, dz.data, dz.stride, cell);
        }
      }
    });
    return true;
  }

 private:
  using V = simd<T>;
  static constexpr std::size_t width = V::size;

  static int threads_of(typename Cpu<T>::Stream stream, const auto& a, std::size_t gates) {
    return threads_for(stream.threads, gates * a.steps * a.batch * a.hidden * a.hidden / 16);
  }

  /// All operands of a step.
  template <std::size_t Outputs, std::size_t Inputs, std::size_t N>
  struct Step {
    Pack<Operand<T>, Outputs> out;
    Pack<Operand<const T>, Inputs + N> in;  ///< masks last
    std::size_t hidden;

    Step(const ops::RecurrenceArguments<T, Outputs, Inputs, N>& a, std::size_t t) : hidden(a.hidden) {
      for (std::size_t k = 0; k != Outputs; ++k) out[k] = a.out[k].at(t);
      for (std::size_t k = 0; k != Inputs; ++k) in[k] = a.in[k].at(t);
      for (std::size_t k = 0; k != N; ++k) in[Inputs + k] = {a.drawn + k * a.batch * a.hidden, a.hidden};
    }

    /// A register of units of a row from `unit` on, where `change` puts the sums among the inputs.
    template <class F, class Change>
    void cell(const F& f, std::size_t row, std::size_t unit, Change change) const {
      const std::size_t count = std::min(width, hidden - unit);
      Pack<const T*, Inputs + N> from;
      Pack<T*, Outputs> to;
      detail::unrolled<Inputs + N>([&](std::size_t k) { from[k] = in[k].data + row * in[k].stride + unit; });
      detail::unrolled<Outputs>([&](std::size_t k) { to[k] = out[k].data + row * out[k].stride + unit; });
      auto x = detail::load_all<V>(from, 0, count);
      change(x);
      detail::store_all<V>(to, 0, detail::apply<Outputs>(f, x), count);
    }
  };

  /// The masks of step t for samples [first, last): at the first step that is visited all, later those of each step.
  template <std::size_t Outputs, std::size_t Inputs, std::size_t N>
  static void draw(const ops::RecurrenceArguments<T, Outputs, Inputs, N>& a, std::size_t t, bool all, std::size_t first,
                   std::size_t last) {
    for (std::size_t k = 0; k != N; ++k) {
      if (!all && !a.masks.masks[k].each_step) continue;
      for (std::size_t row = first; row < last; ++row) {
        detail::draw(a.drawn + (k * a.batch + row) * a.hidden, a.masks.masks[k], a.masks, t * a.batch + row, 0,
                     a.hidden);
      }
    }
  }
};

}  // namespace STRATA_NAMESPACE

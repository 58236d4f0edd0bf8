#pragma once
// One step of a recurrent layer on the CPU: sums of both products, then the cell, a register of units at a time.
//
// Weights that do not fit into the first-level cache are read forwards and backwards in turn, block by block, so that
// those read last are still there when the next step begins with them.

#include <strata/backend/cpu/turned_product.hpp>
#include <strata/ops/recurrent_step.hpp>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::RecurrentStep, Cpu<T>> {
  template <ops::Products How, std::size_t At, std::size_t Gates, std::size_t Hidden, std::size_t Inputs, class Held,
            class F, std::size_t Outputs, std::size_t Further>
  static void run(const F& f, const ops::RecurrentStepArguments<T, Outputs, Further>& a) {
    using namespace detail;
    constexpr std::size_t N = Gates * Hidden;
    constexpr bool apart = How == ops::Products::apart;
    constexpr std::size_t bytes = N * (Inputs + Hidden) * sizeof(T) / (std::is_same_v<Held, BFloat16> ? 2 : 1);
    constexpr std::size_t most = bytes > level_1 ? turned_registers / 2 : turned_registers;
    using OfInputs = TurnedSums<T, Inputs, N, N, Held, GemmInPlace<T>::depth, most>;
    using OfState = TurnedSums<T, Hidden, N, N, Held, Hidden, most>;
    T *const z = a.sums, *const q = a.sums + padded(N);
    const auto block = [&](std::size_t b) {
      if (b < OfInputs::blocks) {
        OfInputs::block(b, a.x, a.input_weight,
                        [&](std::size_t j, std::size_t count, V sum, bool first, bool) __attribute__((always_inline)) {
                          V before = load_some<T>((first ? a.input_bias : z) + j, count);
                          if (first && !apart) before = before + load_some(a.recurrent_bias + j, count);
                          lanes::store(z + j, before + sum);
                        });
      } else {
        OfState::block(b - OfInputs::blocks, a.h, a.recurrent_weight,
                       [&](std::size_t j, std::size_t count, V sum, bool, bool) __attribute__((always_inline)) {
                         if (apart) sum = load_some(a.recurrent_bias + j, count) + sum;
                         lanes::store(q + j, sum);
                       });
      }
    };
    constexpr std::size_t blocks = OfInputs::blocks + OfState::blocks;
    for (std::size_t b = 0; b < blocks; ++b) block(a.backwards ? blocks - 1 - b : b);
    std::size_t unit = 0;
    for (; unit + width <= Hidden; unit += width) cell<apart, At, Gates, Hidden>(f, a, unit, width);
    if constexpr (Hidden % width != 0) cell<apart, At, Gates, Hidden>(f, a, unit, Hidden % width);
  }

 private:
  using V = simd<T>;
  static constexpr std::size_t width = V::size;
  static constexpr std::size_t level_1 = 32 * 1024;  ///< bytes of a usual first-level cache

  /// Units [unit, unit + count).
  template <bool Apart, std::size_t At, std::size_t Gates, std::size_t Hidden, class F, std::size_t Outputs,
            std::size_t Further>
  [[gnu::always_inline]] static void cell(const F& f, const ops::RecurrentStepArguments<T, Outputs, Further>& a,
                                          std::size_t unit, std::size_t count) {
    using namespace detail;
    constexpr std::size_t parts = Apart ? 2 * Gates : Gates;
    const T *const z = a.sums + unit, *const q = z + padded(Gates * Hidden);
    Pack<V, parts + Further> x;
    unrolled<Gates>([&](std::size_t k) __attribute__((always_inline)) {
      const V of_inputs = load_some(z + k * Hidden, count), of_state = load_some(q + k * Hidden, count);
      if constexpr (Apart) {
        x[k] = of_inputs;
        x[Gates + k] = of_state;
      } else {
        x[k] = of_inputs + of_state;
      }
    });
    unrolled<Further>([&](std::size_t k)
                          __attribute__((always_inline)) { x[parts + k] = load_some(a.in[k] + unit, count); });
    const auto results = apply<Outputs>(f, x);
    unrolled<Outputs>([&](std::size_t k) __attribute__((always_inline)) {
      if (k == At) {
        store_some(a.y + unit, results[k], count);
        store_some(a.h + unit, results[k], count);
      } else if (a.out[k] != nullptr) {
        store_some(a.out[k] + unit, results[k], count);
      }
    });
  }
};

}  // namespace STRATA_NAMESPACE

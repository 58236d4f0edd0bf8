#pragma once
// recurrent_step: one step of a recurrent layer for one sample, both products and the cell in one pass; the weights lie
// turned. Its bits are those of the products and of the map it is made of (ops/recurrence.hpp, ops/stepwise.hpp).
//
//   together    z = x Wᵢₕᵀ + (b_ih + b_hh) + h Wₕₕᵀ          (…) = cell(parts of z, further inputs …)
//   apart       a = x Wᵢₕᵀ + b_ih,  q = h Wₕₕᵀ + b_hh         (…) = cell(parts of a, parts of q, further inputs …)

#include <strata/ops/recurrence.hpp>
#include <strata/tensor/tensor_list.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct RecurrentStep {};

/// How a cell takes its two products.
enum class Products { together, apart };

/// What a kernel is given, and the sizes as template arguments. Output number At is the new h, which goes to y and to
/// h.
template <class T, std::size_t Outputs, std::size_t Further>
struct RecurrentStepArguments {
  const T *x, *input_weight, *input_bias;
  const T *recurrent_weight, *recurrent_bias;
  T* h;
  T* y;
  T* sums;                       ///< memory for both products, [2, padded(gates · hidden)]
  Pack<T*, Outputs> out{};       ///< null where an output is not wanted
  Pack<const T*, Further> in{};  ///< rows of `hidden`
  bool backwards = false;        ///< every other step: the order of what no result depends on
};

/// x [1, Inputs], h and y [1, Hidden]; input [Gates · Hidden, Inputs] and recurrent [Gates · Hidden, Hidden] lie
/// turned, the biases are rows; what the cell reads and writes besides, one row each, is the `same` at every step. h
/// becomes y.
template <Products How, std::size_t At, class Run, class F, class Pointer, std::size_t N, std::size_t Inputs,
          std::size_t Hidden, class Held, std::size_t Outputs, std::size_t Further, class To, class From_>
constexpr void recurrent_step(Run& run, F f, auto x, Turned<Pointer, N, Inputs, false, Held> input, auto input_bias,
                              auto h, Turned<Pointer, N, Hidden, true, Held> recurrent, auto recurrent_bias, auto y,
                              [[maybe_unused]] const MovingOperands<To, Outputs>& out,
                              [[maybe_unused]] const MovingOperands<From_, Further>& in) {
  auto sums = run.scratch(fixed_count(2 * padded(N)));
  if constexpr (Run::planning) {
    run.count_flops(2 * arguments::product(x.rows, fixed_count(N), fixed_count(Inputs + Hidden)));
  } else {
    using T = typename Run::element;
    RecurrentStepArguments<T, Outputs, Further> a{
        x.data, input.data, input_bias.data, recurrent.data, recurrent_bias.data, h.data, y.data, sums.data};
    a.backwards = run.every_other;
    for (std::size_t k = 0; k != Outputs; ++k) a.out[k] = out.all[k].first;
    for (std::size_t k = 0; k != Further; ++k) a.in[k] = in.all[k].first;
    Kernel<RecurrentStep, typename Run::backend>::template run<How, At, N / Hidden, Hidden, Inputs, Held>(f, a);
  }
}

}  // namespace STRATA_NAMESPACE::ops

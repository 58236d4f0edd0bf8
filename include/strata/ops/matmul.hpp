#pragma once
// matmul: c = op(a) op(b) [+ bias], or c += op(a) op(b); op is nothing or a transposition.

#include <strata/backend/kernel.hpp>
#include <strata/ops/operand.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct Matmul {};

/// What a kernel is given: c [m, n], op(a) [m, k], op(b) [k, n], all row-major with leading dimensions ld*.
template <class T>
struct MatmulArguments {
  std::size_t m, n, k;
  const T* a;
  std::size_t lda;
  bool transpose_a;
  const T* b;
  std::size_t ldb;
  bool transpose_b;
  T* c;
  std::size_t ldc;
  bool accumulate;
  const T* bias;  ///< one row of n, added to each row of c, or nullptr
};

namespace arguments {
template <class View>
struct Factor {
  static constexpr bool is_transposed = false;
  View view;
  constexpr Factor(View v) : view(v) {}
};
template <class View>
struct Factor<Transposed<View>> {
  static constexpr bool is_transposed = true;
  View view;
  constexpr Factor(Transposed<View> t) : view(t.view) {}
};

/// Product of three extents of which at most one is symbolic.
constexpr Count product(Count a, Count b, Count c) {
  const auto times = [](Count x, Count y) {
    if (x.per_row == 0 && x.per_sample == 0) return y * static_cast<std::size_t>(x.fixed);
    return x * static_cast<std::size_t>(y.fixed);
  };
  return times(times(a, b), c);
}

template <class Run, class C, class A, class B, class Bias>
constexpr void matmul(Run& run, C c, bool accumulate, Factor<A> a, Factor<B> b, Bias bias) {
  const auto rows = [](const auto& v) { return v.rows; };
  using ViewA = decltype(a.view);
  using ViewB = decltype(b.view);
  if constexpr (Run::planning) {
    const Count m = Factor<A>::is_transposed ? fixed_count(ViewA::columns) : rows(a.view);
    const Count k = Factor<A>::is_transposed ? rows(a.view) : fixed_count(ViewA::columns);
    run.count_flops(2 * product(m, fixed_count(C::columns), k));
  } else {
    using T = typename Run::element;
    const std::size_t m = Factor<A>::is_transposed ? ViewA::columns : a.view.rows;
    const std::size_t k = Factor<A>::is_transposed ? a.view.rows : ViewA::columns;
    Kernel<Matmul, typename Run::backend>::run(
        run.stream, MatmulArguments<T>{m, C::columns, k, a.view.data, ViewA::stride, Factor<A>::is_transposed,
                                       b.view.data, ViewB::stride, Factor<B>::is_transposed, c.data, C::stride,
                                       accumulate, bias});
  }
}
}  // namespace arguments

/// into(c): c = op(a) op(b).
template <class Run, class C, class A, class B>
constexpr void matmul(Run& run, Into<C> c, A a, B b) {
  if constexpr (Wanted<C>)
    arguments::matmul(run, std::get<0>(c.views), false, arguments::Factor<A>(a), arguments::Factor<B>(b), nullptr);
}

/// into(c): c = op(a) op(b) + bias, the bias a Row added to every row.
template <class Run, class C, class A, class B, class Pointer, std::size_t N>
constexpr void matmul(Run& run, Into<C> c, A a, B b, Row<Pointer, N> bias) {
  static_assert(N == C::columns, "strata::matmul: the bias is as long as a row of the product");
  if constexpr (Run::planning) matmul(run, c, a, b);
  else arguments::matmul(run, std::get<0>(c.views), false, arguments::Factor<A>(a), arguments::Factor<B>(b), bias.data);
}

/// accumulate(c): c += op(a) op(b).
template <class Run, class C, class A, class B>
constexpr void matmul(Run& run, Accumulate<C> c, A a, B b) {
  if constexpr (Wanted<C>)
    arguments::matmul(run, c.view, true, arguments::Factor<A>(a), arguments::Factor<B>(b), nullptr);
}

}  // namespace STRATA_NAMESPACE::ops

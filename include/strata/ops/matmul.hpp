#pragma once
// matmul: c = f(op(a) op(b) [+ bias]), or c += op(a) op(b); op is nothing or a transposition, f an activation.

#include <strata/backend/kernel.hpp>
#include <strata/core/math.hpp>
#include <strata/ops/operand.hpp>

#include <type_traits>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct Matmul {};

/// What a product passes through before it is written.
enum class Activation {
  none,
  relu  ///< max(x, 0); a NaN stays
};

/// The activation as an element functor.
struct Relu {
  template <class V>
  constexpr V operator()(V x) const {
    return math::max(x, V(0));
  }
};

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
  const T* bias;                             ///< one row of n, added to each row of c, or nullptr
  Activation activation = Activation::none;  ///< of the sum of all that
};

namespace arguments {
/// One factor without its type: as it lies in memory, and whether it is meant transposed.
template <class Pointer>
struct Factor {
  Pointer data;
  row_count<Pointer> rows;
  std::size_t columns, stride;
  bool transposed;
};
template <class View>
constexpr auto factor(const View& view, bool transposed = false) {
  using Pointer = typename Constant<typename View::pointer>::type;
  return Factor<Pointer>{view.data, view.rows, View::columns, View::stride, transposed};
}
template <class View>
constexpr auto factor(const Transposed<View>& t) {
  return factor(t.view, true);
}

/// Product of three extents of which at most one is symbolic.
constexpr Count product(Count a, Count b, Count c) {
  const auto times = [](Count x, Count y) {
    if (x.per_row == 0 && x.per_sample == 0) return y * static_cast<std::size_t>(x.fixed);
    return x * static_cast<std::size_t>(y.fixed);
  };
  return times(times(a, b), c);
}
template <class Run>
constexpr void matmul(Run& run, Planned, std::size_t n, std::size_t, bool, Factor<Planned> a, Factor<Planned>, Planned,
                      Activation = Activation::none) {
  const Count columns = fixed_count(a.columns), m = a.transposed ? columns : a.rows,
              k = a.transposed ? a.rows : columns;
  run.count_flops(2 * product(m, fixed_count(n), k));
}
template <class Run, class T>
void matmul(Run& run, T* c, std::size_t n, std::size_t ldc, bool accumulate, Factor<const T*> a, Factor<const T*> b,
            const std::type_identity_t<T>* bias, Activation activation = Activation::none) {
  const std::size_t m = a.transposed ? a.columns : a.rows, k = a.transposed ? a.rows : a.columns;
  Kernel<Matmul, typename Run::backend>::run(
      run.stream, MatmulArguments<T>{m, n, k, a.data, a.stride, a.transposed, b.data, b.stride, b.transposed, c, ldc,
                                     accumulate, bias, activation});
}
}  // namespace arguments

/// into(c): c = op(a) op(b).
template <class Run, class C, class A, class B>
constexpr void matmul(Run& run, Into<C> c, A a, B b) {
  if constexpr (Wanted<C>)
    arguments::matmul(run, c.view.data, C::columns, C::stride, false, arguments::factor(a), arguments::factor(b), {});
}

/// into(c): c = f(op(a) op(b) + bias), the bias a Row added to every row, f the activation.
template <class Run, class C, class A, class B, class Pointer, std::size_t N>
constexpr void matmul(Run& run, Into<C> c, A a, B b, Row<Pointer, N> bias, Activation activation = Activation::none) {
  static_assert(N == C::columns, "strata::matmul: the bias is as long as a row of the product");
  arguments::matmul(run, c.view.data, C::columns, C::stride, false, arguments::factor(a), arguments::factor(b),
                    bias.data, activation);
}

/// accumulate(c): c += op(a) op(b).
template <class Run, class C, class A, class B>
constexpr void matmul(Run& run, Accumulate<C> c, A a, B b) {
  if constexpr (Wanted<C>)
    arguments::matmul(run, c.view.data, C::columns, C::stride, true, arguments::factor(a), arguments::factor(b), {});
}

}  // namespace STRATA_NAMESPACE::ops

#pragma once
// matmul where the second factor lies turned (tensor/turned.hpp): of a single row, with sizes the compiler knows. Its
// bits are those of the same row in a product with the matrix as it is written.

#include <strata/ops/matmul.hpp>
#include <strata/tensor/turned.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct TurnedProduct {};

/// What a kernel is given, and sizes as template arguments: c [N] = f((c +) a [K] b [K, N] (+ bias)). Rows of b are
/// Stride apart, its numbers are Held, and every sum is one chain along k where Unbroken says so.
template <class T>
struct TurnedArguments {
  const T* a;
  const T* b;
  T* c;
  const T* bias;  ///< or nullptr
  bool accumulate;
  Activation activation;
};

namespace arguments {
template <class Run, class Pointer, std::size_t N, std::size_t K, bool Unbroken, class Held, std::size_t Stride>
constexpr void turned_product(Run& run, auto a, Turned<Pointer, N, K, Unbroken, Held, Stride> b, auto c,
                              typename Run::const_pointer bias, bool accumulate, Activation activation) {
  static_assert(decltype(a)::columns == K && decltype(c)::columns == N, "strata::matmul: the factors do not fit");
  if constexpr (Run::planning) {
    run.count_flops(2 * product(a.rows, fixed_count(N), fixed_count(K)));
  } else {
    Kernel<TurnedProduct, typename Run::backend>::template run<K, N, Unbroken, Held, Stride>(
        TurnedArguments<typename Run::element>{a.data, b.data, c.data, bias, accumulate, activation});
  }
}
}  // namespace arguments

/// As products with a factor that lies as it is written; `a` and `c` have one row.
template <class Run, class C, class Pointer, std::size_t N, std::size_t K, bool Unbroken, class Held,
          std::size_t Stride>
constexpr void matmul(Run& run, Into<C> c, auto a, Transposed<Turned<Pointer, N, K, Unbroken, Held, Stride>> b) {
  arguments::turned_product(run, a, b.view, c.view, {}, false, Activation::none);
}
template <class Run, class C, class Pointer, std::size_t N, std::size_t K, bool Unbroken, class Held,
          std::size_t Stride, class Bias>
constexpr void matmul(Run& run, Into<C> c, auto a, Transposed<Turned<Pointer, N, K, Unbroken, Held, Stride>> b,
                      Row<Bias, N> bias, Activation activation = Activation::none) {
  arguments::turned_product(run, a, b.view, c.view, bias.data, false, activation);
}
template <class Run, class C, class Pointer, std::size_t N, std::size_t K, bool Unbroken, class Held,
          std::size_t Stride>
constexpr void matmul(Run& run, Accumulate<C> c, auto a, Transposed<Turned<Pointer, N, K, Unbroken, Held, Stride>> b) {
  arguments::turned_product(run, a, b.view, c.view, {}, true, Activation::none);
}

}  // namespace STRATA_NAMESPACE::ops

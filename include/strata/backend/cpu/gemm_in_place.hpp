#pragma once
// The matrix product for small factors: they are read where they lie, since copies would cost more than they save. Only
// panels of B that are transposed, or narrower than a register, are copied, to 96 KiB of stack at a time.
// Blocks of k are those of gemm.hpp, and so are the bits.

#include <strata/backend/cpu/pack.hpp>
#include <strata/backend/cpu/row_sums.hpp>
#include <strata/ops/matmul.hpp>

#include <algorithm>
#include <cstddef>

namespace STRATA_NAMESPACE::detail {

/// A rectangle of C.
template <class T>
class GemmInPlace {
  using V = simd<T>;
  static constexpr std::size_t width = V::size;

 public:
  static constexpr std::size_t depth = 384;  ///< of a block of k

  GemmInPlace(const ops::MatmulArguments<T>& g, std::size_t row, std::size_t row_end)
      : g_(g),
        row_(row),
        end_(row_end) {}

  /// Columns [first, last); k > 0.
  void run(std::size_t first, std::size_t last) {
    if (row_ == end_) return;
    for (std::size_t p = 0; p < g_.k; p += depth) {
      p_ = p;
      length_ = std::min(depth, g_.k - p);
      const std::size_t whole = first + (last - first) / width * width;
      std::size_t at = across<4>(first, whole);
      at = across<2>(at, whole);
      at = across<1>(at, whole);
      if (at < last) copied<1>(at, last);
    }
  }

 private:
  /// As many panels of so many registers as there are; returns the first column that is left.
  template <std::size_t Vectors>
  std::size_t across(std::size_t first, std::size_t last) {
    constexpr std::size_t columns = Vectors * width;
    const std::size_t panels = (last - first) / columns;
    if (!g_.transpose_b) {
      product<Vectors>(panels, {length_, a(), a_row(), a_step(), g_.b + p_ * g_.ldb + first, g_.ldb, columns}, first,
                       first + panels * columns);
    } else {
      for (std::size_t j = first; j + columns <= last; j += columns) copied<Vectors>(j, j + columns);
    }
    return first + panels * columns;
  }
  /// One panel of columns [first, last), which is copied.
  template <std::size_t Vectors>
  [[gnu::noinline]] void copied(std::size_t first, std::size_t last) {
    constexpr std::size_t columns = Vectors * width;
    alignas(64) T packed[columns * depth];
    pack<T, typename V::arch_type>(packed, columns, g_.b, g_.ldb, g_.transpose_b, first, last - first, p_, length_);
    product<Vectors>(1, {length_, a(), a_row(), a_step(), packed, columns, columns}, first, last);
  }

  const T* a() const { return g_.a + p_ * a_step(); }
  std::size_t a_row() const { return g_.transpose_a ? 1 : g_.lda; }
  std::size_t a_step() const { return g_.transpose_a ? g_.lda : 1; }

  template <std::size_t Vectors>
  void product(std::size_t panels, const RowProduct<T>& of, std::size_t first, std::size_t last) {
    for_each_tile<Vectors>(
        row_, end_, panels, of,
        [&](std::size_t row, std::size_t end, std::size_t panel, std::size_t together, const T* sums) {
          for (; row < end; ++row) {
            for (std::size_t v = 0; v < together * Vectors; ++v, sums += width) {
              const std::size_t j = first + (panel * Vectors + v) * width;
              store(row, j, std::min(width, last - j), lanes::load<T>(sums));
            }
          }
        });
  }
  /// C = (C +) (bias +) sum, through the activation where the sum is complete.
  void store(std::size_t row, std::size_t j, std::size_t count, V sum) const {
    T* const c = g_.c + row * g_.ldc + j;
    const bool first = p_ == 0, last = p_ + length_ == g_.k;
    if (first && g_.bias != nullptr) sum = load_some(g_.bias + j, count) + sum;
    if (g_.accumulate || !first) sum = load_some<T>(c, count) + sum;
    if (last && g_.activation == ops::Activation::relu) sum = ops::Relu{}(sum);
    store_some(c, sum, count);
  }

  const ops::MatmulArguments<T>& g_;
  std::size_t row_, end_, p_ = 0, length_ = 0;
};

}  // namespace STRATA_NAMESPACE::detail

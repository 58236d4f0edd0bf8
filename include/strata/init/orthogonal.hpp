#pragma once
// Orthogonal initialisation (Saxe, McClelland & Ganguli 2014; PyTorch's orthogonal_): Q of the QR decomposition of a
// Gaussian matrix, with the signs that make the diagonal of R positive. Then Q is uniform among orthogonal matrices
// (Mezzadri 2007), and a linear layer keeps the length of what it is given.
//
// Gram-Schmidt divides by lengths, so its R has that diagonal to begin with; done twice it is orthogonal to rounding
// (Giraud, Langou & Rozložník 2005). Sums are explicit fma in eight chains: the same bits on every compiler.

#include <strata/init/uniform.hpp>

#include <vector>

namespace STRATA_NAMESPACE {
namespace detail {

inline double dot(const double* a, const double* b, std::size_t size) {
  double sums[8]{}, total = 0;
  const std::size_t whole = size - size % 8;
  for (std::size_t i = 0; i < whole; i += 8) {
    for (std::size_t j = 0; j < 8; ++j) sums[j] = std::fma(a[i + j], b[i + j], sums[j]);
  }
  for (std::size_t i = whole; i < size; ++i) total = std::fma(a[i], b[i], total);
  for (const double sum : sums) total += sum;
  return total;
}

/// `count` orthonormal vectors of `size` numbers, one after another; count <= size.
inline std::vector<double> orthonormal(InitialRandom& random, std::size_t count, std::size_t size) {
  std::vector<double> vectors(count * size);
  for (double& x : vectors) x = random.normal();
  for (std::size_t i = 0; i < count; ++i) {
    double* v = vectors.data() + i * size;
    for (std::size_t j = 0; j < 2 * i; ++j) {
      const double* before = vectors.data() + j % i * size;
      const double along = dot(v, before, size);
      for (std::size_t k = 0; k < size; ++k) v[k] = std::fma(-along, before[k], v[k]);
    }
    const double length = std::sqrt(dot(v, v, size));
    for (std::size_t k = 0; k < size; ++k) v[k] /= length;
  }
  return vectors;
}

}  // namespace detail

/// Gain times a matrix [rows, columns] whose rows are orthonormal, or whose columns are where it has more rows:
/// `Linear<64, Orthogonal<>>`. PyTorch's gain for ReLU is √2, for tanh 5/3.
template <double Gain = 1.0>
struct Orthogonal {
  template <class View>
  static void fill(InitialRandom& random, View view, std::size_t, std::size_t) {
    using T = std::remove_reference_t<decltype(*view.data)>;
    constexpr std::size_t columns = View::columns;
    std::size_t rows = 1;
    if constexpr (View::stride != 0) rows = view.rows;
    const bool wide = rows < columns;
    const std::vector<double> q = detail::orthonormal(random, wide ? rows : columns, wide ? columns : rows);
    for (std::size_t r = 0; r < rows; ++r) {
      for (std::size_t c = 0; c < columns; ++c) {
        view.data[r * columns + c] = static_cast<T>(Gain * q[wide ? r * columns + c : c * rows + r]);
      }
    }
  }
};

}  // namespace STRATA_NAMESPACE

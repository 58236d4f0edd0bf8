#pragma once
// Views: where numbers lie, not who owns them. Trailing extents are in the type; rows are known at run time.
//
// The pointer is a template parameter because a dry run has none: there it is Planned, which names a region of
// the arena instead, and the number of rows is a symbolic Count. Everything else of a layer's code is the same.

#include <strata/shape/count.hpp>
#include <strata/shape/shape.hpp>

#include <cstddef>
#include <type_traits>

namespace STRATA_NAMESPACE {

/// Stands for a pointer in a dry run: names an allocation of the plan, or nothing at all (-1).
struct Planned {
  int region = -1;
  friend constexpr Planned operator+(Planned p, Count) { return p; }
  friend constexpr Planned operator+(Planned p, std::size_t) { return p; }
};

/// Number of rows: a number where there is memory, a symbol in a dry run.
template <class Pointer>
using row_count = std::conditional_t<std::is_same_v<Pointer, Planned>, Count, std::size_t>;

/// A row of N numbers; as an operand of a matrix operation it is repeated on every row.
template <class Pointer, std::size_t N>
struct Row {
  static constexpr std::size_t columns = N, stride = 0;
  using pointer = Pointer;
  Pointer data{};
};

/// A run-time number of rows of Columns numbers each, Stride numbers apart.
template <class Pointer, std::size_t Columns, std::size_t Stride = Columns>
struct Matrix {
  static constexpr std::size_t columns = Columns, stride = Stride;
  using pointer = Pointer;
  Pointer data{};
  row_count<Pointer> rows{};

  /// Rows [first, first + count).
  constexpr Matrix rows_from(row_count<Pointer> first, row_count<Pointer> count) const {
    return {data + first * Stride, count};
  }
  template <std::size_t First, std::size_t N>
  constexpr Matrix rows_from() const {
    if constexpr (std::is_same_v<Pointer, Planned>) return rows_from(fixed_count(First), fixed_count(N));
    else return rows_from(First, N);
  }
  /// Columns [First, First + N) of every row: a narrower view with the same stride.
  template <std::size_t First, std::size_t N>
  constexpr Matrix<Pointer, N, Stride> columns_from() const {
    static_assert(First + N <= Columns, "strata::Matrix: the columns asked for lie outside the matrix");
    return {data + First, rows};
  }
};

/// A batch of samples of one shape. Sequences are time-major: step t of all samples, then step t + 1. A row of Tokens
/// is an id.
template <class Pointer, Shape S>
struct Batch : Matrix<Pointer, row_width<S>> {
  using shape = S;
  using extents_type = std::conditional_t<std::is_same_v<Pointer, Planned>, SymbolicExtents, Extents>;
  extents_type extents{};

  constexpr Batch() = default;
  constexpr Batch(Pointer at, extents_type e) : Matrix<Pointer, row_width<S>>{at, count(e)}, extents(e) {}

  /// All samples at one step: [batch, width].
  constexpr Matrix<Pointer, row_width<S>> step(std::size_t t) const {
    return {this->data + extents.batch * (t * row_width<S>), extents.batch};
  }

 private:
  static constexpr row_count<Pointer> count(extents_type e) {
    if constexpr (Stepwise<S>) return e.rows();
    else return e.batch;
  }
};

/// The K-th of Parts equal parts of every row.
template <std::size_t K, std::size_t Parts, class Rows>
constexpr auto part_of(const Rows& rows) {
  static_assert(Rows::columns % Parts == 0, "strata::part_of: rows don't have that many equal parts");
  return rows.template columns_from<K * Rows::columns / Parts, Rows::columns / Parts>();
}

/// The rows of step t of rows that are time-major, in a run of these extents; of its samples where it has but some.
template <class Rows>
constexpr auto rows_of_step(const auto& run, const Rows& rows, std::size_t t) {
  const Matrix<typename Rows::pointer, Rows::columns> all{rows.data, rows.rows};
  if constexpr (requires { run.first; }) return all.rows_from(t * run.extents.batch + run.first, run.count);
  else return all.rows_from(t * run.extents.batch, run.extents.batch);
}

/// Stands for a gradient nobody asked for: every operation that would write it does nothing.
struct Discard {
  constexpr Discard step(std::size_t) const { return {}; }
};

/// Whether a destination is to be computed at all.
template <class Destination>
concept Wanted = !std::is_same_v<std::remove_cvref_t<Destination>, Discard>;

/// Whether a view belongs to a dry run.
template <class View>
concept Symbolic = std::is_same_v<typename View::pointer, Planned>;

}  // namespace STRATA_NAMESPACE

#pragma once
// One row of softmax with cross-entropy: the formulas of ops/cross_entropy.hpp, for any backend.
//
// A row is computed in three passes over its columns: the largest score, the sum of exponentials, gradient and loss.
// Several threads may share it: each takes every `parts`-th column, and what they found is put together after each
// pass.
//
// `Lanes` says how many columns are taken at a time: a SIMD batch on the CPU, one number elsewhere. It has
//   using value;   static constexpr std::size_t size;
//   load(p, n, fill), store(p, value, n): n of `size` elements    reduce_add(value)

#include <strata/core/math.hpp>
#include <strata/ops/cross_entropy.hpp>

#include <cstdint>
#include <limits>

namespace STRATA_NAMESPACE {

/// One number at a time.
template <class T>
struct ScalarLanes {
  using value = T;
  static constexpr std::size_t size = 1;
  static constexpr T load(const T* p, std::size_t, T) { return *p; }
  static constexpr void store(T* p, T v, std::size_t) { *p = v; }
  static constexpr T reduce_add(T v) { return v; }
};

/// log softmax(x / T) = (x - most) / T - log_sum. Adding log_sum to a large `most` first would lose its digits.
template <class T>
struct LogProbability {
  T most = 0, inverse = 1, log_sum = 0;
  template <class V>
  constexpr V operator()(V x) const {
    return (x - V(most)) * V(inverse) - V(log_sum);
  }
};

/// One row, or one of the parts into which threads divide it; rows are divided only where Lanes::size is 1.
template <class T, class Lanes>
struct CrossEntropyRow {
  using V = typename Lanes::value;
  using Arguments = ops::CrossEntropyArguments<T>;

  std::size_t row = 0;
  std::size_t index = 0;  ///< of its target
  std::uint32_t part = 0, parts = 1;
  T weight = 0;  ///< of the loss

  /// Part `part` of row r; `factor` is the term's, which a device should not make a float for every row.
  static constexpr CrossEntropyRow of(const Arguments& a, T factor, std::size_t r, std::uint32_t part = 0,
                                      std::uint32_t parts = 1) {
    const std::size_t steps = a.rows / a.batch;
    return {r, Targets<std::int32_t, T>::index(r, a.batch, steps), part, parts,
            factor * a.targets.weight(r, a.batch, steps)};
  }

  /// Loss and gradient of row r, which nobody shares.
  static constexpr void run(const Arguments& a, std::size_t r) {
    const CrossEntropyRow row = of(a, static_cast<T>(a.term.factor), r);
    if (row.masked()) return row.mask(a);
    const T inverse = static_cast<T>(1 / a.term.temperature);
    const auto log_softmax = [&](const T* x) {
      const LogProbability<T> shifted{row.largest(a, x), inverse, T(0)};
      return LogProbability<T>{shifted.most, inverse, math::log(row.exponentials(a, x, shifted))};
    };
    const LogProbability<T> log_p = log_softmax(row.scores(a));
    if (a.teacher == nullptr) row.write_loss(a, row.from_label(a, log_p));
    else row.write_loss(a, row.from_teacher(a, log_p, log_softmax(row.teacher(a))));
  }

  constexpr const T* scores(const Arguments& a) const { return a.scores + row * a.columns; }
  constexpr const T* teacher(const Arguments& a) const { return a.teacher + index * a.columns; }
  /// Whether the part has the column of the row's label.
  constexpr bool has_label(const Arguments& a) const { return label(a) % parts == part; }

  /// A row of weight 0 counts for nothing, even where its scores are not finite.
  constexpr bool masked() const { return weight == T(0); }
  constexpr void mask(const Arguments& a) const {
    if (a.term.accumulate) return;
    for (std::size_t j = part; j < a.columns; j += parts) gradient(a)[j] = T(0);
    if (part == 0) a.losses[row] = T(0);
  }

  /// First pass over scores or teacher: the largest.
  constexpr T largest(const Arguments& a, const T* x) const {
    const std::size_t n = a.columns;
    T most = -std::numeric_limits<T>::infinity();
    for (std::size_t j = part; j < n; j += parts) most = most < x[j] ? x[j] : most;
    return most;
  }

  /// Second pass: Σ exp((x - most) / T), with a log_sum of 0.
  constexpr T exponentials(const Arguments& a, const T* x, LogProbability<T> shifted) const {
    V sum(0);
    for_each_piece(a.columns, [&](std::size_t j, std::size_t count) {
      // lanes behind the end hold a score whose exponential is 0
      sum += math::exp(shifted(Lanes::load(x + j, count, -std::numeric_limits<T>::infinity())));
    });
    return Lanes::reduce_add(sum);
  }

  /// Third pass, against the label: writes the gradient, returns the loss to the part that has the label's column, 0 to
  /// others.
  constexpr T from_label(const Arguments& a, LogProbability<T> log_p) const {
    const T factor = weight * *a.scale * log_p.inverse;
    const T* const s = scores(a);
    T* const out = gradient(a);
    for_each_piece(a.columns, [&](std::size_t j, std::size_t count) {
      V p = math::exp(log_p(Lanes::load(s + j, count, T(0)))) * V(factor);
      if (a.term.accumulate) p += Lanes::load(out + j, count, T(0));
      Lanes::store(out + j, p, count);
    });
    if (!has_label(a)) return T(0);
    out[label(a)] -= factor;
    return -log_p(s[label(a)]);
  }

  /// Third pass, against the teacher: writes the gradient, returns the part's share of the loss.
  constexpr T from_teacher(const Arguments& a, LogProbability<T> log_p, LogProbability<T> log_q) const {
    const std::size_t n = a.columns;
    const T factor = weight * *a.scale * log_p.inverse;
    const T *const s = scores(a), *const t = teacher(a);
    T* const out = gradient(a);
    T loss = 0;
    for (std::size_t j = part; j < n; j += parts) {
      const T log_p_j = log_p(s[j]), q = math::exp(log_q(t[j]));
      const T g = factor * (math::exp(log_p_j) - q);
      out[j] = a.term.accumulate ? out[j] + g : g;
      loss -= q == T(0) ? T(0) : q * log_p_j;
    }
    return loss;
  }

  /// Once a row, with what the third pass returned to all parts together.
  constexpr void write_loss(const Arguments& a, T loss) const {
    a.losses[row] = a.term.accumulate ? a.losses[row] + weight * loss : weight * loss;
  }

 private:
  constexpr T* gradient(const Arguments& a) const { return a.gradient + row * a.columns; }
  constexpr std::uint32_t label(const Arguments& a) const {
    return static_cast<std::uint32_t>(a.targets.values[index]);
  }

  /// body(first column, how many) for the part's pieces of Lanes::size columns, the last of which may be shorter.
  template <class Body>
  constexpr void for_each_piece(std::size_t n, Body body) const {
    for (std::size_t j = part * Lanes::size; j < n; j += parts * Lanes::size)
      body(j, n - j < Lanes::size ? n - j : Lanes::size);
  }
};

}  // namespace STRATA_NAMESPACE

#pragma once
// One row of softmax with cross-entropy: the formula of ops/cross_entropy.hpp, for any backend.
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

/// Loss and gradient of row r.
template <class T, class Lanes>
struct CrossEntropyRow {
  using V = typename Lanes::value;

  /// log softmax(x / T) = (x - most) / T - log_sum. Adding log_sum to a large `most` first would lose its digits.
  struct LogSoftmax {
    T most, inverse, log_sum;
    template <class U>
    constexpr U operator()(U x) const {
      return (x - U(most)) * U(inverse) - U(log_sum);
    }
  };

  static constexpr void run(const ops::CrossEntropyArguments<T>& a, std::size_t r) {
    const std::size_t n = a.columns, steps = a.rows / a.batch;
    const std::size_t index = Targets<std::int32_t, T>::index(r, a.batch, steps);
    const T inverse = static_cast<T>(1 / a.term.temperature);
    const T weight = static_cast<T>(a.term.factor) * a.targets.weight(r, a.batch, steps);
    const T* s = a.scores + r * n;
    T* gradient = a.gradient + r * n;
    if (weight == T(0)) return mask_row(a, r);
    const LogSoftmax log_p = log_softmax(s, n, inverse);
    const T step = weight * *a.scale * inverse;
    T loss = 0;
    if (a.teacher != nullptr) {
      loss = soft_row(log_p, s, a.teacher + index * n, n, step, gradient, a.term.accumulate);
    } else {
      const auto label = static_cast<std::size_t>(a.targets.values[index]);
      softmax_row(log_p, s, n, step, gradient, a.term.accumulate);
      gradient[label] -= step;
      loss = -log_p(s[label]);
    }
    a.losses[r] = a.term.accumulate ? a.losses[r] + weight * loss : weight * loss;
  }

 private:
  static constexpr std::size_t at_most(std::size_t left) { return left < Lanes::size ? left : Lanes::size; }

  static constexpr LogSoftmax log_softmax(const T* x, std::size_t n, T inverse) {
    LogSoftmax shifted{x[0], inverse, T(0)};
    for (std::size_t j = 1; j < n; ++j) shifted.most = shifted.most < x[j] ? x[j] : shifted.most;
    V sum(0);
    for (std::size_t j = 0; j < n; j += Lanes::size) {
      // lanes behind the end hold a score whose exponential is 0
      sum += math::exp(shifted(Lanes::load(x + j, at_most(n - j), -std::numeric_limits<T>::infinity())));
    }
    shifted.log_sum = math::log(Lanes::reduce_add(sum));
    return shifted;
  }

  /// A row of weight 0 counts for nothing, even where its scores are not finite.
  static constexpr void mask_row(const ops::CrossEntropyArguments<T>& a, std::size_t r) {
    if (a.term.accumulate) return;
    for (std::size_t j = 0; j < a.columns; ++j) a.gradient[r * a.columns + j] = T(0);
    a.losses[r] = T(0);
  }

  static constexpr void softmax_row(LogSoftmax log_p, const T* s, std::size_t n, T factor, T* out, bool accumulate) {
    for (std::size_t j = 0; j < n; j += Lanes::size) {
      const std::size_t count = at_most(n - j);
      V p = math::exp(log_p(Lanes::load(s + j, count, T(0)))) * V(factor);
      if (accumulate) p += Lanes::load(out + j, count, T(0));
      Lanes::store(out + j, p, count);
    }
  }

  static constexpr T soft_row(LogSoftmax log_p, const T* s, const T* teacher, std::size_t n, T factor, T* out,
                              bool accumulate) {
    const LogSoftmax log_q = log_softmax(teacher, n, log_p.inverse);
    T loss = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const T log_p_j = log_p(s[j]), q = math::exp(log_q(teacher[j]));
      const T g = factor * (math::exp(log_p_j) - q);
      out[j] = accumulate ? out[j] + g : g;
      loss -= q == T(0) ? T(0) : q * log_p_j;
    }
    return loss;
  }
};

}  // namespace STRATA_NAMESPACE

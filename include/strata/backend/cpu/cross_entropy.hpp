#pragma once
// Softmax with cross-entropy on the CPU: a row at a time, exponentials in SIMD batches.

#include <strata/backend/cpu/cpu.hpp>
#include <strata/backend/cpu/parallel.hpp>
#include <strata/core/math.hpp>
#include <strata/core/simd.hpp>
#include <strata/ops/cross_entropy.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace STRATA_NAMESPACE {

template <class T>
struct Kernel<ops::CrossEntropy, Cpu<T>> {
  static void run(typename Cpu<T>::Stream stream, ops::CrossEntropyArguments<T> a) {
    parallel_for(threads_for(stream.threads, 8 * a.rows * a.columns), a.rows, [=](std::size_t first, std::size_t last) {
      for (std::size_t r = first; r < last; ++r) one_row(a, r);
    });
  }

 private:
  using V = simd<T>;

  /// log softmax(x / T) = (x - most) / T - log_sum. Adding log_sum to a large `most` first would lose its digits.
  struct LogSoftmax {
    T most, inverse, log_sum;
    template <class U>
    U operator()(U x) const {
      return (x - U(most)) * U(inverse) - U(log_sum);
    }
  };

  static LogSoftmax log_softmax(const T* x, std::size_t n, T inverse) {
    LogSoftmax shifted{x[0], inverse, T(0)};
    for (std::size_t j = 1; j < n; ++j) shifted.most = std::max(shifted.most, x[j]);
    V sum(0);
    for (std::size_t j = 0; j < n; j += V::size) {
      const std::size_t count = std::min(V::size, n - j);
      // lanes behind the end hold a score whose exponential is 0
      sum += math::exp(shifted(lanes::load_first<T>(x + j, count, -std::numeric_limits<T>::infinity())));
    }
    shifted.log_sum = std::log(lanes::reduce_add(sum));
    return shifted;
  }

  static void one_row(const ops::CrossEntropyArguments<T>& a, std::size_t r) {
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

  /// A row of weight 0 counts for nothing, even where its scores are not finite.
  static void mask_row(const ops::CrossEntropyArguments<T>& a, std::size_t r) {
    if (a.term.accumulate) return;
    std::fill_n(a.gradient + r * a.columns, a.columns, T(0));
    a.losses[r] = T(0);
  }

  static void softmax_row(LogSoftmax log_p, const T* s, std::size_t n, T factor, T* out, bool accumulate) {
    for (std::size_t j = 0; j < n; j += V::size) {
      const std::size_t count = std::min(V::size, n - j);
      V p = math::exp(log_p(lanes::load_first<T>(s + j, count))) * V(factor);
      if (accumulate) p += lanes::load_first<T>(out + j, count);
      lanes::store_first(out + j, p, count);
    }
  }

  static T soft_row(LogSoftmax log_p, const T* s, const T* teacher, std::size_t n, T factor, T* out, bool accumulate) {
    const LogSoftmax log_q = log_softmax(teacher, n, log_p.inverse);
    T loss = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const T log_p_j = log_p(s[j]), q = std::exp(log_q(teacher[j]));
      const T g = factor * (std::exp(log_p_j) - q);
      out[j] = accumulate ? out[j] + g : g;
      loss -= q == T(0) ? T(0) : q * log_p_j;
    }
    return loss;
  }
};

}  // namespace STRATA_NAMESPACE

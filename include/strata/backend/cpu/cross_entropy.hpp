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

  /// Largest x/T and log Σ exp(x/T) of one row.
  static T log_sum_exp(const T* x, std::size_t n, T inverse) {
    T most = x[0];
    for (std::size_t j = 1; j < n; ++j) most = std::max(most, x[j]);
    most *= inverse;
    V sum(0);
    for (std::size_t j = 0; j < n; j += V::size) {
      const std::size_t count = std::min(V::size, n - j);
      // lanes behind the end hold a score so low that its exponential is 0
      const V x_j = lanes::load_first<T>(x + j, count, std::numeric_limits<T>::lowest() / 2);
      sum += math::exp(x_j * V(inverse) - V(most));
    }
    return most + std::log(lanes::reduce_add(sum));
  }

  static void one_row(const ops::CrossEntropyArguments<T>& a, std::size_t r) {
    const std::size_t n = a.columns, steps = a.rows / a.batch;
    const std::size_t index = Targets<std::int32_t, T>::index(r, a.batch, steps);
    const T inverse = static_cast<T>(1 / a.term.temperature);
    const T weight = static_cast<T>(a.term.factor) * a.targets.weight(r, a.batch, steps);
    const T* s = a.scores + r * n;
    T* gradient = a.gradient + r * n;
    if (weight == T(0)) return mask_row(a, r);
    const T log_sum = log_sum_exp(s, n, inverse);
    T loss = 0;
    if (a.teacher != nullptr) {
      loss = soft_row(s, a.teacher + index * n, n, inverse, log_sum, weight * *a.scale * inverse, gradient, a.term.accumulate);
    } else {
      const auto label = static_cast<std::size_t>(a.targets.values[index]);
      const T step = weight * *a.scale * inverse;
      softmax_row(s, n, inverse, log_sum, step, gradient, a.term.accumulate);
      gradient[label] -= step;
      loss = log_sum - s[label] * inverse;
    }
    a.losses[r] = a.term.accumulate ? a.losses[r] + weight * loss : weight * loss;
  }

  /// A row of weight 0 counts for nothing, even where its scores are not finite.
  static void mask_row(const ops::CrossEntropyArguments<T>& a, std::size_t r) {
    if (a.term.accumulate) return;
    std::fill_n(a.gradient + r * a.columns, a.columns, T(0));
    a.losses[r] = T(0);
  }

  static void softmax_row(const T* s, std::size_t n, T inverse, T log_sum, T factor, T* out, bool accumulate) {
    for (std::size_t j = 0; j < n; j += V::size) {
      const std::size_t count = std::min(V::size, n - j);
      V p = math::exp(lanes::load_first<T>(s + j, count) * V(inverse) - V(log_sum)) * V(factor);
      if (accumulate) p += lanes::load_first<T>(out + j, count);
      lanes::store_first(out + j, p, count);
    }
  }

  static T soft_row(const T* s, const T* teacher, std::size_t n, T inverse, T log_sum, T factor, T* out, bool accumulate) {
    const T teacher_log_sum = log_sum_exp(teacher, n, inverse);
    T loss = 0;
    for (std::size_t j = 0; j < n; ++j) {
      const T log_p = s[j] * inverse - log_sum;
      const T q = std::exp(teacher[j] * inverse - teacher_log_sum);
      const T g = factor * (std::exp(log_p) - q);
      out[j] = accumulate ? out[j] + g : g;
      loss -= q * log_p;
    }
    return loss;
  }
};

}  // namespace STRATA_NAMESPACE

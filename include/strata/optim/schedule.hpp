#pragma once
// Learning-rate schedules: from the base rate, the step and the number of steps of a fit to the rate of that step.

#include <strata/core/config.hpp>

#include <cmath>
#include <cstddef>
#include <functional>
#include <numbers>

namespace STRATA_NAMESPACE {

/// (base rate, step, steps in all) -> rate. Constant and OneCycle are two; any callable will do.
using Schedule = std::function<double(double, std::size_t, std::size_t)>;

/// The base rate at every step.
struct Constant {
  double operator()(double rate, std::size_t, std::size_t) const { return rate; }
};

/// One cycle (Smith & Topin 2018; PyTorch's OneCycleLR with cosine annealing): from peak / divide up to `peak` over the
/// first `warm_up` part of the steps, then down to peak / divide / final_divide. Replaces the optimizer's own rate.
struct OneCycle {
  double peak;
  double warm_up = 0.3;
  double divide = 25;
  double final_divide = 1e4;

  double operator()(double, std::size_t step, std::size_t steps) const {
    const double start = peak / divide, end = start / final_divide;
    const double last_up = warm_up * static_cast<double>(steps) - 1, last = static_cast<double>(steps) - 1;
    const double at = static_cast<double>(step);
    if (at <= last_up) return last_up <= 0 ? peak : anneal(start, peak, at / last_up);
    return anneal(peak, end, last <= last_up ? 1 : (at - last_up) / (last - last_up));
  }

 private:
  static double anneal(double from, double to, double part) {
    return to + (from - to) / 2 * (1 + std::cos(std::numbers::pi * part));
  }
};

}  // namespace STRATA_NAMESPACE

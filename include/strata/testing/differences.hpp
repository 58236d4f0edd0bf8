#pragma once
// Numerical gradients: sixth-order central differences,
//   f'(x) ≈ Σₖ wₖ (f(x + k h) - f(x - k h)) / h,   w = 3/4, -3/20, 1/60,   error h⁶ f⁽⁷⁾ / 140,
// of f = Σ coefficients · outputs, whose outputs are subtracted before they are summed so that large ones do not drown
// small changes. Long steps are exact where f is nearly linear, short ones where it bends or has a kink nearby: the
// first that agrees counts, for a wrong gradient agrees with none.

#include <strata/core/config.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <vector>

namespace STRATA_NAMESPACE::detail {

/// The derivative of Σ coefficients · outputs() by a coordinate, which outputs() looks at, with steps of h.
template <class Outputs>
double difference(double& coordinate, double h, Outputs outputs, const std::vector<double>& coefficients) {
  constexpr double factors[] = {3.0 / 4, -3.0 / 20, 1.0 / 60};
  const double at = coordinate;
  double sum = 0;
  for (int k = 1; k <= 3; ++k) {
    coordinate = at + k * h;
    const std::vector<double> above = outputs();
    coordinate = at - k * h;
    const std::vector<double> below = outputs();
    double change = 0;
    for (std::size_t i = 0; i < above.size(); ++i) change += coefficients[i] * (above[i] - below[i]);
    sum += factors[k - 1] * change;
  }
  coordinate = at;
  return sum / h;
}

/// |a - n| / max(|a|, |n|, 1e-8) of a gradient `analytic` and n, the difference of the first step that agrees within
/// `tolerance`, else of the one that comes closest.
template <class Outputs>
double disagreement(double& coordinate, double analytic, Outputs outputs, const std::vector<double>& coefficients,
                    double tolerance, double& numerical) {
  double least = std::numeric_limits<double>::infinity();
  for (const double h : {0x1p-3, 0x1p-6, 0x1p-8, 0x1p-11, 0x1p-14}) {
    const double n = difference(coordinate, h, outputs, coefficients);
    const double error = std::abs(analytic - n) / std::max({std::abs(analytic), std::abs(n), 1e-8});
    if (error < least) {
      least = error;
      numerical = n;
    }
    if (least <= tolerance) break;
  }
  return least;
}

}  // namespace STRATA_NAMESPACE::detail

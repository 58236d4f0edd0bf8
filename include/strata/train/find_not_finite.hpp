#pragma once
// Finds where numbers stop being finite: the first layer by its output, the first tensor by its gradient.

#include <strata/network/run.hpp>
#include <strata/network/segments.hpp>
#include <strata/ops/direct.hpp>
#include <strata/ops/reduce_all.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <span>

namespace STRATA_NAMESPACE {
namespace detail {
/// 0 for every finite number, NaN for the others; so one sum tells of a whole buffer.
struct NothingIfFinite {
  template <class V>
  constexpr V operator()(V x) const {
    return x * V(0);
  }
};
}  // namespace detail

/// *destination += 0 where every number of a buffer is finite, else NaN: one pass.
template <class Direct, class T>
void check_finite(Direct& direct, Flat<const T*> values, T* destination) {
  ops::reduce_all(direct.stream, detail::NothingIfFinite{}, destination, true, ops::from(values));
}

/// "3.0.weight": the first tensor whose part of a buffer laid out like the weights is not finite.
template <class Layer, class In, class T>
std::string first_not_finite(std::span<const T> values) {
  for (const Segment& s : segments<Weights, Layer, In>) {
    const auto part = values.subspan(s.offset, s.size);
    if (!std::all_of(part.begin(), part.end(), [](T x) { return std::isfinite(x); })) return s.name();
  }
  return "";
}

/// An observer that remembers the first layer that gave an infinite or undefined number.
template <class Layer, class In, class T>
class FindNotFinite : public Observer<T> {
 public:
  void see(const Observation<T>& observation) override {
    const bool sum = std::strcmp(observation.what, "sum") == 0;  // of a Residual that begins with this layer
    if (found_ || (!sum && std::strcmp(observation.what, "output") != 0)) return;
    for (std::size_t i = 0; i < observation.rows * observation.columns; ++i) {
      if (std::isfinite(observation.data[i])) continue;
      found_ = true;
      sum_ = sum;
      position_ = observation.position;
      return;
    }
  }
  bool found() const { return found_; }

  /// A sentence that names the layer.
  std::string blame() const {
    if (!found_) return "Every layer's output is finite: the loss itself or a penalty overflowed.";
    const LayerName name = layer_names<Layer, In>().at(position_);
    std::string text = "The first layer whose output is not finite is ";
    if (sum_) text += "the Residual that begins with ";
    return text.append("'").append(name.path).append("', ").append(name.type).append(".");
  }

 private:
  bool found_ = false, sum_ = false;
  std::uint32_t position_ = 0;
};

}  // namespace STRATA_NAMESPACE

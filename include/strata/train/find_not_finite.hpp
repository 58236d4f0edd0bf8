#pragma once
// Finds the first layer whose output is not finite.

#include <strata/network/run.hpp>
#include <strata/network/segments.hpp>

#include <cmath>
#include <cstring>

namespace STRATA_NAMESPACE {

/// An observer that remembers the first layer that gave an infinite or undefined number.
template <class Layer, class In, class T>
class FindNotFinite : public Observer<T> {
 public:
  void see(const Observation<T>& observation) override {
    if (found_ || std::strcmp(observation.what, "output") != 0) return;
    for (std::size_t i = 0; i < observation.rows * observation.columns; ++i) {
      if (std::isfinite(observation.data[i])) continue;
      found_ = true;
      position_ = observation.position;
      return;
    }
  }
  bool found() const { return found_; }

  /// A sentence that names the layer.
  std::string blame() const {
    if (!found_) return "Every layer's output is finite: the loss itself or a penalty overflowed.";
    const LayerName name = layer_names<Layer, In>().at(position_);
    return "The first layer whose output is not finite is '" + name.path + "', " + name.type + ".";
  }

 private:
  bool found_ = false;
  std::uint32_t position_ = 0;
};

}  // namespace STRATA_NAMESPACE

#pragma once
// With: a layer and the policies that hold for it alone.

#include <strata/layers/binding.hpp>
#include <strata/layers/slot.hpp>

namespace STRATA_NAMESPACE {

/// `With<Linear<64>, L1<1e-5>>`: the layer, its weights under the given policies besides those of the trainer. Names of
/// tensors do not change. Policies: L1, L2, ClipNorm, ClipValue, Freeze, LearningRate.
template <class Layer, class... Policies>
struct With {
  static constexpr bool transparent = true;
  using policies = List<Policies...>;

  template <class In>
  using inside = List<Step<In, Layer>>;
  template <Shape In>
    requires Accepts<Layer, In>
  using output = output_of<Layer, In>;
  template <class In, class Pointer>
  using trace = trace_of<Layer, In, Pointer>;
  static constexpr bool gives_probabilities = strata::gives_probabilities<Layer>();
  static constexpr Reads backward_reads = backward_reads_of<Layer>();

  static constexpr void forward(auto& run, auto x, auto y, auto& slot) {
    auto child = child_slot<0>(slot, slot.tape);
    strata::forward(run, x, y, child);
  }
  static constexpr void backward(auto& run, auto x, auto y, auto dy, auto dx, auto& slot) {
    auto child = child_slot<0>(slot, slot.tape);
    strata::backward(run, x, y, dy, dx, child);
  }
  template <class Next>
  static constexpr bool fuses_with = Fuses<Layer, Next>;
  static constexpr void forward_fused(auto& run, auto x, auto y, auto& slot, auto& next) {
    auto child = child_slot<0>(slot, slot.tape);
    strata::forward_fused(run, x, y, child, next);
  }
  /// What the policies make of the attributes of the layer's tensors.
  static constexpr Attributes adjust(Attributes a) {
    const auto apply = [&]<class P>(P) {
      if constexpr (requires { P::adjust(a); }) a = P::adjust(a);
    };
    (apply(Policies{}), ...);
    return a;
  }
};

/// Policy of a layer: its weights are never updated.
struct Freeze {
  static constexpr Attributes adjust(Attributes a) {
    a.frozen = true;
    return a;
  }
};

/// Policy of a layer: its learning rate is Factor times the optimizer's.
template <double Factor>
struct LearningRate {
  static_assert(Factor >= 0, "strata::LearningRate: the factor must not be negative");

  static constexpr Attributes adjust(Attributes a) {
    a.learning_rate *= Factor;
    return a;
  }
};

}  // namespace STRATA_NAMESPACE

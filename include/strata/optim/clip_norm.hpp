#pragma once
// ClipNorm: the gradient scaled down to a given length (Pascanu et al. 2013; PyTorch's clip_grad_norm_).

#include <strata/ops/clip_norm.hpp>
#include <strata/optim/concept.hpp>

#include <span>

namespace STRATA_NAMESPACE {

/// Scales the gradient by min(1, Limit / (‖g‖ + 1e-6)), ‖g‖ over all unfrozen weights of the trainer or of the layer it
/// stands on. A gradient whose squares overflow the element type has no finite length and is scaled to 0, as in
/// PyTorch.
template <double Limit>
struct ClipNorm {
  static_assert(Limit > 0, "strata::ClipNorm: the limit must be above 0");

  template <class Direct, class T>
  static void clip(Direct& direct, std::span<const Flat<T*>> gradients, Counters<T>* counters) {
    ops::clip_norm(direct, Limit, gradients, counters);
  }
};

}  // namespace STRATA_NAMESPACE

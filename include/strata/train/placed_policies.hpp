#pragma once
// Policies where they stand: those of a trainer hold for all weights, those of With<Layer, …> for that layer's.

#include <strata/layers/with.hpp>
#include <strata/network/segments.hpp>
#include <strata/ops/direct.hpp>
#include <strata/optim/concept.hpp>

#include <algorithm>
#include <span>
#include <vector>

namespace STRATA_NAMESPACE {
namespace detail {

/// visit(policy, offset, size) for every policy on a layer inside L, inner ones first.
template <class L, class In, class Visit>
void visit_layer_policies(std::size_t offset, Visit& visit);
template <class Visit, class... In, class... L>
void visit_policies_inside(std::size_t offset, Visit& visit, List<Step<In, L>...>) {
  ((visit_layer_policies<L, In>(offset, visit), offset += static_cast<std::size_t>(storage<Weights, L, In>.fixed)),
   ...);
}
template <class... P, class Visit>
void visit_each(List<P...>, std::size_t offset, std::size_t size, Visit& visit) {
  static_assert(
      (Policy<P> && ...),
      "strata::With: the layer comes first, then policies: L1, L2, ClipNorm, ClipValue, Freeze, LearningRate.");
  static_assert(consistent<P...>(),
                "strata::With: two policies contradict each other: the same one twice, or two ways to clip.");
  (visit(P{}, offset, size), ...);
}
template <class L, class In, class Visit>
void visit_layer_policies(std::size_t offset, Visit& visit) {
  if constexpr (Container<L, In>) {
    visit_policies_inside(offset, visit, typename L::template inside<In>{});
    if constexpr (requires { typename L::policies; })
      visit_each(typename L::policies{}, offset, static_cast<std::size_t>(storage<Weights, L, In>.fixed), visit);
  }
}

/// What of every unfrozen part lies in [offset, offset + size).
template <class Visit>
void for_each_part(std::span<const Stretch> parts, std::size_t offset, std::size_t size, Visit visit) {
  for (const Stretch& s : parts) {
    const std::size_t first = std::max(offset, s.offset), last = std::min(offset + size, s.offset + s.size);
    if (first < last && !s.attributes.frozen) visit(Stretch{first, last - first, s.attributes, s.row});
  }
}
}  // namespace detail

/// Runs every regularizer on the parts a step touches: adds to gradient and loss, all in the backend's memory.
template <class Layer, class In, class... Policies, class Direct, class T>
void regularize(List<Policies...>, Direct& direct, std::span<const Stretch> parts, Flat<const T*> weights,
                Flat<T*> gradients, T* loss) {
  auto visit = [&](auto policy, std::size_t offset, std::size_t size) {
    using P = decltype(policy);
    if constexpr (Regularizer<P>) {
      detail::for_each_part(parts, offset, size, [&](const Stretch& part) {
        if (!part.attributes.decayed) return;
        P::regularize(direct, Flat<const T*>{weights.data + part.offset, part.size},
                      Flat<T*>{gradients.data + part.offset, part.size}, loss);
      });
    }
  };
  detail::visit_layer_policies<Layer, In>(0, visit);
  (visit(Policies{}, 0, weights.size), ...);
}

/// Runs every clipper on those parts, policies on layers first. `list` is memory for as many.
template <class Layer, class In, class... Policies, class Direct, class T>
void clip(List<Policies...>, Direct& direct, std::span<const Stretch> parts, Flat<T*> gradients,
          std::vector<Flat<T*>>& list, Counters<T>* counters) {
  auto visit = [&](auto policy, std::size_t offset, std::size_t size) {
    using P = decltype(policy);
    if constexpr (Clipper<P>) {
      list.clear();
      detail::for_each_part(parts, offset, size,
                            [&](const Stretch& part) { list.push_back({gradients.data + part.offset, part.size}); });
      P::clip(direct, std::span<const Flat<T*>>(list), counters);
    }
  };
  detail::visit_layer_policies<Layer, In>(0, visit);
  (visit(Policies{}, 0, gradients.size), ...);
}

}  // namespace STRATA_NAMESPACE

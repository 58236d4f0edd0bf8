#pragma once
// What optimizers and policies are.
//
// clang-format off
// An optimizer is its hyper-parameters as an aggregate, and
//
//   static constexpr std::size_t moments;     how many buffers as long as the weights it keeps
//   double learning_rate;                     the base of the schedule
//   void check() const;                       optional: throws ValueError where a hyper-parameter is outside its domain
//   template <class T> void advance(Counters<T>&) const;               what changes from step to step, before the update
//   template <class Direct, class T>
//   void update(Direct&, const Counters<T>*, double factor, Flat<T*> w, Flat<const T*> g,
//               std::array<Flat<T*>, moments>) const;                  one stretch of equal attributes
//
// A policy is an empty type with one of
//
//   template <class Direct, class T>
//   static void regularize(Direct&, Flat<const T*> w, Flat<T*> g, T* loss);   adds to gradient and loss; decayed weights only
//   template <class Direct, class T>
//   static void clip(Direct&, std::span<const Flat<T*>> gradients, Counters<T>*);          changes the finished gradient
//   static constexpr Attributes adjust(Attributes);                    on a layer only: what its tensors are treated like
// clang-format on
//
// Policies stand at the trainer, or on a layer by With<Layer, …>. All regularization comes before all clipping,
// clipping on layers before clipping at the trainer; the order in a list changes nothing but the rounding of sums.

#include <strata/core/counters.hpp>
#include <strata/core/error.hpp>
#include <strata/ops/direct.hpp>
#include <strata/ops/map.hpp>
#include <strata/tensor/tensor_list.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <string>
#include <type_traits>
#include <utility>

namespace STRATA_NAMESPACE {

namespace detail {
/// Throws ValueError unless `holds`: "strata::Adam: beta1 is 1.000000, but must be in [0, 1)".
inline void require(bool holds, const char* optimizer, const char* name, double value, const char* domain) {
  if (holds) return;
  std::string text = "strata::";
  text.append(optimizer).append(": ").append(name).append(" is ").append(std::to_string(value));
  throw ValueError(text.append(", but must be ").append(domain));
}
}  // namespace detail

namespace detail {
/// Stands for any backend when a type is asked what it can be called with.
struct AnyBackend {
  using element = float;
  struct Stream {
    using backend = AnyBackend;
  };
};
}  // namespace detail

/// An optimizer: SGD, Adam, or a user's own.
template <class O>
concept Optimizer = requires(const O& optimizer, Counters<float>& counters, ops::Direct<detail::AnyBackend>& direct,
                             Flat<float*> w, Flat<const float*> g) {
  { O::moments } -> std::convertible_to<std::size_t>;
  { optimizer.learning_rate } -> std::convertible_to<double>;
  optimizer.advance(counters);
  optimizer.update(direct, &std::as_const(counters), 1.0, w, g, std::array<Flat<float*>, O::moments>{});
};

/// A policy that adds to gradient and loss.
template <class P>
concept Regularizer = requires(ops::Direct<detail::AnyBackend>& direct, Flat<const float*> w, Flat<float*> g,
                               float* loss) { P::regularize(direct, w, g, loss); };

/// A policy that limits the finished gradient.
template <class P>
concept Clipper = requires(ops::Direct<detail::AnyBackend>& direct, std::span<const Flat<float*>> g,
                           Counters<float>* counters) { P::clip(direct, g, counters); };

/// Something that may stand in a trainer's list or in With<Layer, …>.
template <class P>
concept Policy = Regularizer<P> || Clipper<P> || requires(Attributes a) { P::adjust(a); };

/// No two policies of one place say the same or limit the gradient in two ways.
template <class... Policies>
consteval bool consistent() {
  std::size_t clippers = 0;
  ((clippers += Clipper<Policies> ? 1 : 0), ...);
  [[maybe_unused]] const auto times = [](auto policy) {
    using P = decltype(policy);
    return ((std::is_same_v<P, Policies> ? 1 : 0) + ... + 0);
  };
  return clippers <= 1 && ((times(Policies{}) == 1) && ... && true);
}

}  // namespace STRATA_NAMESPACE

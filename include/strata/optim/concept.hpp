#pragma once
// What an optimizer is: its hyper-parameters as an aggregate, and
//
//   static constexpr std::size_t moments;            buffers as long as the weights that it keeps
//   double learning_rate;                            the schedule's base
//   void check() const;                              optional: throws ValueError where a hyper-parameter is outside its
//   domain void advance(Counters&) const;                   what changes from step to step, before the update void
//   update(direct, counters, rate, w, g, m) const;   one stretch of equal attributes; rate is its factor
//
// What a policy is: an empty type with one or both of
//
//   template <…> static void regularize(direct, stretch_w, stretch_g, loss);   adds to gradient and loss; decayed
//   weights only template <…> static void clip(direct, gradients, factor);                  changes the finished
//   gradient
//
// Policies stand at the trainer, or on a layer by With<Layer, …>. All regularization comes before all clipping,
// clipping on layers before clipping at the trainer; the order in a list changes nothing.

#include <strata/core/counters.hpp>
#include <strata/core/error.hpp>
#include <strata/ops/direct.hpp>
#include <strata/ops/map.hpp>
#include <strata/tensor/tensor_list.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <string>

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

/// An optimizer: SGD, Adam, or a user's own.
template <class O>
concept Optimizer = requires(const O& optimizer, Counters<float>& counters) {
  { O::moments } -> std::convertible_to<std::size_t>;
  { optimizer.learning_rate } -> std::convertible_to<double>;
  optimizer.advance(counters);
};

/// A policy that adds to gradient and loss.
template <class P>
concept Regularizer = requires { typename P::regularizer; };

/// A policy that limits the finished gradient.
template <class P>
concept Clipper = requires { typename P::clipper; };

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

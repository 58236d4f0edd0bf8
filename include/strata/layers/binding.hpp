#pragma once
// Binding: layers learn their input shapes from the layers before them; the first that refuses complains, alone.
//
// A fold walks the shapes. A layer that refuses yields NoShape, which nothing accepts, so the walk always ends. A
// second fold finds the first refusal, descends into containers, and instantiates that layer's refusal<In>: a
// static_assert whose literal sentence is then the first error of the compiler.

#include <strata/layers/concept.hpp>

namespace STRATA_NAMESPACE {
namespace detail {

template <class In, class... Done>
struct Walk {
  using last = In;
  using steps = List<Done...>;
};
template <class In, class... Done, class L>
auto operator>>(Walk<In, Done...>, std::type_identity<L>) -> Walk<output_of<L, In>, Done..., Step<In, L>>;

struct Fine {};

template <class L, class In>
struct FindMisfit {
  using type = std::conditional_t<Accepts<L, In>, Fine, Step<In, L>>;
};
template <class Misfit>
struct Found {
  using type = Misfit;
};
template <class Misfit, class S>
auto operator|(Found<Misfit>, std::type_identity<S>) -> Found<Misfit>;
template <class In, class L>
auto operator|(Found<Fine>, std::type_identity<Step<In, L>>) -> Found<typename FindMisfit<L, In>::type>;
template <class... Steps>
auto first_misfit(List<Steps...>) -> typename decltype((Found<Fine>{} | ... | std::type_identity<Steps>{}))::type;

template <class L, class In>
  requires Container<L, In>
struct FindMisfit<L, In> {
  using inner = decltype(first_misfit(typename L::template inside<In>{}));
  using own = std::conditional_t<Accepts<L, In>, Fine, Step<In, L>>;
  using type = std::conditional_t<std::is_same_v<inner, Fine>, own, inner>;
};

template <class Layer, class Given>
struct Refused {
  static_assert(
      sizeof(Layer*) == 0,
      "strata: this layer does not accept this shape. Its output<In> is constrained; add refusal<In> to say why.");
};
template <class Misfit>
struct Fits {};
template <class L, class In>
struct Fits<Step<In, L>> : Refused<L, In> {};
template <class L, class In>
  requires requires { typename L::template refusal<In>; }
struct Fits<Step<In, L>> : L::template refusal<In> {};

/// A layer that accepts anything and does nothing: what follows a refusal is built of it.
struct Harmless {
  template <Shape In>
  using output = In;
  static constexpr void forward(auto&, auto, auto, auto&) {}
  static constexpr void backward(auto&, auto, auto, auto, auto, auto&) {}
};
}  // namespace detail

/// The shapes met on the way through a chain of layers: `::last` and `::steps`.
template <class In, class... Layers>
using walk = decltype((detail::Walk<In>{} >> ... >> std::type_identity<Layers>{}));

/// Derive from this to demand that a layer accepts a shape, with the layer's own sentence if not.
template <class Layer, class In>
struct Fits : detail::Fits<typename detail::FindMisfit<Layer, In>::type> {};

/// Layer accepts In, and so does everything inside it.
template <class Layer, class In>
concept Fitting = std::is_same_v<typename detail::FindMisfit<Layer, In>::type, detail::Fine>;

}  // namespace STRATA_NAMESPACE

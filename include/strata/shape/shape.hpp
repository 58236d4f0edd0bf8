#pragma once
// Shapes: what one sample looks like, as a type. They hold no data and know nothing of batches.

#include <strata/core/config.hpp>

#include <concepts>
#include <cstddef>

namespace STRATA_NAMESPACE {

/// One vector of N numbers a sample.
template <std::size_t N>
struct Features {
  static constexpr std::size_t width = N;
};

/// A run-time number of steps with N numbers each.
template <std::size_t N>
struct Sequence {
  static constexpr std::size_t width = N;
};

/// The same, and each sample ends at a step of its own: what stands behind is padding, which counts nowhere.
template <std::size_t N>
struct RaggedSequence {
  static constexpr std::size_t width = N;
};

/// One picture a sample: C channels of H rows and W columns.
template <std::size_t C, std::size_t H, std::size_t W>
struct Image {
  static constexpr std::size_t channels = C, height = H, columns = W, width = C * H * W;
};

/// A run-time number of steps with one integer id below V each.
template <std::size_t V>
struct Tokens {
  static constexpr std::size_t vocabulary = V;
};

/// The same, and each sample ends at a step of its own.
template <std::size_t V>
struct RaggedTokens {
  static constexpr std::size_t vocabulary = V;
};

/// What follows a layer that refuses its input; nothing accepts it, and nothing complains about it.
struct NoShape {};

namespace detail {
template <class S>
struct ShapeTraits {
  static constexpr bool shape = false, steps = false, ragged = false, features = false;
};
template <std::size_t N>
struct ShapeTraits<Features<N>> {
  static constexpr bool shape = true, steps = false, ragged = false, features = true;
  template <std::size_t M>
  using resized = Features<M>;
};
template <std::size_t N>
struct ShapeTraits<Sequence<N>> {
  static constexpr bool shape = true, steps = true, ragged = false, features = true;
  template <std::size_t M>
  using resized = Sequence<M>;
};
template <std::size_t N>
struct ShapeTraits<RaggedSequence<N>> {
  static constexpr bool shape = true, steps = true, ragged = true, features = true;
  template <std::size_t M>
  using resized = RaggedSequence<M>;
};
template <std::size_t C, std::size_t H, std::size_t W>
struct ShapeTraits<Image<C, H, W>> {
  static constexpr bool shape = true, steps = false, ragged = false, features = false;
};
template <std::size_t V>
struct ShapeTraits<Tokens<V>> {
  static constexpr bool shape = true, steps = true, ragged = false, features = false;
  template <std::size_t M>
  using resized = Sequence<M>;
};
template <std::size_t V>
struct ShapeTraits<RaggedTokens<V>> {
  static constexpr bool shape = true, steps = true, ragged = true, features = false;
  template <std::size_t M>
  using resized = RaggedSequence<M>;
};
}  // namespace detail

/// Any shape a network can be given.
template <class S>
concept Shape = detail::ShapeTraits<S>::shape;

/// A shape that consists of numbers, so arithmetic makes sense: all but Tokens.
template <class S>
concept Numeric = Shape<S> && requires { S::width; };

/// Features or a Sequence of them: one axis of N numbers, at every step if there are steps.
template <class S>
concept Featured = Numeric<S> && detail::ShapeTraits<S>::features;

/// Ids instead of numbers.
template <class S>
concept Tokenized = Shape<S> && requires { S::vocabulary; };

/// A shape with steps.
template <class S>
concept Stepwise = Shape<S> && detail::ShapeTraits<S>::steps;

/// A shape with steps, of which samples may have fewer than others.
template <class S>
concept Ragged = Stepwise<S> && detail::ShapeTraits<S>::ragged;

/// A sequence of numbers all of whose steps count: what a layer needs that knows nothing of padding.
template <class S>
concept SequenceOfFeatures = Featured<S> && Stepwise<S> && !Ragged<S>;

/// A sequence of numbers, ragged or not: for layers that leave padding out.
template <class S>
concept AnySequence = Featured<S> && Stepwise<S>;

/// The same kind of shape with N features: Features<M> -> Features<N>, Sequence<M> and Tokens<V> -> Sequence<N>, ragged
/// ones stay ragged.
template <class S, std::size_t N>
  requires Featured<S> || Tokenized<S>
using with_features = typename detail::ShapeTraits<S>::template resized<N>;

/// Number of features of a shape, the last axis.
template <Numeric S>
inline constexpr std::size_t features = S::width;

/// Elements of a row of a batch in memory: its features, or one id; 0 for what is no shape.
template <class S>
inline constexpr std::size_t row_width = [] {
  if constexpr (Numeric<S>) return features<S>;
  else return std::size_t{Tokenized<S>};
}();

/// The largest vocabulary. Inside, ids travel as elements of the network, through the arrays, copies and recordings
/// that numbers go through, and a float holds every whole number up to here exactly.
inline constexpr std::size_t most_ids = std::size_t{1} << 24U;

}  // namespace STRATA_NAMESPACE

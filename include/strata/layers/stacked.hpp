#pragma once
// Stacked: the same layer several times, one behind the other, as num_layers of PyTorch's recurrent layers.

#include <strata/layers/sequential.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <std::size_t, class Layer>
using EachIs = Layer;
template <class Layer, class Indices>
struct StackOf;
template <class Layer, std::size_t... I>
struct StackOf<Layer, std::index_sequence<I...>> {
  using type = Sequential<EachIs<I, Layer>...>;
};
}  // namespace detail

/// Count layers of one type with weights of their own: Stacked<3, LSTM<128>> is Sequential<LSTM<128>, LSTM<128>,
/// LSTM<128>>. Tensors "0.…", "1.…" are those of PyTorch's _l0, _l1. What PyTorch's `dropout` drops between the layers
/// is OutputDropout of the layer (which drops behind the last, too).
template <std::size_t Count, class Layer>
struct Stacked : detail::StackOf<Layer, std::make_index_sequence<Count>>::type {};

}  // namespace STRATA_NAMESPACE

#pragma once
// What a layer is.
//
// clang-format off
// A layer is an empty type with
//
//   template <Shape In> using output = …;                  constrained: that it exists means the layer accepts In
//   template <class In> using refusal = …;                 optional: a static_assert with the sentence for everything else
//   template <class In> using weights = TensorList<…>;     optional, trained
//   template <class In> using statistics = TensorList<…>;  optional, saved but not trained
//   template <class In> using state = TensorList<…>;       optional, carried from step to step and batch to batch
//   template <class In> using tape = TensorList<…>;        optional, what forward leaves for backward
//   static constexpr Reads backward_reads;                 which of its own input and output backward looks at
//   static constexpr InPlace in_place;                     optional: whether output may overwrite input
//   static constexpr void forward(auto& run, auto x, auto y, auto& slot);        reads x, writes y
//   static constexpr void backward(auto& run, auto x, auto y, auto dy, auto dx, auto& slot);
//                                                          overwrites dx, adds to slot.gradients, leaves dy alone
//   template <class In> static void initialize(auto& random, auto weights);      where it has weights: what training starts from
//   template <class In> static void initialize_statistics(auto statistics);      optional: the same, 0 without
//   static constexpr bool causal = false;                  optional: a step's output depends on later steps
//   static constexpr bool streams = false;                 optional: what it needs of earlier steps is not all in its state
//   static constexpr bool gives_probabilities = true;      optional: its outputs are no scores any more
//   template <class Next> static constexpr bool fuses_with;                      optional: it can run as one with Next behind it
//   static constexpr void forward_fused(auto& run, auto x, auto y, auto& slot, auto& next);
//                                                          there: y = Next(this layer(x)), next the slot of Next
//   static constexpr ops::Activation activation;           optional: what the layer is where a product ends with it; a layer
//                                                          derived from such a one that is not says `none`
// clang-format on
//
// In the padding of a ragged batch forward may write any finite numbers; dy is zero there, and backward leaves dx zero.
//
// A container also has `inside<In>`, the list of Step<In, Layer> it is made of, and `trace<In, Pointer>`.

#include <strata/shape/shape.hpp>
#include <strata/tensor/tensor_list.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace STRATA_NAMESPACE {

/// What backward reads of what forward was given and made; the planner frees or overwrites the rest.
enum class Reads { neither, input, output, both };

/// The parts of a Reads, and a Reads of its parts.
constexpr bool reads_input(Reads r) { return r == Reads::input || r == Reads::both; }
constexpr bool reads_output(Reads r) { return r == Reads::output || r == Reads::both; }
constexpr Reads reads(bool input, bool output) {
  return input ? (output ? Reads::both : Reads::input) : (output ? Reads::output : Reads::neither);
}

/// When a layer may write its output over its input (and its input gradient over its output gradient).
enum class InPlace { never, inference, always };

/// A list of types.
template <class... Types>
struct List {
  static constexpr std::size_t count = sizeof...(Types);
};

/// A layer where it stands: behind the shape In.
template <class In, class Layer>
struct Step {
  using input = In;
  using layer = Layer;
};

/// The layer has an output for this input. To ask is not to fail.
template <class L, class In>
concept Accepts = requires { typename L::template output<In>; };

/// The layer is made of layers.
template <class L, class In>
concept Container = requires { typename L::template inside<In>; };

namespace detail {
template <class L, class In>
struct OutputOf {
  using type = NoShape;
};
template <class L, class In>
  requires Accepts<L, In>
struct OutputOf<L, In> {
  using type = typename L::template output<In>;
};
}  // namespace detail

/// Output shape of a layer, NoShape where it refuses.
template <class L, class In>
using output_of = typename detail::OutputOf<L, In>::type;

/// Kinds of tensors a layer may declare.
struct Weights {};
struct Statistics {};
struct State {};
struct Tape {};

namespace detail {
template <class Kind, class L, class In>
struct Declared {
  using type = Nothing;
};
template <class L, class In>
  requires requires { typename L::template weights<In>; }
struct Declared<Weights, L, In> {
  using type = typename L::template weights<In>;
};
template <class L, class In>
  requires requires { typename L::template statistics<In>; }
struct Declared<Statistics, L, In> {
  using type = typename L::template statistics<In>;
};
template <class L, class In>
  requires requires { typename L::template state<In>; }
struct Declared<State, L, In> {
  using type = typename L::template state<In>;
};
template <class L, class In>
  requires requires { typename L::template tape<In>; }
struct Declared<Tape, L, In> {
  using type = typename L::template tape<In>;
};

template <class Kind, class L, class In>
struct Storage {
  static constexpr Count value = count_of(std::type_identity<typename Declared<Kind, L, In>::type>{});
};
template <class Kind, class Steps>
struct StorageOfAll;
template <class Kind, class... In, class... L>
struct StorageOfAll<Kind, List<Step<In, L>...>> {
  static constexpr Count value = (Storage<Kind, L, In>::value + ... + Count{});
};
template <class Kind, class L, class In>
  requires Container<L, In>
struct Storage<Kind, L, In> : StorageOfAll<Kind, typename L::template inside<In>> {};

template <class L, class In>
struct Leaves {
  static constexpr std::uint32_t value = 1;
};
template <class Steps>
struct LeavesOfAll;
template <class... In, class... L>
struct LeavesOfAll<List<Step<In, L>...>> {
  static constexpr std::uint32_t value = (Leaves<L, In>::value + ... + 0u);
};
template <class L, class In>
  requires Container<L, In>
struct Leaves<L, In> : LeavesOfAll<typename L::template inside<In>> {};
}  // namespace detail

/// The tensors of one kind that a layer itself declares.
template <class Kind, class L, class In>
using declared = typename detail::Declared<Kind, L, In>::type;

/// Elements of one kind in a layer and all layers inside it.
template <class Kind, class L, class In>
inline constexpr Count storage = detail::Storage<Kind, L, In>::value;

/// Number of layers that are no containers; their order as written numbers them.
template <class L, class In>
inline constexpr std::uint32_t leaves = detail::Leaves<L, In>::value;

namespace detail {
template <class L>
constexpr bool says_causal() {
  if constexpr (requires { L::causal; }) return L::causal;
  else return true;
}
template <class L>
constexpr bool says_streams() {
  if constexpr (requires { L::streams; }) return L::streams;
  else return says_causal<L>();
}
/// Of a layer and all inside it.
template <class L, class In>
struct Timing {
  static constexpr bool causal = says_causal<L>(), streams = says_streams<L>();
};
template <class L, class Steps>
struct TimingOfAll;
template <class L, class... In, class... Inner>
struct TimingOfAll<L, List<Step<In, Inner>...>> {
  static constexpr bool causal = says_causal<L>() && (Timing<Inner, In>::causal && ...);
  static constexpr bool streams = says_streams<L>() && (Timing<Inner, In>::streams && ...);
};
template <class L, class In>
  requires Container<L, In>
struct Timing<L, In> : TimingOfAll<L, typename L::template inside<In>> {};
}  // namespace detail

/// A layer whose outputs are probabilities, or logarithms of them; of a list of layers the last alone is looked at.
template <class L>
constexpr bool gives_probabilities() {
  if constexpr (requires { L::gives_probabilities; }) return L::gives_probabilities;
  else return false;
}

/// What comes out at a step depends on that step and those before it alone: the pieces of a sequence may arrive one
/// after another.
template <class L, class In>
concept Causal = detail::Timing<L, In>::causal;
/// And on those before it through the state alone: its steps may arrive one by one.
template <class L, class In>
concept StepByStep = detail::Timing<L, In>::streams;

/// Optional constants with the defaults that are always right, if not always cheapest.
template <class L>
constexpr Reads backward_reads_of() {
  if constexpr (requires { L::backward_reads; }) return L::backward_reads;
  else return Reads::both;
}
/// Whether the layer writes over its input in a run with or without a tape.
template <class L, bool Taped>
constexpr bool runs_in_place() {
  if constexpr (requires { L::in_place; })
    return L::in_place == InPlace::always || (L::in_place == InPlace::inference && !Taped);
  else return false;
}

/// L can run as one with Next behind it, and what stands between them is never written. Next may take no memory in
/// forward, tape or scratch, and must run in place: where an observer looks they run one after another. L takes its
/// memory as it does alone.
template <class L, class Next>
concept Fuses = requires { requires L::template fuses_with<Next>; };

/// A layer that operations know as an activation.
template <class L>
concept Activates = requires { requires L::activation != decltype(L::activation)::none; };

namespace detail {
template <class L, class In, class Pointer>
struct TraceOf {
  using type = Tensors<Pointer, declared<Tape, L, In>>;
};
template <class L, class In, class Pointer>
  requires Container<L, In>
struct TraceOf<L, In, Pointer> {
  using type = typename L::template trace<In, Pointer>;
};
}  // namespace detail

/// What lives between forward and backward: views of the tape for a layer, all of its layers' for a container.
template <class L, class In, class Pointer>
using trace_of = typename detail::TraceOf<L, In, Pointer>::type;

}  // namespace STRATA_NAMESPACE

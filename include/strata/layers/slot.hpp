#pragma once
// A slot: everything that belongs to one layer at one place of one network during a run.
//
// The layer itself is an empty type; its tensors are views into the flat buffers of the network and the session, and
// the slot holds them. Forward and backward get it as their last argument.

#include <strata/layers/concept.hpp>

#include <array>
#include <utility>

namespace STRATA_NAMESPACE {

namespace detail {
/// Values of different types by number: std::tuple without what makes sixty-four of them slow to compile.
template <std::size_t I, class T>
struct Element {
  using type = T;
  T value{};
};
template <class Indices, class... T>
struct NumberedBy;
template <std::size_t... I, class... T>
struct NumberedBy<std::index_sequence<I...>, T...> : Element<I, T>... {};
template <class... T>
using Numbered = NumberedBy<std::make_index_sequence<sizeof...(T)>, T...>;

template <std::size_t I, class T>
constexpr T& at(Element<I, T>& element) {
  return element.value;
}
template <std::size_t I, class T>
Element<I, T> element_at(const Element<I, T>&);

template <std::size_t I, class Steps>
struct StepAt;
template <std::size_t I, class... Steps>
struct StepAt<I, List<Steps...>> {
  using type = typename decltype(element_at<I>(std::declval<Numbered<std::type_identity<Steps>...>>()))::type::type;
};

/// How far behind those of a container its layer's tensors and leaves begin.
struct Offset {
  Count weights{}, statistics{}, state{};
  std::uint32_t leaves = 0;

  friend constexpr Offset operator+(const Offset& a, const Offset& b) {
    return {a.weights + b.weights, a.statistics + b.statistics, a.state + b.state, a.leaves + b.leaves};
  }
};
template <class Steps>
struct OffsetsOf;
template <class... In, class... L>
struct OffsetsOf<List<Step<In, L>...>> {
  static constexpr auto value = [] {
    const Offset lengths[] = {
        {storage<Weights, L, In>, storage<Statistics, L, In>, storage<State, L, In>, leaves<L, In>}..., {}};
    std::array<Offset, sizeof...(L) + 1> offsets{};
    for (std::size_t i = 0; i < sizeof...(L); ++i) offsets[i + 1] = offsets[i] + lengths[i];
    return offsets;
  }();
};

/// A pointer moved by a symbolic count; in a dry run there is nothing to move.
template <class Pointer, class E>
constexpr Pointer advanced(Pointer p, Count count, E extents) {
  if constexpr (std::is_same_v<Pointer, Planned>) return p;
  else return p == nullptr ? p : p + count.at(extents);
}
}  // namespace detail

/// Where the buffers of a network and a session begin, or the part of one layer in them.
template <class ConstPointer, class Pointer>
struct Buffers {
  ConstPointer weights{};
  Pointer gradients{};
  Pointer statistics{};
  Pointer state{};
  Pointer state_gradients{};

  template <class E>
  constexpr Buffers behind(const detail::Offset& offset, E extents) const {
    using detail::advanced;
    return {advanced(weights, offset.weights, extents), advanced(gradients, offset.weights, extents),
            advanced(statistics, offset.statistics, extents), advanced(state, offset.state, extents),
            advanced(state_gradients, offset.state, extents)};
  }
};

/// The tensors of one layer: `get<"weight">(slot.weights)`, `slot.gradients`, `slot.statistics`, `slot.state`,
/// `slot.tape`, and its number among the layers as written, `slot.position`.
template <class L, class In, class Run>
struct Slot {
  using layer = L;
  using input = In;
  using pointer = typename Run::pointer;
  using const_pointer = typename Run::const_pointer;
  using trace = trace_of<L, In, pointer>;

  Tensors<const_pointer, declared<Weights, L, In>, typename Run::turned> weights;
  Tensors<pointer, declared<Weights, L, In>> gradients;
  Tensors<pointer, declared<Statistics, L, In>> statistics;
  Tensors<pointer, declared<State, L, In>> state;
  Tensors<pointer, declared<State, L, In>> state_gradients;
  trace& tape;
  std::uint32_t position;

  constexpr Slot(const Buffers<const_pointer, pointer>& at, typename Run::extents_type extents, trace& tape_at,
                 std::uint32_t position_of)
      : weights{at.weights, {}},
        gradients{at.gradients, {}},
        statistics{at.statistics, {}},
        state{at.state, extents},
        state_gradients{at.state_gradients, extents},
        tape(tape_at),
        position(position_of) {}

  constexpr Buffers<const_pointer, pointer> buffers() const {
    return {weights.data, gradients.data, statistics.data, state.data, state_gradients.data};
  }
};

/// The slot of the I-th layer of a container, whose part of the trace is given.
template <std::size_t I, class L, class In, class Run, class Trace>
constexpr auto child_slot(const Slot<L, In, Run>& parent, Trace& trace) {
  using Steps = typename L::template inside<In>;
  using Child = typename detail::StepAt<I, Steps>::type;
  const detail::Offset& offset = detail::OffsetsOf<Steps>::value[I];
  const auto extents = parent.state.extents;
  return Slot<typename Child::layer, typename Child::input, Run>(parent.buffers().behind(offset, extents), extents,
                                                                 trace, parent.position + offset.leaves);
}

namespace detail {
/// The memory of a layer's tape, where there is a backward to come.
template <class L, class In, class Run>
constexpr void acquire_tape(Run& run, Slot<L, In, Run>& slot) {
  if constexpr (!Container<L, In> && Run::taped && storage<Tape, L, In> != Count{})
    slot.tape = {run.acquire(storage<Tape, L, In>), run.extents};
}
}  // namespace detail

/// Runs a layer forward: provides its tape, and lets observers look.
template <class L, class In, class Run, class X, class Y>
constexpr void forward(Run& run, X x, Y y, Slot<L, In, Run>& slot) {
  detail::acquire_tape(run, slot);
  L::forward(run, x, y, slot);
  if constexpr (!Container<L, In>) run.observe(slot.position, "output", y);
}

/// Runs a layer and the one behind it forward as one. Whoever observes sees both outputs: then, and in a dry run, they
/// run one after another in the memory of y, which takes and counts the same.
template <class L, class In, class Next, class Between, class Run, class X, class Y>
  requires Fuses<L, Next>
constexpr void forward_fused(Run& run, X x, Y y, Slot<L, In, Run>& slot, Slot<Next, Between, Run>& next) {
  static_assert(storage<Tape, Next, Between> == Count{},
                "strata: a layer with a tape can't be the second of two that run as one. Let fuses_with say no.");
  if (run.observed()) {
    const strata::Batch<typename Run::pointer, Between> between(y.data, run.extents);
    strata::forward(run, x, between, slot);
    strata::forward(run, between, y, next);
  } else {
    detail::acquire_tape(run, slot);
    L::forward_fused(run, x, y, slot, next);
  }
}

/// Runs a layer backward and gives its tape back.
template <class L, class In, class Run, class X, class Y, class DY, class DX>
constexpr void backward(Run& run, X x, Y y, DY dy, DX dx, Slot<L, In, Run>& slot) {
  L::backward(run, x, y, dy, dx, slot);
  if constexpr (!Container<L, In>) {
    if constexpr (Wanted<DX>) run.observe(slot.position, "input_gradient", dx);
    if constexpr (storage<Tape, L, In> != Count{}) run.release(slot.tape.data);
  }
}

}  // namespace STRATA_NAMESPACE

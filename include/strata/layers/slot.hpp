#pragma once
// A slot: everything that belongs to one layer at one place of one network during a run.
//
// The layer itself is an empty type; its tensors are views into the flat buffers of the network and the session, and the
// slot holds them. Forward and backward get it as their last argument.

#include <strata/layers/concept.hpp>

#include <tuple>
#include <utility>

namespace STRATA_NAMESPACE {

/// Where the buffers of a network and a session begin.
template <class ConstPointer, class Pointer>
struct Buffers {
  ConstPointer weights{};
  Pointer gradients{};
  Pointer statistics{};
  Pointer state{};
  Pointer state_gradients{};
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

  Tensors<const_pointer, declared<Weights, L, In>> weights;
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

namespace detail {
/// A pointer moved by a symbolic count; in a dry run there is nothing to move.
template <class Pointer, class E>
constexpr Pointer advanced(Pointer p, Count count, E extents) {
  if constexpr (std::is_same_v<Pointer, Planned>) return p;
  else return p == nullptr ? p : p + count.at(extents);
}

template <std::size_t I, class Kind, class... In, class... L>
consteval Count storage_before(List<Step<In, L>...>) {
  constexpr std::size_t n = sizeof...(L);
  const Count each[] = {storage<Kind, L, In>..., Count{}};
  Count sum{};
  for (std::size_t i = 0; i < I && i < n; ++i) sum = sum + each[i];
  return sum;
}
template <std::size_t I, class... In, class... L>
consteval std::uint32_t leaves_before(List<Step<In, L>...>) {
  const std::uint32_t each[] = {leaves<L, In>..., 0u};
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < I; ++i) sum += each[i];
  return sum;
}
template <std::size_t I, class Steps>
struct StepAt;
template <std::size_t I, class... Steps>
struct StepAt<I, List<Steps...>> {
  using type = std::tuple_element_t<I, std::tuple<Steps...>>;
};
}  // namespace detail

/// The slot of the I-th layer of a container, whose part of the trace is given.
template <std::size_t I, class L, class In, class Run, class Trace>
constexpr auto child_slot(const Slot<L, In, Run>& parent, Trace& trace) {
  using Steps = typename L::template inside<In>;
  using Child = typename detail::StepAt<I, Steps>::type;
  using detail::storage_before;
  constexpr Count weights = storage_before<I, Weights>(Steps{});
  constexpr Count statistics = storage_before<I, Statistics>(Steps{});
  constexpr Count state = storage_before<I, State>(Steps{});
  const auto at = parent.buffers();
  const auto extents = parent.state.extents;
  return Slot<typename Child::layer, typename Child::input, Run>(
      {detail::advanced(at.weights, weights, extents), detail::advanced(at.gradients, weights, extents),
       detail::advanced(at.statistics, statistics, extents), detail::advanced(at.state, state, extents),
       detail::advanced(at.state_gradients, state, extents)},
      extents, trace, parent.position + detail::leaves_before<I>(Steps{}));
}

/// Runs a layer forward: provides its tape where there is a backward to come, and lets observers look.
template <class L, class In, class Run, class X, class Y>
constexpr void forward(Run& run, X x, Y y, Slot<L, In, Run>& slot) {
  if constexpr (!Container<L, In> && Run::taped && storage<Tape, L, In> != Count{}) {
    slot.tape = {run.acquire(storage<Tape, L, In>), run.extents};
  }
  L::forward(run, x, y, slot);
  if constexpr (!Container<L, In>) run.observe(slot.position, "output", y);
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

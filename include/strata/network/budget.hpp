#pragma once
// What a network costs, known to the compiler: parameters, arithmetic and bytes, so that a budget can be a
// static_assert.
//
//   static_assert(memory<Classifier, Sequence<28>>({.batch = 1, .steps = 28}) < 4 << 20);
//
// Nothing is estimated: work and arena come from the same dry run of forward and backward that plans the execution.

#include <strata/layers/binding.hpp>
#include <strata/network/plan.hpp>
#include <strata/network/program.hpp>

#include <cstddef>

namespace STRATA_NAMESPACE {
namespace detail {
/// Elements of one kind without the padding between tensors.
template <class Kind, class L, class In>
struct Elements {
  static constexpr std::size_t value = declared<Kind, L, In>::elements;
};
template <class Kind, class Steps>
struct ElementsOfAll;
template <class Kind, class... In, class... L>
struct ElementsOfAll<Kind, List<Step<In, L>...>> {
  static constexpr std::size_t value = (Elements<Kind, L, In>::value + ... + std::size_t{0});
};
template <class Kind, class L, class In>
  requires Container<L, In>
struct Elements<Kind, L, In> : ElementsOfAll<Kind, typename L::template inside<In>> {};
}  // namespace detail

/// Trained numbers of a network, as PyTorch counts them: without statistics and padding.
template <class Net, Shape In>
  requires Fitting<Net, In>
inline constexpr std::size_t parameter_count = detail::Elements<Weights, Net, In>::value;

/// Multiplications and additions of all matrix products of one prediction, as PyTorch's FlopCounterMode counts them.
template <class Net, Shape In>
  requires Fitting<Net, In>
constexpr std::size_t flops(Extents extents) {
  return Plan<Prediction<Net, In, Inference, float>>::flops.at(extents);
}

/// The same for forward and backward of one training step.
template <class Net, Shape In>
  requires Fitting<Net, In>
constexpr std::size_t training_flops(Extents extents) {
  return Plan<TrainingStep<Net, In, Training, float>>::flops.at(extents);
}

/// Bytes by what they are for.
struct MemoryBudget {
  std::size_t weights = 0;
  std::size_t statistics = 0;  ///< in training twice: a step that is refused puts them back
  std::size_t state = 0;       ///< of recurrent layers
  std::size_t arena = 0;       ///< activations, tape, scratch
  std::size_t gradients = 0;
  std::size_t moments = 0;  ///< of the optimizer

  constexpr std::size_t total() const { return weights + statistics + state + arena + gradients + moments; }
};

/// What a network and one session that predicts batches of these extents hold.
template <class Net, Shape In, class T = float>
  requires Fitting<Net, In>
constexpr MemoryBudget memory_budget(Extents extents) {
  return {.weights = storage<Weights, Net, In>.at(extents) * sizeof(T),
          .statistics = storage<Statistics, Net, In>.at(extents) * sizeof(T),
          .state = storage<State, Net, In>.at(extents) * sizeof(T),
          .arena = arena_elements<Prediction<Net, In, Inference, T>>(extents) * sizeof(T)};
}

/// What a network and a trainer hold that takes steps on (pieces of) batches of these extents, without the data.
/// `moments` is the optimizer's: 2 for Adam, 1 for SGD with momentum.
template <class Net, Shape In, class T = float>
  requires Fitting<Net, In>
constexpr MemoryBudget training_memory_budget(Extents extents, std::size_t moments = 2) {
  MemoryBudget budget = memory_budget<Net, In, T>(extents);
  budget.arena = arena_elements<TrainingStep<Net, In, Training, T>>(extents) * sizeof(T);
  budget.statistics *= 2;
  budget.gradients = budget.weights;
  budget.moments = moments * budget.weights;
  return budget;
}

/// Bytes of a network and of one session that predicts batches of these extents.
template <class Net, Shape In, class T = float>
  requires Fitting<Net, In>
constexpr std::size_t memory(Extents extents) {
  return memory_budget<Net, In, T>(extents).total();
}

/// Bytes of a network and of a trainer's steps; the data and what evaluations need come on top.
template <class Net, Shape In, class T = float>
  requires Fitting<Net, In>
constexpr std::size_t training_memory(Extents extents, std::size_t moments = 2) {
  return training_memory_budget<Net, In, T>(extents, moments).total();
}

}  // namespace STRATA_NAMESPACE

#pragma once
// Residual: y = f(x) + x, or y = f(x) + projection(x) where f changes the width (He et al. 2016, section 3.2).

#include <strata/layers/linear.hpp>
#include <strata/layers/sequential.hpp>
#include <strata/ops/map.hpp>

namespace STRATA_NAMESPACE {

/// First argument of Residual: the shortcut is a Linear layer to the width the inner layers return.
struct Projection {};

namespace detail {
template <class Given, class Returned, bool HasLayers>
struct ResidualNeedsItsShapeBack {
  static_assert(HasLayers, "strata::Residual: at least one layer inside");
  static_assert(!HasLayers || std::is_same_v<Given, Returned>,
                "strata::Residual: the inner layers must return the shape they are given. Make the last inner layer as "
                "wide as the input, or write Residual<Projection, ...>.");
};
template <class In, class Out, class Steps>
struct AppendShortcut;
template <class In, class Out, class... Steps>
struct AppendShortcut<In, Out, List<Steps...>> {
  using type = List<Steps...>;
};
template <Featured In, Featured Out, class... Steps>
struct AppendShortcut<In, Out, List<Steps...>> {
  using type = List<Steps..., Step<In, Linear<features<Out>>>>;
};
/// The layers of the branch, then the shortcut where the branch fits.
template <class In, class Out, class Steps>
using BranchAndShortcut = typename AppendShortcut<In, Out, Steps>::type;

template <class Given, class Returned, bool HasLayers>
struct ProjectionNeedsFeatures {
  static_assert(HasLayers, "strata::Residual: at least one layer inside, behind Projection");
  static_assert(
      !HasLayers,
      "strata::Residual: a Projection needs inner layers that keep the steps and return features. Common mistake: "
      "a LastStep inside the residual.");
};
}  // namespace detail

namespace detail {
/// The branch f of a residual: its own buffer where f's last layer looks at its output in backward, for y is not that
/// output any more once the shortcut was added.
template <class In, class... Layers>
struct Branch {
  using chain = Chain<In, Layers...>;
  using shape = typename walk<In, Layers...>::last;
  static constexpr bool keeps_output = reads_output(backward_reads_of<typename Ends<Layers...>::last>());

  template <class Pointer>
  struct Trace {
    typename chain::template trace<Pointer> layers;
    strata::Batch<Pointer, shape> output;
  };
};
}  // namespace detail

/// y = f(x) + x, f one or several layers that return the shape they are given: In -> In.
template <class... Layers>
struct Residual {
  template <class In>
  using inside = typename walk<In, Layers...>::steps;
  template <Shape In>
    requires(sizeof...(Layers) > 0) && std::same_as<typename walk<In, Layers...>::last, In>
  using output = In;
  template <class In>
  using refusal = detail::ResidualNeedsItsShapeBack<In, typename walk<In, Layers...>::last, (sizeof...(Layers) > 0)>;
  template <class In, class Pointer>
  using trace = typename detail::Branch<In, Layers...>::template Trace<Pointer>;
  static constexpr Reads backward_reads =
      reads(reads_input(backward_reads_of<typename detail::Ends<Layers...>::first>()), false);

  template <class Run, class X, class Y, class S>
  static constexpr void forward(Run& run, X x, Y y, S& slot) {
    using Branch = detail::Branch<typename S::input, Layers...>;
    if constexpr (Run::taped && Branch::keeps_output) {
      slot.tape.output = run.template batch<typename Branch::shape>();
      Branch::chain::forward(run, x, slot.tape.output, slot, slot.tape.layers);
      ops::map(run, ops::Sum{}, ops::into(y), ops::from(slot.tape.output, x));
    } else {
      Branch::chain::forward(run, x, y, slot, slot.tape.layers);
      ops::add(run, ops::accumulate(y), x);
    }
    run.observe(slot.position, "sum", y);
  }
  template <class Run, class X, class Y, class DY, class DX, class S>
  static constexpr void backward(Run& run, X x, Y, DY dy, DX dx, S& slot) {
    using Branch = detail::Branch<typename S::input, Layers...>;
    Branch::chain::backward(run, x, slot.tape.output, dy, dx, slot, slot.tape.layers);
    if constexpr (Branch::keeps_output) run.release(slot.tape.output.data);
    ops::add(run, ops::accumulate(dx), dy);
  }
};

/// y = f(x) + x Wᵀ + b: the shortcut is a Linear layer (the last of the tensors) to the width f returns.
template <class... Layers>
struct Residual<Projection, Layers...> {
  template <class In>
  using inner = typename walk<In, Layers...>::last;
  template <Featured In>
    requires(sizeof...(Layers) > 0) && Featured<inner<In>> && (Stepwise<inner<In>> == Stepwise<In>)
  using output = inner<In>;
  template <class In>
  using inside = detail::BranchAndShortcut<In, inner<In>, typename walk<In, Layers...>::steps>;
  template <class In>
  using refusal = detail::ProjectionNeedsFeatures<In, inner<In>, (sizeof...(Layers) > 0)>;
  template <class In, class Pointer>
  using trace = typename detail::Branch<In, Layers...>::template Trace<Pointer>;
  static constexpr Reads backward_reads = Reads::input;

  template <class Run, class X, class Y, class S>
  static constexpr void forward(Run& run, X x, Y y, S& slot) {
    using Branch = detail::Branch<typename S::input, Layers...>;
    slot.tape.output = run.template batch<typename Branch::shape>();
    Branch::chain::forward(run, x, slot.tape.output, slot, slot.tape.layers);
    Tensors<typename S::pointer, Nothing> no_tape;
    auto shortcut = child_slot<sizeof...(Layers)>(slot, no_tape);
    strata::forward(run, x, y, shortcut);
    ops::add(run, ops::accumulate(y), slot.tape.output);
    run.observe(slot.position, "sum", y);
    if constexpr (!Run::taped || !Branch::keeps_output) run.release(slot.tape.output.data);
  }
  template <class Run, class X, class Y, class DY, class DX, class S>
  static constexpr void backward(Run& run, X x, Y y, DY dy, DX dx, S& slot) {
    using Branch = detail::Branch<typename S::input, Layers...>;
    Branch::chain::backward(run, x, slot.tape.output, dy, dx, slot, slot.tape.layers);
    if constexpr (Branch::keeps_output) run.release(slot.tape.output.data);
    Tensors<typename S::pointer, Nothing> no_tape;
    auto shortcut = child_slot<sizeof...(Layers)>(slot, no_tape);
    if constexpr (Wanted<DX>) {
      auto through = run.template batch<typename S::input>();
      strata::backward(run, x, y, dy, through, shortcut);
      ops::add(run, ops::accumulate(dx), through);
      run.release(through.data);
    } else {
      strata::backward(run, x, y, dy, dx, shortcut);
    }
  }
};

}  // namespace STRATA_NAMESPACE

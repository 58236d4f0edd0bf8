#pragma once
// SimpleRNN: the recurrent layer of Elman (1990), PyTorch's nn.RNN and Keras's SimpleRNN:
//
//   h = tanh(x Wᵢₕᵀ + b_ih + h′ Wₕₕᵀ + b_hh)                                  h′: of the step before

#include <strata/layers/recurrent.hpp>
#include <strata/layers/simple_rnn_cell.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given, bool HasUnits, class... Options>
struct SimpleRnnRefusal : RecurrentRefusal<SimplePlaces, Options...> {
  static_assert(HasUnits, "strata::SimpleRNN: at least one hidden unit");
  static_assert(
      !HasUnits || !good_options<SimplePlaces, Options...>() || AnySequence<Given>,
      "strata::SimpleRNN: needs Sequence<N>. Common mistakes: SimpleRNN behind a LastStep or on Features, which "
      "have no steps; Tokens that were not embedded first.");
};
}  // namespace detail

/// Elman's recurrent layer, the whole sequence of hidden states out: Sequence<In> -> Sequence<Hidden>, ragged or not.
/// weight_ih_l0 [Hidden, In], weight_hh_l0 [Hidden, Hidden] (decayed), bias_ih_l0 and bias_hh_l0 [Hidden] (not), so
/// that the state_dict of a torch.nn.RNN loads directly. State: h [batch, Hidden]; zero unless the session carries it.
/// Options, in any order: Rectified, Zoneout<0.0, p>, DropConnect, VariationalDropout, OutputDropout.
template <std::size_t Hidden, class... Options>
struct SimpleRNN {
  using options = detail::OptionsFor<detail::SimplePlaces, Options...>;

  template <AnySequence In>
    requires(Hidden > 0 && detail::good_options<detail::SimplePlaces, Options...>())
  using output = with_features<In, Hidden>;
  template <class In>
  using refusal = detail::SimpleRnnRefusal<In, (Hidden > 0), Options...>;
  template <class In>
  using weights = detail::RecurrentWeights<Hidden, features<In>, Hidden>;
  template <class In>
  using state = TensorList<PerSample<"h", Hidden>>;
  template <class In>
  using tape = Joined<TensorList<PerRow<"gates", Hidden>, PerSample<"h0", Hidden>>,
                      std::conditional_t<options::at(Site::outputs), TensorList<PerRow<"hidden", Hidden>>, Nothing>>;
  static constexpr Reads backward_reads = Reads::both;

  template <class Run, class S>
  static constexpr void forward(Run& run, auto x, auto y, S& slot) {
    if constexpr (Parts::template steps_at_once<Run, typename S::input>) step(run, x, y, slot);
    else all_steps(run, x, y, slot);
  }

  /// Overwrites the tape's states with dz.
  template <class Run>
  static constexpr void backward(Run& run, auto x, auto y, auto dy, auto dx, auto& slot) {
    using namespace ops;
    using Cell = SimpleCellBackward<options::rectified, options::template code<true>, true>;
    const auto gates = get<"gates">(slot.tape);
    const auto h0 = get<"h0">(slot.tape);
    auto space_h = run.scratch(Hidden * x.extents.batch);
    auto space_held = run.scratch(std::size_t{Cell::holds_hidden} * Hidden * x.extents.batch);
    auto weight_space = run.scratch(Parts::template room<Run, Site::weights>(fixed_count(Hidden * Hidden)));
    using State = Matrix<typename Run::pointer, Hidden>;
    const State dh{space_h.data, x.extents.batch}, held{space_held.data, x.extents.batch};
    const auto recurrent = Parts::connected(run, get<"weight_hh_l0">(slot.weights), weight_space.data, slot);
    const auto masks = Parts::cell_masks(run, slot);
    const RecurrenceRoom<Run, 1, Hidden, masks.size> room(run);
    MovingSources<Run, 3 + Cell::holds_hidden> in;
    MovingDestinations<Run, Cell::outputs> out;
    in.each_step(run, gates, dy);
    in.same(dh);
    out.each_step(run, gates);
    if constexpr (Cell::holds_hidden) {
      zero(run, into(held));
      in.same(held);
      out.same(held);
    }
    recurrence_backward<2>(run, room, Cell{}, gates, dh, recurrent, out, in, masks);
    if constexpr (Run::state_gradients) {
      const auto dh0 = get<"h">(slot.state_gradients);
      Parts::state_gradient(run, dh0, rows_of_step(run, gates, 0), recurrent, slot);
      if constexpr (Cell::holds_hidden) add(run, accumulate(dh0), held);
    }
    Parts::add_input_weight_gradient(run, x, gates, slot);
    Parts::weight_gradient(run, get<"weight_hh_l0">(slot.gradients), slot,
                           [&](auto sum) { Parts::add_products(run, gates, h0, Parts::hidden(slot, y), sum, slot); });
    Parts::add_bias_gradients(run, gates, slot);
    Parts::input_gradient(run, dx, gates, get<"weight_ih_l0">(slot.weights), slot);
  }

  /// PyTorch's: everything uniform in ±1 / sqrt(Hidden).
  template <class In>
  static void initialize(auto& random, auto weights) {
    Parts::initialize(random, weights, Hidden);
  }

 private:
  using Parts = detail::RecurrentParts<options>;

  /// All steps; gates become h*, and afterwards the state is h of the last.
  template <class Run>
  static constexpr void steps(Run& run, auto gates, auto hidden, auto y, auto& slot, auto recurrent) {
    using namespace ops;
    using Cell = SimpleCell<options::rectified, options::template code<Run::stochastic>, Run::stochastic>;
    const Cell cell{{.hidden = options::expected(Site::hidden)}};
    const auto h0 = get<"h">(slot.state);
    const auto masks = Parts::cell_masks(run, slot);
    const RecurrenceRoom<Run, 1, Hidden, masks.size> room(run);
    auto first_space = run.scratch(Parts::template room<Run, Site::state>(Hidden * y.extents.batch));
    auto later_space = run.scratch(Parts::template room<Run, Site::state>(Hidden * y.extents.rows()));
    using State = Matrix<typename Run::pointer, Hidden>;
    const State first{first_space.data, y.extents.batch}, entering{later_space.data, y.extents.rows()};
    MovingSources<Run, 1 + Cell::Masks::at(Site::hidden)> in;
    MovingDestinations<Run, Cell::outputs> out;
    in.each_step(run, gates);
    if constexpr (Cell::Masks::at(Site::hidden)) in.step_before(run, h0, hidden);
    out.each_step(run, gates, y);
    if constexpr (Cell::Masks::at(Site::outputs)) out.each_step(run, hidden);
    if constexpr (Parts::template masks_state<Run>) {
      Parts::mask_state(run, into(first), h0, slot);
      out.each_step(run, entering);
      recurrence_forward(run, room, cell, gates, first, entering, recurrent, out, in, masks);
    } else {
      recurrence_forward(run, room, cell, gates, h0, hidden, recurrent, out, in, masks);
    }
    Parts::keep_state(run, h0, hidden, y, slot);
  }

  /// A step of a stream.
  template <class Run>
  static constexpr void step(Run& run, auto x, auto y, auto& slot) {
    using namespace ops;
    using Cell = SimpleCell<options::rectified, options::template code<false>, false>;
    MovingSources<Run, Cell::Masks::at(Site::hidden)> in;
    MovingDestinations<Run, Cell::outputs> out;
    if constexpr (Cell::Masks::at(Site::hidden)) in.same(get<"h">(slot.state));
    const Cell cell{{.hidden = options::expected(Site::hidden)}};
    Parts::template step<Products::together, 1>(run, cell, x, y, slot, out, in);
  }

  template <class Run>
  static constexpr void all_steps(Run& run, auto x, auto y, auto& slot) {
    using namespace ops;
    auto x_space = run.scratch(Parts::template room<Run, Site::inputs>(Parts::columns(x) * x.extents.rows()));
    auto weight_space = run.scratch(Parts::template room<Run, Site::weights>(fixed_count(Hidden * Hidden)));
    const auto entering = Parts::entering(run, x, x_space.data, slot);
    const auto recurrent = Parts::connected(run, get<"weight_hh_l0">(slot.weights), weight_space.data, slot);
    const auto h0 = get<"h">(slot.state);
    if constexpr (Run::taped) {
      const auto gates = get<"gates">(slot.tape);
      copy(run, into(get<"h0">(slot.tape)), h0);
      Parts::project(run, entering, gates, slot);
      steps(run, gates, Parts::hidden(slot, y), y, slot, recurrent);
    } else {
      constexpr bool keeps = Run::stochastic && options::at(Site::outputs);
      using Rows = Matrix<typename Run::pointer, Hidden>;
      auto space = run.scratch(Hidden * x.extents.rows());
      auto hidden_space = run.scratch(std::size_t{keeps} * Hidden * x.extents.rows());
      const Rows gates{space.data, x.extents.rows()};
      Parts::project(run, entering, gates, slot);
      if constexpr (keeps) steps(run, gates, Rows{hidden_space.data, x.extents.rows()}, y, slot, recurrent);
      else steps(run, gates, y, y, slot, recurrent);
    }
  }
};

}  // namespace STRATA_NAMESPACE

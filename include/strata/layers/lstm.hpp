#pragma once
// LSTM: long short-term memory (Hochreiter & Schmidhuber 1997; with a forget gate, Gers et al. 2000) as PyTorch's
// nn.LSTM:
//
//   z = x Wᵢₕᵀ + b_ih + h′ Wₕₕᵀ + b_hh, split into z_i, z_f, z_g, z_o        h′, c′: of the step before
//   i = σ(z_i), f = σ(z_f), g = tanh(z_g), o = σ(z_o)
//   c = f · c′ + i · g,   h = o · tanh(c)
//
// and with options, in any combination; their equations are in lstm_cell.hpp. Who calls what by which name:
//
//   here                          published                elsewhere
//   OutputDropout<p>              Zaremba et al. 2014      Dropout behind the layer; nn.LSTM's dropout
//   VariationalDropout<x, h, y>   Gal & Ghahramani 2016    Keras's dropout, recurrent_dropout; locked dropout
//   RecurrentDropout<p>           Semeniuta et al. 2016    LayerNormBasicLSTMCell's dropout_keep_prob
//   Zoneout<c, h>                 Krueger et al. 2017      the same; in some libraries tanh sees the held cell
//   DropConnect<p>                Wan et al. 2013          weight drop (AWD-LSTM), dropout (haste)
//   Peephole                      Gers & Schmidhuber 2000  use_peepholes (TensorFlow), P (ONNX)
//   ForgetBias<b>                 Gers et al. 2000         Keras's unit_forget_bias (1)
//   LayerNormGates                Ba et al. 2016           haste's LayerNormLSTM; TensorFlow's normalizes each gate

#include <strata/layers/layer_norm_gates.hpp>
#include <strata/layers/lstm_steps.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given, bool HasUnits, class... Options>
struct LstmRefusal : RecurrentRefusal<LstmPlaces, Options...> {
  static_assert(HasUnits, "strata::LSTM: at least one hidden unit");
  static_assert(
      !HasUnits || !good_options<LstmPlaces, Options...>() || AnySequence<Given>,
      "strata::LSTM: needs Sequence<N>. Common mistakes: LSTM behind a LastStep or on Features, which have no steps; "
      "Tokens that were not embedded first.");
};
}  // namespace detail

/// Long short-term memory, the whole sequence of hidden states out: Sequence<In> -> Sequence<Hidden>, ragged or not.
/// weight_ih_l0 [4·Hidden, In], weight_hh_l0 [4·Hidden, Hidden] (decayed), bias_ih_l0 and bias_hh_l0 [4·Hidden] (not),
/// so that the state_dict of a torch.nn.LSTM loads directly. State: h and c [batch, Hidden]; zero unless the session
/// carries it. Options, in any order: Zoneout, DropConnect, VariationalDropout, RecurrentDropout, OutputDropout,
/// Peephole, ForgetBias, LayerNormGates. Observers are shown "gates" [rows, 4·Hidden] (i, f, g, o after their
/// activations) and "cell" [rows, Hidden] in training and by Network::observe.
template <std::size_t Hidden, class... Options>
struct LSTM {
  using options = detail::OptionsFor<detail::LstmPlaces, Options...>;

  template <AnySequence In>
    requires(Hidden > 0 && detail::good_options<detail::LstmPlaces, Options...>())
  using output = with_features<In, Hidden>;
  template <class In>
  using refusal = detail::LstmRefusal<In, (Hidden > 0), Options...>;
  template <class In>
  using weights = Joined<detail::RecurrentWeights<4 * Hidden, features<In>, Hidden>,
                         Joined<std::conditional_t<options::peepholes, detail::PeepholeWeights<Hidden>, Nothing>,
                                typename detail::LstmSteps<options>::template weights<Hidden>>>;
  template <class In>
  using state = TensorList<PerSample<"h", Hidden>, PerSample<"c", Hidden>>;
  template <class In>
  using tape = Joined<
      TensorList<PerRow<"gates", 4 * Hidden>, PerRow<"cell", Hidden>, PerSample<"h0", Hidden>, PerSample<"c0", Hidden>>,
      Joined<std::conditional_t<options::at(Site::outputs), TensorList<PerRow<"hidden", Hidden>>, Nothing>,
             typename detail::LstmSteps<options>::template tape<Hidden>>>;
  static constexpr Reads backward_reads = Reads::both;

  template <class Run, class S>
  static constexpr void forward(Run& run, auto x, auto y, S& slot) {
    if constexpr (Steps::template steps_at_once<Run, typename S::input>) Steps::step(run, x, y, slot);
    else all_steps(run, x, y, slot);
  }

  /// Overwrites the taped gates with the gradients of their inputs: from then on they are dz.
  template <class Run>
  static constexpr void backward(Run& run, auto x, auto y, auto dy, auto dx, auto& slot) {
    using namespace ops;
    constexpr bool holds = options::at(Site::hidden);
    const auto gates = get<"gates">(slot.tape);
    const auto cell = get<"cell">(slot.tape);
    const auto h0 = get<"h0">(slot.tape), c0 = get<"c0">(slot.tape);
    auto space_h = run.scratch(Hidden * x.extents.batch), space_c = run.scratch(Hidden * x.extents.batch);
    auto space_held = run.scratch(std::size_t{holds} * Hidden * x.extents.batch);
    auto weight_space = run.scratch(Parts::template room<Run, Site::weights>(fixed_count(4 * Hidden * Hidden)));
    using State = Matrix<typename Run::pointer, Hidden>;
    const State dh{space_h.data, x.extents.batch}, dc{space_c.data, x.extents.batch},
        held{space_held.data, x.extents.batch};
    const auto recurrent = Parts::connected(run, get<"weight_hh_l0">(slot.weights), weight_space.data, slot);
    Steps::backward(run, gates, cell, c0, dy, dh, dc, held, slot, recurrent);
    const auto of_recurrent = Steps::of_recurrent(gates, slot);
    if constexpr (Run::state_gradients) {
      const auto dh0 = get<"h">(slot.state_gradients);
      Parts::state_gradient(run, dh0, rows_of_step(run, of_recurrent, 0), recurrent, slot);
      if constexpr (holds) add(run, accumulate(dh0), held);
      copy(run, into(get<"c">(slot.state_gradients)), dc);
    }
    const auto of_inputs = Steps::of_inputs(gates, slot);
    Parts::add_input_weight_gradient(run, x, of_inputs, slot);
    Parts::weight_gradient(run, get<"weight_hh_l0">(slot.gradients), slot, [&](auto sum) {
      Parts::add_products(run, of_recurrent, h0, Parts::hidden(slot, y), sum, slot);
    });
    Parts::add_bias_gradients(run, gates, slot);
    if constexpr (options::peepholes) detail::add_peephole_gradients(run, gates, cell, c0, slot);
    Parts::input_gradient(run, dx, of_inputs, get<"weight_ih_l0">(slot.weights), slot);
  }

  /// PyTorch's: everything uniform in ±1 / sqrt(Hidden).
  template <class In>
  static void initialize(auto& random, auto weights) {
    Parts::initialize(random, weights, Hidden);
    Steps::initialize(weights);
    if constexpr (options::peepholes) {
      const double bound = 1 / std::sqrt(static_cast<double>(Hidden));
      Uniform::fill(random, get<"weight_ci_l0">(weights), bound);
      Uniform::fill(random, get<"weight_cf_l0">(weights), bound);
      Uniform::fill(random, get<"weight_co_l0">(weights), bound);
    }
    if constexpr (options::sets_forget_bias) {
      const auto set = [](auto bias, double value) {
        constant_fill(Row<typename decltype(bias)::pointer, Hidden>{bias.data + Hidden}, value);
      };
      set(get<"bias_ih_l0">(weights), options::forget_bias);
      set(get<"bias_hh_l0">(weights), 0);
    }
  }

 private:
  using Parts = detail::RecurrentParts<options>;
  using Steps = detail::LstmSteps<options>;

  template <class Run, class S>
  static constexpr void all_steps(Run& run, auto x, auto y, S& slot) {
    using namespace ops;
    auto x_space = run.scratch(Parts::template room<Run, Site::inputs>(Parts::columns(x) * x.extents.rows()));
    auto weight_space = run.scratch(Parts::template room<Run, Site::weights>(fixed_count(4 * Hidden * Hidden)));
    const auto entering = Parts::entering(run, x, x_space.data, slot);
    const auto recurrent = Parts::connected(run, get<"weight_hh_l0">(slot.weights), weight_space.data, slot);
    const auto h0 = get<"h">(slot.state), c0 = get<"c">(slot.state);
    if constexpr (Run::taped) {
      const auto gates = get<"gates">(slot.tape);
      const auto cell = get<"cell">(slot.tape);
      copy(run, into(get<"h0">(slot.tape)), h0);
      copy(run, into(get<"c0">(slot.tape)), c0);
      Steps::project(run, entering, gates, slot);
      sequence(run, gates, cell, Parts::hidden(slot, y), y, slot, recurrent);
      Parts::keep_last(run, c0, cell, slot);
      run.observe(slot.position, "gates", gates);
      run.observe(slot.position, "cell", cell);
    } else {
      constexpr bool keeps = Run::stochastic && options::at(Site::outputs), ragged = Ragged<typename S::input>;
      using Rows = Matrix<typename Run::pointer, Hidden>;
      auto space = run.scratch(4 * Hidden * x.extents.rows());
      auto cell_space = run.scratch(std::size_t{ragged} * Hidden * x.extents.rows());
      auto hidden_space = run.scratch(std::size_t{keeps} * Hidden * x.extents.rows());
      const Matrix<typename Run::pointer, 4 * Hidden> gates{space.data, x.extents.rows()};
      const auto run_with = [&](auto cell) {
        if constexpr (keeps) sequence(run, gates, cell, Rows{hidden_space.data, x.extents.rows()}, y, slot, recurrent);
        else sequence(run, gates, cell, y, y, slot, recurrent);
      };
      Steps::project(run, entering, gates, slot);
      if constexpr (ragged) {  // c of each sample's last step is wanted, so all are kept
        const Rows cell{cell_space.data, x.extents.rows()};
        run_with(cell);
        Parts::keep_last(run, c0, cell, slot);
      } else {
        run_with(Discard{});
      }
    }
  }

  /// Their recurrence; afterwards the state is h of the last, and c where it was not kept.
  template <class Run>
  static constexpr void sequence(Run& run, auto gates, auto cell, auto hidden, auto y, auto& slot, auto recurrent) {
    const auto h0 = get<"h">(slot.state), c0 = get<"c">(slot.state);
    Steps::forward(run, gates, cell, hidden, h0, c0, y, slot, recurrent);
    Parts::keep_state(run, h0, hidden, y, slot);
  }
};

}  // namespace STRATA_NAMESPACE

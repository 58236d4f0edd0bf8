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
//   here                           published                       elsewhere
//   OutputDropout<p>               Zaremba et al. 2014             Dropout behind the layer; `dropout` of PyTorch's
//   nn.LSTM
//                                                                  (between its layers)
//   VariationalDropout<x, h, y>    Gal & Ghahramani 2016           Keras: `dropout` (inputs) and `recurrent_dropout`
//   (state);
//                                                                  AWD-LSTM: locked dropout. Kingma's (2015) is another
//   RecurrentDropout<p>            Semeniuta et al. 2016           TensorFlow: LayerNormBasicLSTMCell's
//   dropout_keep_prob Zoneout<c, h>                  Krueger et al. 2017             the same; some libraries' tanh
//   sees the cell after it DropConnect<p>                 Wan et al. 2013, Merity et al.  AWD-LSTM: weight drop; haste:
//   `dropout`
//                                  2017 (recurrent weights)
//   Peephole                       Gers & Schmidhuber 2000         TensorFlow: use_peepholes; ONNX: P
//   ForgetBias<b>                  Gers et al. 2000                Keras: unit_forget_bias (1)

#include <strata/init/uniform.hpp>
#include <strata/layers/lstm_steps.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given, bool HasUnits, class... Options>
struct LstmRefusal : RecurrentRefusal<LstmPlaces, Options...> {
  static_assert(HasUnits, "strata::LSTM: at least one hidden unit");
  static_assert(
      !HasUnits || !good_options<LstmPlaces, Options...>() || SequenceOfFeatures<Given>,
      "strata::LSTM: needs Sequence<N>. Common mistakes: LSTM behind a LastStep or on Features, which have no steps; "
      "Tokens that were not embedded first.");
};
}  // namespace detail

/// Long short-term memory, the whole sequence of hidden states out: Sequence<In> -> Sequence<Hidden>.
/// weight_ih_l0 [4·Hidden, In], weight_hh_l0 [4·Hidden, Hidden] (decayed), bias_ih_l0 and bias_hh_l0 [4·Hidden] (not),
/// so that the state_dict of a torch.nn.LSTM loads directly. State: h and c [batch, Hidden]; zero unless the session
/// carries it. Options, in any order: Zoneout, DropConnect, VariationalDropout, RecurrentDropout, OutputDropout,
/// Peephole, ForgetBias. Observers are shown "gates" [rows, 4·Hidden] (i, f, g, o after their activations) and "cell"
/// [rows, Hidden] in training and by Network::observe.
template <std::size_t Hidden, class... Options>
struct LSTM {
  using options = detail::OptionsFor<detail::LstmPlaces, Options...>;

  template <SequenceOfFeatures In>
    requires(Hidden > 0 && detail::good_options<detail::LstmPlaces, Options...>())
  using output = Sequence<Hidden>;
  template <class In>
  using refusal = detail::LstmRefusal<In, (Hidden > 0), Options...>;
  template <class In>
  using weights =
      Joined<TensorList<Tensor<"weight_ih_l0", 4 * Hidden, features<In>>, Tensor<"weight_hh_l0", 4 * Hidden, Hidden>,
                        Undecayed<Tensor<"bias_ih_l0", 4 * Hidden>>, Undecayed<Tensor<"bias_hh_l0", 4 * Hidden>>>,
             std::conditional_t<options::peepholes, detail::PeepholeWeights<Hidden>, Nothing>>;
  template <class In>
  using state = TensorList<PerSample<"h", Hidden>, PerSample<"c", Hidden>>;
  template <class In>
  using tape = Joined<
      TensorList<PerRow<"gates", 4 * Hidden>, PerRow<"cell", Hidden>, PerSample<"h0", Hidden>, PerSample<"c0", Hidden>>,
      std::conditional_t<options::at(Site::outputs), TensorList<PerRow<"hidden", Hidden>>, Nothing>>;
  static constexpr Reads backward_reads = Reads::both;

  template <class Run>
  static constexpr void forward(Run& run, auto x, auto y, auto& slot) {
    using namespace ops;
    auto x_space = run.scratch(Parts::template room<Run, Site::inputs>(features_of(x) * x.extents.rows()));
    auto weight_space = run.scratch(Parts::template room<Run, Site::weights>(fixed_count(4 * Hidden * Hidden)));
    const auto entering = Parts::entering(run, x, x_space.data, slot);
    const auto recurrent = Parts::connected(run, get<"weight_hh_l0">(slot.weights), weight_space.data, slot);
    const auto h0 = get<"h">(slot.state), c0 = get<"c">(slot.state);
    if constexpr (Run::taped) {
      const auto gates = get<"gates">(slot.tape);
      const auto cell = get<"cell">(slot.tape);
      copy(run, into(get<"h0">(slot.tape)), h0);
      copy(run, into(get<"c0">(slot.tape)), c0);
      project_input(run, entering, gates, slot);
      sequence(run, LstmCellTaped{}, gates, cell, hidden(slot, y), y, slot, recurrent);
      copy(run, into(c0), run.last_rows(cell));
      run.observe(slot.position, "gates", gates);
      run.observe(slot.position, "cell", cell);
    } else {
      auto space = run.scratch(4 * Hidden * x.extents.rows());
      const Matrix<typename Run::pointer, 4 * Hidden> gates{space.data, x.extents.rows()};
      project_input(run, entering, gates, slot);
      sequence(run, LstmCell{}, gates, Discard{}, Discard{}, y, slot, recurrent);
    }
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
    if constexpr (options::plain_cell) lstm_backward(run, LstmCellBackward{}, gates, cell, c0, dy, dh, dc, recurrent);
    else Steps::backward(run, gates, cell, c0, dy, dh, dc, held, slot, recurrent);
    if constexpr (Run::state_gradients) {
      Parts::state_gradient(run, get<"h">(slot.state_gradients), first_step(run, gates), recurrent, held, slot);
      copy(run, into(get<"c">(slot.state_gradients)), dc);
    }
    add_weight_gradients(run, x, hidden(slot, y), gates, h0, slot);
    if constexpr (options::peepholes) Steps::add_peephole_gradients(run, gates, cell, c0, slot);
    Parts::input_gradient(run, dx, gates, get<"weight_ih_l0">(slot.weights), slot);
  }

  /// PyTorch's: everything uniform in ±1 / sqrt(Hidden).
  template <class In>
  static void initialize(auto& random, auto weights) {
    const double bound = 1 / std::sqrt(static_cast<double>(Hidden));
    Uniform::fill(random, get<"weight_ih_l0">(weights), bound);
    Uniform::fill(random, get<"weight_hh_l0">(weights), bound);
    const auto bias_ih = get<"bias_ih_l0">(weights), bias_hh = get<"bias_hh_l0">(weights);
    Uniform::fill(random, bias_ih, bound);
    Uniform::fill(random, bias_hh, bound);
    if constexpr (options::peepholes) {
      Uniform::fill(random, get<"weight_ci_l0">(weights), bound);
      Uniform::fill(random, get<"weight_cf_l0">(weights), bound);
      Uniform::fill(random, get<"weight_co_l0">(weights), bound);
    }
    if constexpr (options::sets_forget_bias) {
      constant_fill(Row<decltype(bias_ih.data), Hidden>{bias_ih.data + Hidden}, options::forget_bias);
      constant_fill(Row<decltype(bias_hh.data), Hidden>{bias_hh.data + Hidden}, 0);
    }
  }

 private:
  using Parts = detail::RecurrentParts<options>;
  using Steps = detail::LstmSteps<options>;

  template <class X>
  static constexpr std::size_t features_of(const X&) {
    return X::columns;
  }
  static constexpr auto first_step(auto& run, auto rows) {
    return rows.rows_from(0 * run.extents.batch, run.extents.batch);
  }
  /// The rows of h on a tape.
  static constexpr auto hidden(auto& slot, auto y) {
    if constexpr (options::at(Site::outputs)) return get<"hidden">(slot.tape);
    else return y;
  }

  /// All steps; afterwards the state is h of the last, and c where it was not on the tape.
  template <class Run>
  static constexpr void sequence(Run& run, auto plain, auto gates, auto cell, auto hidden, auto y, auto& slot,
                                 auto recurrent) {
    using namespace ops;
    const auto h0 = get<"h">(slot.state), c0 = get<"c">(slot.state);
    if constexpr (options::plain_cell) {
      lstm_forward(run, plain, gates, cell, h0, c0, y, recurrent);
      copy(run, into(h0), run.last_step(y));
    } else {
      auto space = run.scratch(Parts::template room<Run, Site::state>(Hidden * y.extents.batch));
      const Matrix<typename Run::pointer, Hidden> entering{space.data, y.extents.batch};
      Steps::forward(run, gates, cell, hidden, h0, c0, entering, y, slot, recurrent);
      Parts::keep_state(run, h0, hidden, y);
    }
  }

  /// gates = x Wᵢₕᵀ + b_ih + b_hh for all steps at once.
  template <class Run>
  static constexpr void project_input(Run& run, auto x, auto gates, auto& slot) {
    using namespace ops;
    auto space = run.scratch(fixed_count(padded(4 * Hidden)));
    const Row<typename Run::pointer, 4 * Hidden> bias{space.data};
    map(run, Sum{}, into(bias), from(get<"bias_ih_l0">(slot.weights), get<"bias_hh_l0">(slot.weights)));
    matmul(run, into(gates), x, transposed(get<"weight_ih_l0">(slot.weights)), bias);
  }

  template <class Run>
  static constexpr void add_weight_gradients(Run& run, auto x, auto hidden, auto dz, auto h0, auto& slot) {
    using namespace ops;
    {
      auto space = run.scratch(Parts::template room<Run, Site::inputs>(features_of(x) * x.extents.rows()));
      matmul(run, accumulate(get<"weight_ih_l0">(slot.gradients)), transposed(dz),
             Parts::entering(run, x, space.data, slot));
    }
    Parts::add_recurrent_gradient(run, dz, h0, hidden, get<"weight_hh_l0">(slot.gradients), slot);
    reduce_rows(run, Twice{}, accumulate(get<"bias_ih_l0">(slot.gradients), get<"bias_hh_l0">(slot.gradients)),
                from(dz));
  }
};

}  // namespace STRATA_NAMESPACE

#pragma once
// GRU: gated recurrent unit (Cho et al. 2014) in the form of cuDNN, PyTorch's nn.GRU and Keras's reset_after=True:
//
//   a = x Wᵢₕᵀ + b_ih, q = h′ Wₕₕᵀ + b_hh, each split into r, z, n                          h′: of the step before
//   r = σ(a_r + q_r), z = σ(a_z + q_z), n = tanh(a_n + r · q_n),   h = (1 - z) · n + z · h′
//
// The option ResetBefore (reset_before.hpp) makes it the form of the paper.

#include <strata/layers/gru_form.hpp>
#include <strata/layers/reset_before.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given, bool HasUnits, class... Options>
struct GruRefusal : RecurrentRefusal<GruPlaces, Options...> {
  static_assert(HasUnits, "strata::GRU: at least one hidden unit");
  static_assert(!HasUnits || !good_options<GruPlaces, Options...>() || AnySequence<Given>,
                "strata::GRU: needs Sequence<N>. Common mistakes: GRU behind a LastStep or on Features, which have no "
                "steps; Tokens that were not embedded first.");
};
}  // namespace detail

/// Gated recurrent unit, the whole sequence of hidden states out: Sequence<In> -> Sequence<Hidden>, ragged or not.
/// weight_ih_l0 [3·Hidden, In], weight_hh_l0 [3·Hidden, Hidden] (decayed), bias_ih_l0 and bias_hh_l0 [3·Hidden] (not),
/// so that the state_dict of a torch.nn.GRU loads directly. State: h [batch, Hidden]; zero unless the session carries
/// it. Options, in any order: ResetBefore, Zoneout<0.0, p>, DropConnect, VariationalDropout, RecurrentDropout,
/// OutputDropout. Observers are shown "gates" [rows, 3·Hidden] (r, z, n).
template <std::size_t Hidden, class... Options>
struct GRU {
  using options = detail::OptionsFor<detail::GruPlaces, Options...>;

  template <AnySequence In>
    requires(Hidden > 0 && detail::good_options<detail::GruPlaces, Options...>())
  using output = with_features<In, Hidden>;
  template <class In>
  using refusal = detail::GruRefusal<In, (Hidden > 0), Options...>;
  template <class In>
  using weights = typename detail::GruForm<Hidden, options>::template weights<features<In>>;
  template <class In>
  using state = TensorList<PerSample<"h", Hidden>>;
  template <class In>
  using tape =
      Joined<TensorList<PerRow<"gates", 3 * Hidden>, PerSample<"h0", Hidden>>,
             Joined<typename detail::GruForm<Hidden, options>::tape,
                    std::conditional_t<options::at(Site::outputs), TensorList<PerRow<"hidden", Hidden>>, Nothing>>>;
  static constexpr Reads backward_reads = Reads::both;

  template <class Run, class S>
  static constexpr void forward(Run& run, auto x, auto y, S& slot) {
    if constexpr (Form::template steps_at_once<Run, typename S::input>) Form::step(run, x, y, slot);
    else all_steps(run, x, y, slot);
  }

  /// Overwrites the taped gates with the gradients of a.
  template <class Run>
  static constexpr void backward(Run& run, auto x, auto y, auto dy, auto dx, auto& slot) {
    using namespace ops;
    const auto gates = get<"gates">(slot.tape);
    const auto h0 = get<"h0">(slot.tape);
    const auto hidden = Parts::hidden(slot, y);
    auto space_h = run.scratch(Hidden * x.extents.batch), space_held = run.scratch(Hidden * x.extents.batch);
    auto weight_space = run.scratch(Parts::template room<Run, Site::weights>(fixed_count(3 * Hidden * Hidden)));
    const Matrix<typename Run::pointer, Hidden> dh{space_h.data, x.extents.batch},
        held{space_held.data, x.extents.batch};
    const auto recurrent = Parts::connected(run, get<"weight_hh_l0">(slot.weights), weight_space.data, slot);
    Form::backward(run, gates, hidden, h0, y, dy, dh, held, slot, recurrent);
    if constexpr (Run::state_gradients) Form::state_gradient(run, gates, dh, held, slot, recurrent);
    Parts::add_input_weight_gradient(run, x, gates, slot);
    Form::add_recurrent_gradients(run, gates, h0, hidden, slot);
    Parts::input_gradient(run, dx, gates, get<"weight_ih_l0">(slot.weights), slot);
  }

  /// PyTorch's: everything uniform in ±1 / sqrt(Hidden).
  template <class In>
  static void initialize(auto& random, auto weights) {
    Parts::initialize(random, weights, Hidden);
  }

 private:
  using Parts = detail::RecurrentParts<options>;
  using Form = detail::GruForm<Hidden, options>;

  template <class Run>
  static constexpr void all_steps(Run& run, auto x, auto y, auto& slot) {
    using namespace ops;
    auto x_space = run.scratch(Parts::template room<Run, Site::inputs>(Parts::columns(x) * x.extents.rows()));
    auto weight_space = run.scratch(Parts::template room<Run, Site::weights>(fixed_count(3 * Hidden * Hidden)));
    auto state_space = run.scratch(Parts::template room<Run, Site::state>(Hidden * x.extents.batch));
    const auto entering = Parts::entering(run, x, x_space.data, slot);
    const auto recurrent = Parts::connected(run, get<"weight_hh_l0">(slot.weights), weight_space.data, slot);
    const Matrix<typename Run::pointer, Hidden> masked{state_space.data, x.extents.batch};
    const auto h0 = get<"h">(slot.state);
    if constexpr (Run::taped) {
      const auto gates = get<"gates">(slot.tape);
      copy(run, into(get<"h0">(slot.tape)), h0);
      Form::project(run, entering, gates, slot);
      Form::forward(run, gates, Parts::hidden(slot, y), h0, masked, y, slot, recurrent);
      Parts::keep_state(run, h0, Parts::hidden(slot, y), y, slot);
      run.observe(slot.position, "gates", gates);
    } else {
      auto space = run.scratch(3 * Hidden * x.extents.rows());
      const Matrix<typename Run::pointer, 3 * Hidden> gates{space.data, x.extents.rows()};
      Form::project(run, entering, gates, slot);
      Form::forward(run, gates, Discard{}, h0, masked, y, slot, recurrent);
      Parts::keep_state(run, h0, Discard{}, y, slot);
    }
  }
};

}  // namespace STRATA_NAMESPACE

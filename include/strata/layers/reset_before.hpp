#pragma once
// ResetBefore: the GRU of the paper (Cho et al. 2014), Keras's reset_after=False and ONNX's default: the reset gate
// acts on the state before the recurrent product of the candidate instead of behind it,
//   n = tanh(a_n + (r · h′) W_hnᵀ + b_hn)
// which takes two products and two maps a step.

#include <strata/layers/gru_form.hpp>

namespace STRATA_NAMESPACE {

/// Option of a GRU. Tensors are those of the other form; b_ih and b_hh only count together.
struct ResetBefore {
  static constexpr std::string_view name = "ResetBefore";
  static constexpr bool reset_before = true;
};

namespace detail {
/// (a_r, a_z, h′ as it enters) -> (r, z, r · h′).
struct GruGates {
  template <class V>
  constexpr Pack<V, 3> operator()(V a_r, V a_z, V h) const {
    const V r = math::sigmoid(a_r);
    return {{r, math::sigmoid(a_z), r * h}};
  }
};
/// (z, a_n, h′ [, masks …]) -> (n, then what GruState returns).
template <unsigned Code, bool Drawn>
struct GruCandidate {
  using State = GruState<Code, Drawn>;
  static constexpr std::size_t outputs = 1 + State::outputs;

  State state{};

  template <class V, class... M>
  constexpr Pack<V, outputs> operator()(V z, V a_n, V h_before, M... drawn) const {
    const V n = math::tanh(a_n);
    const auto h = state(z, n, h_before, drawn...);
    Pack<V, outputs> results{{n}};
    for (std::size_t k = 0; k != State::outputs; ++k) results[1 + k] = h[k];
    return results;
  }
};
/// (r, h′ as it enters, d(r · h′)) -> (da_r, what goes to h′ as it enters).
struct GruResetBackward {
  template <class V>
  constexpr Pack<V, 2> operator()(V r, V h, V d) const {
    return {{d * h * r * (V(1) - r), d * r}};
  }
};

template <std::size_t Hidden, class Options>
  requires(Options::reset_before)
struct GruForm<Hidden, Options> {
  using Parts = RecurrentParts<Options>;
  /// Two products as any other, of parts of the weights; long rows lie as they are, for a part may be small enough.
  template <class Declared>
  using ByState = std::conditional_t<(Hidden < long_row), Multiplied<Declared>, Declared>;
  template <std::size_t In>
  using weights = RecurrentWeights<3 * Hidden, In, Hidden, ByState>;
  using tape = TensorList<PerRow<"reset", Hidden>>;  ///< r · h′ as it enters the candidate's product

  template <class Run, class In>
  static constexpr bool steps_at_once = false;  // two products, one after the other

  static constexpr void project(auto& run, auto x, auto gates, auto& slot) { Parts::project(run, x, gates, slot); }

  template <class Run>
  static constexpr void forward(Run& run, auto gates, auto hidden, auto h0, auto entering, auto y, auto& slot,
                                auto recurrent) {
    using namespace ops;
    using Candidate = GruCandidate<Options::template code<Run::stochastic>, Run::stochastic>;
    const Candidate candidate{{{.hidden = Options::expected(Site::hidden)}}};
    auto space = run.scratch(std::size_t{!Run::taped} * Hidden * run.extents.batch);
    if constexpr (Parts::template masks_state<Run>) Parts::mask_state(run, into(entering), h0, slot);
    run.each_step([&](std::size_t t) {
      const auto a = rows_of_step(run, gates, t);
      const auto before = Parts::hidden_before(run, hidden, h0, y, t), h = choose<Run>(entering, before);
      const auto both = a.template columns_from<0, 2 * Hidden>();
      const auto r = part_of<0, 3>(a), z = part_of<1, 3>(a), n = part_of<2, 3>(a);
      const auto reset = resets(run, space.data, slot, t);
      matmul(run, accumulate(both), h, transposed(gate_rows<0, 2>(recurrent)));
      map(run, GruGates{}, into(r, z, reset), from(r, z, h));
      matmul(run, accumulate(n), reset, transposed(gate_rows<2, 1>(recurrent)));
      Sources<Run, 3> in;
      Destinations<Run, Candidate::outputs> out;
      in.add(z, n, before);
      out.add(n);
      Parts::add_state(run, out, hidden, h0, entering, y, t);
      Parts::map(run, candidate, out, in, slot, t);
    });
  }

  template <class Run>
  static constexpr void backward(Run& run, auto gates, auto hidden, auto h0, auto y, auto dy, auto dh, auto held,
                                 auto& slot, auto recurrent) {
    using namespace ops;
    auto space = run.scratch(Hidden * run.extents.batch);
    auto state_space = run.scratch(Parts::template room<Run, Site::state>(Hidden * run.extents.batch));
    const Matrix<typename Run::pointer, Hidden> d_reset{space.data, run.extents.batch},
        masked{state_space.data, run.extents.batch};
    zero(run, into(dh));
    zero(run, into(held));
    const auto cell_backward = [&](std::size_t t) {
      const auto a = rows_of_step(run, gates, t);
      const auto before = Parts::hidden_before(run, hidden, h0, y, t);
      const auto r = part_of<0, 3>(a), z = part_of<1, 3>(a), n = part_of<2, 3>(a);
      Sources<Run, 6> in;
      Destinations<Run, 3> out;
      in.add(z, n, before, dy.step(t), dh, held);
      out.add(z, n, held);
      Parts::map(run, GruStateBackward<Options::template code<true>, true>{}, out, in, slot, t);
      matmul(run, into(d_reset), n, gate_rows<2, 1>(recurrent));
      if constexpr (Options::at(Site::state)) Parts::mask_state(run, into(masked), before, slot);
      map(run, GruResetBackward{}, into(r, dh), from(r, choose<Run>(masked, before), d_reset));
      matmul(run, accumulate(dh), a.template columns_from<0, 2 * Hidden>(), gate_rows<0, 2>(recurrent));
    };
    run.last_step_only(cell_backward);
    run.each_step_backwards([&](std::size_t t) { cell_backward(t - 1); });
  }

  /// dh is that of h0 as it enters already: each step ends with its products.
  static constexpr void state_gradient(auto& run, auto, auto dh, auto held, auto& slot, auto) {
    const auto gradient = get<"h">(slot.state_gradients);
    if constexpr (Options::at(Site::state)) Parts::mask_state(run, ops::into(gradient), dh, slot);
    else ops::copy(run, ops::into(gradient), dh);
    ops::add(run, ops::accumulate(gradient), held);
  }

  static constexpr void add_recurrent_gradients(auto& run, auto gates, auto h0, auto hidden, auto& slot) {
    using namespace ops;
    Parts::weight_gradient(run, get<"weight_hh_l0">(slot.gradients), slot, [&](auto sum) {
      Parts::add_products(run, gates.template columns_from<0, 2 * Hidden>(), h0, hidden, gate_rows<0, 2>(sum), slot);
      matmul(run, accumulate(gate_rows<2, 1>(sum)), transposed(part_of<2, 3>(gates)), get<"reset">(slot.tape));
    });
    Parts::add_bias_gradients(run, gates, slot);
  }

 private:
  /// Rows of Count gates from the First on of weights that have those of three.
  template <std::size_t First, std::size_t Count, class View>
  static constexpr auto gate_rows(View all) {
    return all.template rows_from<First * Hidden, Count * Hidden>();
  }
  /// h as it enters the products.
  template <class Run>
  static constexpr auto choose(auto masked, auto before) {
    if constexpr (Parts::template masks_state<Run>) return masked;
    else return before;
  }
  template <class Run>
  static constexpr auto resets(Run& run, [[maybe_unused]] typename Run::pointer memory, auto& slot, std::size_t t) {
    if constexpr (Run::taped) return rows_of_step(run, get<"reset">(slot.tape), t);
    else return Matrix<typename Run::pointer, Hidden>{memory, run.extents.batch};
  }
};
}  // namespace detail
}  // namespace STRATA_NAMESPACE

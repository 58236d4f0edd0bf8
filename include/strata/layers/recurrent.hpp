#pragma once
// What recurrent layers share: their inputs, states and recurrent weights under the masks of their options, and the
// gradients of the weights.
//
// A ragged batch runs through its padding like any other, so every kernel serves it: what comes behind a sample's end
// changes nothing before it. Afterwards the state is that of each sample's last step, and what was written behind it is
// zeroed. In backward dy is zero there, as every layer of a ragged network leaves it, and so all gradients are.

#include <strata/init/uniform.hpp>
#include <strata/layers/masked_weights.hpp>
#include <strata/layers/recurrent_options.hpp>
#include <strata/ops/masked_map.hpp>
#include <strata/ops/past_end.hpp>
#include <strata/ops/recurrent_step.hpp>
#include <strata/ops/reduce_rows.hpp>
#include <strata/ops/reverse_steps.hpp>
#include <strata/ops/stepwise.hpp>

namespace STRATA_NAMESPACE::detail {

/// So many views for a map, added one after another because options decide which there are.
template <class Pointer, std::size_t N>
struct Views {
  ops::Operands<Pointer, N> all{};
  std::size_t count = 0;

  template <class... View>
  constexpr void add(const View&... views) {
    (ops::arguments::set(all, count++, views), ...);
  }
};
template <class Run, std::size_t N>
using Destinations = Views<typename Run::pointer, N>;
template <class Run, std::size_t N>
using Sources = Views<typename ops::arguments::Constant<typename Run::pointer>::type, N>;

/// Weights of a layer with so many rows of gates, named as PyTorch's; ByState says how sums of h Wₕₕᵀ are cut.
template <std::size_t Gates, std::size_t In, std::size_t Hidden, template <class> class ByState = MultipliedByState>
using RecurrentWeights =
    TensorList<Multiplied<Tensor<"weight_ih_l0", Gates, In>>, ByState<Tensor<"weight_hh_l0", Gates, Hidden>>,
               Undecayed<Tensor<"bias_ih_l0", Gates>>, Undecayed<Tensor<"bias_hh_l0", Gates>>>;

template <class Options>
struct RecurrentParts : MaskedWeights<Options> {
  using Base = MaskedWeights<Options>;

  /// Whether h enters the recurrent product under masks, as a copy.
  template <class Run>
  static constexpr bool masks_state = Run::stochastic && Options::at(Site::state);

  template <class X>
  static constexpr std::size_t columns(const X&) {
    return X::columns;
  }
  /// The rows of h on a tape.
  static constexpr auto hidden(auto& slot, auto y) {
    if constexpr (Options::at(Site::outputs)) return get<"hidden">(slot.tape);
    else return y;
  }
  /// Where a cell writes step t: y, h where outputs are masked, h as it enters the next product where that is.
  template <class Run, class Hidden>
  static constexpr void add_state(Run& run, auto& out, Hidden hidden, auto h0, auto entering, auto y, std::size_t t) {
    out.add(rows_of_step(run, y, t));
    if constexpr (Run::stochastic && Options::at(Site::outputs)) {
      if constexpr (Wanted<Hidden>) out.add(rows_of_step(run, hidden, t));
      else out.add(ops::samples_of(run, h0));
    }
    if constexpr (masks_state<Run>) out.add(ops::samples_of(run, entering));
  }
  /// The cell of step t; masks are drawn where the run is stochastic.
  template <CellPart Part = CellPart::whole, class Run, class F, class Pointer, std::size_t Outputs, class Source,
            std::size_t Inputs>
  static constexpr void map(Run& run, F f, const Views<Pointer, Outputs>& out, const Views<Source, Inputs>& in,
                            auto& slot, std::size_t t) {
    const ops::IntoAll<Pointer, Outputs> into{out.all};
    const ops::From<Source, Inputs> from{in.all};
    if constexpr (Run::stochastic && Options::template in_cell<Part> > 0)
      ops::map(run, f, into, from, Options::template drawn_in_cell<Part>(slot.position, t));
    else ops::map(run, f, into, from);
  }

  /// The masks that a whole cell draws, for a recurrence.
  template <class Run>
  static constexpr auto cell_masks(Run&, auto& slot) {
    if constexpr (Run::stochastic) return Options::drawn_in_cell(slot.position, 0);
    else return ops::Masks<0>{};
  }

  /// h of the step before t: h0 before the first; `hidden` where outputs are masked and there is a tape, else y.
  /// Without a tape and with masked outputs the state h0 goes from step to step.
  template <class Run, class Hidden, class H0, class Y>
  static constexpr auto hidden_before(Run& run, Hidden hidden, H0 h0, Y y, std::size_t t) {
    if constexpr (Run::stochastic && Options::at(Site::outputs)) {
      if constexpr (Wanted<Hidden>) return t == 0 ? ops::samples_of(run, h0) : rows_of_step(run, hidden, t - 1);
      else return ops::samples_of(run, h0);
    } else {
      return t == 0 ? ops::samples_of(run, h0) : rows_of_step(run, y, t - 1);
    }
  }

  /// One of the state's tensors = its rows at the last step of each sample.
  template <class Slot>
  static constexpr void keep_last(auto& run, auto state, auto rows, Slot&) {
    if constexpr (Ragged<typename Slot::input>) ops::reverse_steps(run, ops::into(state), rows);
    else ops::copy(run, ops::into(state), run.last_rows(rows));
  }
  /// h0 = h of the last step, for the batch to come; then all steps are over, and padding becomes zero.
  template <class Run, class Hidden, class Slot>
  static constexpr void keep_state(Run& run, auto h0, Hidden hidden, auto y, Slot& slot) {
    constexpr bool masked = Run::stochastic && Options::at(Site::outputs);
    if constexpr (!masked) keep_last(run, h0, y, slot);
    else if constexpr (Wanted<Hidden>) keep_last(run, h0, hidden, slot);
    if constexpr (Ragged<typename Slot::input>) {
      ops::zero_past_end(run, ops::into(y));
      if constexpr (masked && Wanted<Hidden>) ops::zero_past_end(run, ops::into(hidden));
    }
  }

  /// h of one step as it enters the recurrent product.
  static constexpr void mask_state(auto& run, auto into, auto h, auto& slot) {
    ops::map(run, ops::Masked{}, into, ops::from(h),
             Options::template drawn_at<Site::state>(slot.position, ops::MaskRows::one_step));
  }

  /// x as it enters the layer, in memory of room<Run, Site::inputs> elements.
  template <class Run, class X>
  static constexpr auto entering(Run& run, X x, typename Run::pointer memory, auto& slot) {
    if constexpr (Run::stochastic && Options::at(Site::inputs)) {
      const Matrix<typename Run::pointer, X::columns> masked{memory, x.rows};
      mask_inputs(run, ops::into(masked), x, slot);
      return masked;
    } else {
      return x;
    }
  }
  static constexpr void mask_inputs(auto& run, auto into, auto x, auto& slot) {
    ops::map(run, ops::Masked{}, into, ops::from(x),
             Options::template drawn_at<Site::inputs>(slot.position, ops::MaskRows::all_steps));
  }
  /// gates = x Wᵢₕᵀ + bias for all steps at once.
  static constexpr void project(auto& run, auto x, auto gates, auto bias, auto& slot) {
    ops::matmul(run, ops::into(gates), x, ops::transposed(get<"weight_ih_l0">(slot.weights)), bias);
  }
  /// The same with both biases, for cells that add the recurrent product.
  template <class Run, class Gates>
  static constexpr void project(Run& run, auto x, Gates gates, auto& slot) {
    auto space = run.scratch(fixed_count(padded(Gates::columns)));
    project(run, x, gates, bias<Gates::columns>(run, space.data, slot), slot);
  }
  /// Both biases together, in memory for a row.
  template <std::size_t Gates, class Run>
  static constexpr auto bias(Run& run, typename Run::pointer memory, auto& slot) {
    const Row<typename Run::pointer, Gates> sum{memory};
    ops::map(run, ops::Sum{}, ops::into(sum),
             ops::from(get<"bias_ih_l0">(slot.weights), get<"bias_hh_l0">(slot.weights)));
    return sum;
  }
  /// Adds the gradient of the input weights from dz of all steps.
  template <class Run, class X>
  static constexpr void add_input_weight_gradient(Run& run, X x, auto dz, auto& slot) {
    auto space = run.scratch(Base::template room<Run, Site::inputs>(X::columns * x.extents.rows()));
    ops::matmul(run, ops::accumulate(get<"weight_ih_l0">(slot.gradients)), ops::transposed(dz),
                entering(run, x, space.data, slot));
  }
  /// Adds dz of all steps to both biases.
  static constexpr void add_bias_gradients(auto& run, auto dz, auto& slot) {
    ops::reduce_rows(run, ops::Twice{},
                     ops::accumulate(get<"bias_ih_l0">(slot.gradients), get<"bias_hh_l0">(slot.gradients)),
                     ops::from(dz));
  }

  /// Whether a step of a stream is one operation.
  template <class Run, class In>
  static constexpr bool steps_at_once =
      Run::streaming && (features<In> < long_row || !std::is_same_v<typename Run::turned, FullPrecision>);
  /// That operation, with a cell whose output number At is h.
  template <ops::Products How, std::size_t At>
  static constexpr void step(auto& run, auto cell, auto x, auto y, auto& slot, const auto& out, const auto& in) {
    const auto& weights = slot.weights;
    ops::recurrent_step<How, At>(run, cell, x, get<"weight_ih_l0">(weights), get<"bias_ih_l0">(weights),
                                 get<"h">(slot.state), get<"weight_hh_l0">(weights), get<"bias_hh_l0">(weights), y, out,
                                 in);
  }

  /// PyTorch's: everything uniform in ±1 / sqrt(hidden).
  static void initialize(auto& random, auto weights, std::size_t hidden) {
    const double bound = 1 / std::sqrt(static_cast<double>(hidden));
    Uniform::fill(random, get<"weight_ih_l0">(weights), bound);
    Uniform::fill(random, get<"weight_hh_l0">(weights), bound);
    Uniform::fill(random, get<"bias_ih_l0">(weights), bound);
    Uniform::fill(random, get<"bias_hh_l0">(weights), bound);
  }

  /// sum += dzᵀ · h of the step before as it entered the product: h0, and then the rows of `hidden`.
  template <class Run, class H0>
  static constexpr void add_products(Run& run, auto dz, H0 h0, auto hidden, auto sum, auto& slot) {
    using namespace ops;
    const auto batch = run.extents.batch, later = run.extents.rows() - batch;
    auto first_space = run.scratch(Base::template room<Run, Site::state>(H0::columns * batch));
    auto later_space = run.scratch(Base::template room<Run, Site::state>(H0::columns * run.extents.rows()));
    const auto add = [&](auto first, auto rest) {
      matmul(run, accumulate(sum), transposed(dz.rows_from(0 * batch, batch)), first);
      matmul(run, accumulate(sum), transposed(dz.rows_from(batch, later)), rest.rows_from(0 * batch, later));
    };
    if constexpr (Options::at(Site::state)) {
      const Matrix<typename Run::pointer, H0::columns> first{first_space.data, h0.rows},
          rest{later_space.data, hidden.rows};
      mask_state(run, into(first), h0, slot);
      ops::map(run, Masked{}, into(rest), from(hidden),
               Options::template drawn_at<Site::state>(slot.position, MaskRows::all_steps));
      add(first, rest);
    } else {
      add(h0, hidden);
    }
  }

  /// The gradient of h0 through the recurrent product, from dz of the first step.
  static constexpr void state_gradient(auto& run, auto gradient, auto dz, auto recurrent, auto& slot) {
    ops::matmul(run, ops::into(gradient), dz, recurrent);
    if constexpr (Options::at(Site::state)) mask_state(run, ops::into(gradient), gradient, slot);
  }
  /// The gradient of x from dz.
  template <class DX>
  static constexpr void input_gradient(auto& run, DX dx, auto dz, auto weight, auto& slot) {
    ops::matmul(run, ops::into(dx), dz, weight);
    if constexpr (Wanted<DX> && Options::at(Site::inputs)) mask_inputs(run, ops::into(dx), dx, slot);
  }
};

}  // namespace STRATA_NAMESPACE::detail

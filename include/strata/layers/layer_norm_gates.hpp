#pragma once
// LayerNormGates: layer normalization inside an LSTM (Ba, Kiros & Hinton 2016, supplementary equations 20 to 22):
//
//   z = LN(x Wᵢₕᵀ) · g_ih + LN(h′ Wₕₕᵀ) · g_hh + b_ih + b_hh
//   c as ever,   h = o · tanh(LN(c) · g_c + b_c)
//
// LN(v) = (v - mean) / sqrt(variance + 1e-5) over all 4·Hidden numbers of a product, over the Hidden of a cell.
// TensorFlow's LayerNormBasicLSTMCell normalizes the sum of the products instead, each gate by itself.
//
// A step is a product, a map of rows that normalizes both, a map for the cell, a normalization of that, and a map for
// h. Each map draws the masks of its own sites.

#include <strata/layers/layer_norm.hpp>
#include <strata/layers/layer_norm_gates_cell.hpp>
#include <strata/layers/lstm_steps.hpp>
#include <strata/ops/map_rows.hpp>
#include <strata/ops/stepwise.hpp>

namespace STRATA_NAMESPACE {

/// Option of an LSTM: weight_ln_ih_l0 and weight_ln_hh_l0 [4·Hidden], weight_ln_c_l0 and bias_ln_c_l0 [Hidden] (none of
/// them decayed), gains 1 and shift 0 at the start. The shifts of the gates are bias_ih_l0 and bias_hh_l0.
struct LayerNormGates {
  static constexpr std::string_view name = "LayerNormGates";
  static constexpr bool normalizes_gates = true;
};

namespace detail {

template <class Options>
  requires(Options::normalizes_gates)
struct LstmSteps<Options> {
  using Parts = RecurrentParts<Options>;

  template <std::size_t Hidden>
  using weights =
      TensorList<Undecayed<Tensor<"weight_ln_ih_l0", 4 * Hidden>>, Undecayed<Tensor<"weight_ln_hh_l0", 4 * Hidden>>,
                 Undecayed<Tensor<"weight_ln_c_l0", Hidden>>, Undecayed<Tensor<"bias_ln_c_l0", Hidden>>>;
  /// Both products and c* before and behind their normalization. Backward overwrites the products with their gradients,
  /// "new_cell" with LN(c*) and "normal_cell" with the gradient of LN(c*) · g_c + b_c.
  template <std::size_t Hidden>
  using tape = TensorList<PerRow<"input_product", 4 * Hidden>, PerRow<"product", 4 * Hidden>,
                          PerRow<"new_cell", Hidden>, PerRow<"normal_cell", Hidden>>;

  template <class Run, class In>
  static constexpr bool steps_at_once = false;

  static void initialize(auto weights) {
    constant_fill(get<"weight_ln_ih_l0">(weights), 1);
    constant_fill(get<"weight_ln_hh_l0">(weights), 1);
    constant_fill(get<"weight_ln_c_l0">(weights), 1);
    constant_fill(get<"bias_ln_c_l0">(weights), 0);
  }

  template <class Run, class Gates>
  static constexpr void project(Run& run, auto x, Gates gates, auto& slot) {
    using namespace ops;
    matmul(run, into(input_product<Run>(gates, slot)), x, transposed(get<"weight_ih_l0">(slot.weights)));
  }

  template <class Run, class Gates, class Rows>
  static constexpr void forward(Run& run, Gates gates, Rows cell, auto hidden, auto h0, auto c0, auto y, auto& slot,
                                auto recurrent) {
    using namespace ops;
    using Cell =
        NormalizedCell<Options::template code<Run::stochastic, CellPart::cell>, Run::stochastic, Options::peepholes>;
    using State = NormalizedState<Options::template code<Run::stochastic, CellPart::state>, Run::stochastic>;
    const Cell cell_map{{.cell = Options::expected(Site::cell)}};
    const State state_map{{.hidden = Options::expected(Site::hidden)}};
    constexpr std::size_t width = Gates::columns / 4;
    auto space = run.scratch(std::size_t{!Run::taped} * Gates::columns * run.extents.batch);
    auto cell_space = run.scratch(std::size_t{!Run::taped} * width * run.extents.batch);
    const RecurrenceRoom<Run, 4, width> room(run);
    auto bias_space = run.scratch(fixed_count(padded(Gates::columns)));
    auto state_space = run.scratch(Parts::template room<Run, Site::state>(width * run.extents.batch));
    const Matrix<typename Run::pointer, width> entering{state_space.data, run.extents.batch};
    const auto bias = Parts::template bias<Gates::columns>(run, bias_space.data, slot);
    const auto inputs = input_product<Run>(gates, slot);
    const LayerNormSum sum{row<Run, Gates>(), row<Run, Gates>()};
    const auto product = kept<"product", Gates::columns>(run, space.data, slot);
    const auto new_cell = kept<"new_cell", width>(run, cell_space.data, slot);
    const auto normal_cell = kept<"normal_cell", width>(run, cell_space.data, slot);
    if constexpr (Parts::template masks_state<Run>) Parts::mask_state(run, into(entering), h0, slot);
    const auto sums = [&](const auto& at, std::size_t t) { return of_step(at, product, t); };
    const auto factor = [&](const auto& at, std::size_t t) {
      if constexpr (Parts::template masks_state<Run>) return samples_of(at, entering);
      else return Parts::hidden_before(at, hidden, h0, y, t);
    };
    stepwise_forward(run, room, recurrent, Discard{}, sums, factor, [&](auto& at, std::size_t t) {
      const auto z = rows_of_step(at, gates, t);
      const auto i = part_of<0, 4>(z), f = part_of<1, 4>(z), g = part_of<2, 4>(z), o = part_of<3, 4>(z);
      const auto c_new = of_step(at, new_cell, t), n = of_step(at, normal_cell, t);
      map_rows(at, sum, into(z),
               from(rows_of_step(at, inputs, t), of_step(at, product, t), get<"weight_ln_ih_l0">(slot.weights),
                    get<"weight_ln_hh_l0">(slot.weights), bias));

      Sources<Run, 5 + (Options::peepholes ? 3 : 0)> of_cell;
      Destinations<Run, 6> to_cell;
      of_cell.add(i, f, g, o);
      to_cell.add(i, f, g, o);
      if constexpr (Wanted<Rows>) {
        of_cell.add(t == 0 ? samples_of(at, c0) : rows_of_step(at, cell, t - 1));
        to_cell.add(rows_of_step(at, cell, t));
      } else {
        of_cell.add(samples_of(at, c0));
        to_cell.add(samples_of(at, c0));
      }
      to_cell.add(c_new);
      add_peepholes<Options>(slot, [&](auto... rows) { of_cell.add(rows...); });
      Parts::template map<CellPart::cell>(at, cell_map, to_cell, of_cell, slot, t);
      map_rows(at, row<Run, decltype(n)>(), into(n),
               from(c_new, get<"weight_ln_c_l0">(slot.weights), get<"bias_ln_c_l0">(slot.weights)));

      Sources<Run, 2 + Options::at(Site::hidden)> of_state;
      Destinations<Run, State::outputs> to_state;
      of_state.add(o, n);
      if constexpr (Options::at(Site::hidden)) of_state.add(Parts::hidden_before(at, hidden, h0, y, t));
      Parts::add_state(at, to_state, hidden, h0, entering, y, t);
      Parts::template map<CellPart::state>(at, state_map, to_state, of_state, slot, t);
    });
  }

  template <class Run, class Gates>
  static constexpr void backward(Run& run, Gates gates, auto cell, auto c0, auto dy, auto dh, auto dc, auto held,
                                 auto& slot, auto recurrent) {
    using namespace ops;
    using Cell = NormalizedCellBackward<Options::template code<true, CellPart::cell>, true, Options::peepholes>;
    using State = NormalizedStateBackward<Options::template code<true, CellPart::state>, true>;
    using Pointer = typename Run::pointer;
    const auto product = get<"product">(slot.tape);
    const auto new_cell = get<"new_cell">(slot.tape), normal_cell = get<"normal_cell">(slot.tape);
    const auto inputs = get<"input_product">(slot.tape);
    const auto input_gain = get<"weight_ln_ih_l0">(slot.weights), gain = get<"weight_ln_hh_l0">(slot.weights);
    const auto cell_gain = get<"weight_ln_c_l0">(slot.weights);
    const RecurrenceRoom<Run, 4, Gates::columns / 4> room(run);
    auto p_space = run.scratch(Gates::columns * run.extents.batch);
    auto q_space = run.scratch(Gates::columns * run.extents.batch);
    auto cell_space = run.scratch(Gates::columns / 4 * run.extents.batch);
    const Matrix<Pointer, Gates::columns> p_gains{p_space.data, run.extents.batch},
        q_gains{q_space.data, run.extents.batch};
    const LayerNormSumBackward sum{LayerNormRowBackward{row<Run, Gates>()}, LayerNormRowBackward{row<Run, Gates>()}};
    const Matrix<Pointer, Gates::columns / 4> d_new{cell_space.data, run.extents.batch};
    zero(run, into(dc));
    zero(run, into(p_gains));
    zero(run, into(q_gains));
    if constexpr (Options::at(Site::hidden)) zero(run, into(held));
    const auto sums = [&](const auto& at, std::size_t t) { return rows_of_step(at, product, t); };
    stepwise_backward(run, room, recurrent, sums, dh, [&](auto& at, std::size_t t) {
      const auto z = rows_of_step(at, gates, t), q = rows_of_step(at, product, t);
      const auto i = part_of<0, 4>(z), f = part_of<1, 4>(z), g = part_of<2, 4>(z), o = part_of<3, 4>(z);
      const auto c_new = rows_of_step(at, new_cell, t), n = rows_of_step(at, normal_cell, t);
      Sources<Run, 4 + Options::at(Site::hidden)> of_state;
      Destinations<Run, State::outputs> to_state;
      of_state.add(o, n, rows_of_step(at, dy, t), samples_of(at, dh));
      to_state.add(o, n);
      if constexpr (Options::at(Site::hidden)) {
        of_state.add(samples_of(at, held));
        to_state.add(samples_of(at, held));
      }
      Parts::template map<CellPart::state>(at, State{}, to_state, of_state, slot, t);
      map_rows(at, LayerNormRowBackward{row<Run, decltype(n)>()}, into(samples_of(at, d_new), c_new),
               from(c_new, n, cell_gain));

      Sources<Run, 7 + (Options::peepholes ? 3 : 0)> of_cell;
      Destinations<Run, 4> to_cell;
      of_cell.add(i, f, g, t == 0 ? samples_of(at, c0) : rows_of_step(at, cell, t - 1), o, samples_of(at, d_new),
                  samples_of(at, dc));
      to_cell.add(i, f, g, samples_of(at, dc));
      add_peepholes<Options>(slot, [&](auto... rows) { of_cell.add(rows...); });
      Parts::template map<CellPart::cell>(at, Cell{}, to_cell, of_cell, slot, t);
      const auto p = rows_of_step(at, inputs, t), of_p = samples_of(at, p_gains), of_q = samples_of(at, q_gains);
      map_rows(at, sum, into(p, q, of_p, of_q), from(p, q, z, input_gain, gain, of_p, of_q));
    });
    reduce_rows(run, Identity{}, accumulate(get<"weight_ln_ih_l0">(slot.gradients)), from(p_gains));
    reduce_rows(run, Identity{}, accumulate(get<"weight_ln_hh_l0">(slot.gradients)), from(q_gains));
    reduce_rows(run, ShiftAndGainOfNormal{},
                accumulate(get<"bias_ln_c_l0">(slot.gradients), get<"weight_ln_c_l0">(slot.gradients)),
                from(normal_cell, new_cell));
  }

  static constexpr auto of_recurrent(auto, auto& slot) { return get<"product">(slot.tape); }
  static constexpr auto of_inputs(auto, auto& slot) { return get<"input_product">(slot.tape); }

 private:
  /// x Wᵢₕᵀ: on the tape, or where the gates will be.
  template <class Run>
  static constexpr auto input_product(auto gates, auto& slot) {
    if constexpr (Run::taped) return get<"input_product">(slot.tape);
    else return gates;
  }
  /// Normalizes rows as wide as those of a view.
  template <class Run, class Rows>
  static constexpr auto row() {
    using T = typename Run::element;
    return LayerNormRow<T>{static_cast<T>(Rows::columns), static_cast<T>(1e-5)};
  }
  /// A tensor of the tape, or memory for one step where there is no tape; and its rows of step t.
  template <Text Name, std::size_t Columns, class Run>
  static constexpr auto kept(Run& run, [[maybe_unused]] typename Run::pointer memory, auto& slot) {
    if constexpr (Run::taped) return get<Name>(slot.tape);
    else return Matrix<typename Run::pointer, Columns>{memory, run.extents.batch};
  }
  template <class Run>
  static constexpr auto of_step(const Run& run, auto rows, std::size_t t) {
    if constexpr (Run::taped) return rows_of_step(run, rows, t);
    else return ops::samples_of(run, rows);
  }
};

}  // namespace detail
}  // namespace STRATA_NAMESPACE

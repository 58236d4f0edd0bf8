#pragma once
// An LSTM with masks or peepholes in its cell, step by step: a matrix product with the state of the step before, then
// one map that draws all masks and computes the whole cell (lstm_cell.hpp).

#include <strata/layers/lstm_cell.hpp>
#include <strata/layers/recurrent.hpp>
#include <strata/layers/recurrent_options.hpp>
#include <strata/ops/lstm_sequence.hpp>

namespace STRATA_NAMESPACE::detail {

/// a · b.
struct Product {
  template <class V>
  constexpr V operator()(V a, V b) const {
    return a * b;
  }
};

/// The peepholes, as arguments of a cell.
template <class Options>
constexpr void add_peepholes(auto& in, auto& slot) {
  if constexpr (Options::peepholes)
    in.add(get<"weight_ci_l0">(slot.weights), get<"weight_cf_l0">(slot.weights), get<"weight_co_l0">(slot.weights));
}
/// Gradients of the peepholes from dz: i and f saw c of the step before, o the new one.
constexpr void add_peephole_gradients(auto& run, auto dz, auto cell, auto c0, auto& slot) {
  using namespace ops;
  const auto batch = run.extents.batch, later = run.extents.rows() - batch;
  const auto add = [&](auto of_dz, auto weight, auto c) {
    reduce_rows(run, Product{}, accumulate(weight), from(of_dz, c));
  };
  const auto ci = get<"weight_ci_l0">(slot.gradients), cf = get<"weight_cf_l0">(slot.gradients);
  const auto first = dz.rows_from(0 * batch, batch), rest = dz.rows_from(batch, later);
  const auto earlier = cell.rows_from(0 * batch, later);
  add(part_of<0, 4>(first), ci, c0);
  add(part_of<1, 4>(first), cf, c0);
  add(part_of<0, 4>(rest), ci, earlier);
  add(part_of<1, 4>(rest), cf, earlier);
  add(part_of<3, 4>(dz), get<"weight_co_l0">(slot.gradients), cell);
}

/// How an LSTM goes from step to step; options of another way specialise it.
template <class Options>
struct LstmSteps {
  using Parts = RecurrentParts<Options>;

  /// What it has besides the tensors of every LSTM.
  template <std::size_t Hidden>
  using weights = Nothing;
  template <std::size_t Hidden>
  using tape = Nothing;
  static void initialize(auto) {}

  /// gates = x Wᵢₕᵀ + b of all steps.
  static constexpr void project(auto& run, auto x, auto gates, auto& slot) { Parts::project(run, x, gates, slot); }

  /// gates hold x Wᵢₕᵀ + b on the way in. `cell` and `hidden` are rows to keep c and, where outputs are masked, h in;
  /// Discard where they need not be kept: then the states h0 and c0 go from step to step. `entering` [batch, Hidden] is
  /// where h is put under the masks of the state, if there are any.
  template <class Run, class Rows>
  static constexpr void forward(Run& run, auto gates, Rows cell, auto hidden, auto h0, auto c0, auto entering, auto y,
                                auto& slot, auto recurrent) {
    using namespace ops;
    using Cell = CellOf<Run, Rows>;
    using Masks = typename Cell::Masks;
    const Masks masks{Options::expected(Site::cell), Options::expected(Site::hidden)};
    const auto before = [&](std::size_t t) { return Parts::hidden_before(run, hidden, h0, y, t); };
    if constexpr (Parts::template masks_state<Run>) Parts::mask_state(run, into(entering), h0, slot);
    run.each_step([&](std::size_t t) {
      const auto z = rows_of_step(run, gates, t);
      const auto i = part_of<0, 4>(z), f = part_of<1, 4>(z), g = part_of<2, 4>(z), o = part_of<3, 4>(z);
      if constexpr (Parts::template masks_state<Run>) matmul(run, accumulate(z), entering, transposed(recurrent));
      else matmul(run, accumulate(z), before(t), transposed(recurrent));

      Sources<Run, 5 + Masks::at(Site::hidden) + (Options::peepholes ? 3 : 0)> in;
      Destinations<Run, Cell::outputs> out;
      in.add(i, f, g, o);
      out.add(y.step(t));
      if constexpr (Wanted<Rows>) {
        in.add(t == 0 ? c0 : rows_of_step(run, cell, t - 1));
        out.add(rows_of_step(run, cell, t), i, f, g, o);
      } else {
        in.add(c0);
        out.add(c0);
      }
      if constexpr (Masks::at(Site::hidden)) in.add(before(t));
      add_peepholes<Options>(in, slot);
      if constexpr (Masks::at(Site::outputs)) {
        if constexpr (Wanted<decltype(hidden)>) out.add(rows_of_step(run, hidden, t));
        else out.add(h0);
      }
      if constexpr (Masks::at(Site::state)) out.add(entering);
      Parts::map(run, make<Cell>(masks), out, in, slot, t);
    });
  }

  /// Overwrites gates with dz and dc with the gradient of c0; afterwards `held` [batch, Hidden] is what the hidden
  /// state held of the gradient of h0, if it holds. dh is memory.
  template <class Run>
  static constexpr void backward(Run& run, auto gates, auto cell, auto c0, auto dy, auto dh, auto dc, auto held,
                                 auto& slot, auto recurrent) {
    using namespace ops;
    using Cell = LstmCellBackward<Options::template code<true>, true, Options::peepholes>;
    zero(run, into(dh));
    zero(run, into(dc));
    if constexpr (Cell::holds_hidden) zero(run, into(held));
    const auto cell_backward = [&](std::size_t t) {
      const auto z = rows_of_step(run, gates, t);
      const auto i = part_of<0, 4>(z), f = part_of<1, 4>(z), g = part_of<2, 4>(z), o = part_of<3, 4>(z);
      Sources<Run, 9 + Cell::holds_hidden + (Options::peepholes ? 3 : 0)> in;
      Destinations<Run, Cell::outputs> out;
      in.add(i, f, g, o, rows_of_step(run, cell, t), t == 0 ? c0 : rows_of_step(run, cell, t - 1), dy.step(t), dh, dc);
      out.add(i, f, g, o, dc);
      if constexpr (Cell::holds_hidden) {
        in.add(held);
        out.add(held);
      }
      add_peepholes<Options>(in, slot);
      Parts::map(run, Cell{}, out, in, slot, t);
    };
    run.last_step_only(cell_backward);
    run.each_step_backwards([&](std::size_t t) {  // T - 1 … 1
      matmul(run, into(dh), rows_of_step(run, gates, t), recurrent);
      cell_backward(t - 1);
    });
  }

  /// After backward: the gradients of the products of all steps, h′ Wₕₕᵀ and x Wᵢₕᵀ.
  static constexpr auto of_recurrent(auto dz, auto&) { return dz; }
  static constexpr auto of_inputs(auto dz, auto&) { return dz; }

 private:
  template <class Run>
  static constexpr unsigned code = Options::template code<Run::stochastic>;
  template <class Run, class Rows>
  using CellOf = std::conditional_t<Wanted<Rows>, LstmCellTaped<code<Run>, Run::stochastic, Options::peepholes>,
                                    LstmCell<code<Run>, Run::stochastic, Options::peepholes>>;
  template <class Cell, class Masks>
  static constexpr Cell make(const Masks& masks) {
    if constexpr (requires(Cell c) { c.taped; }) return Cell{{masks}};
    else return Cell{masks};
  }
};

}  // namespace STRATA_NAMESPACE::detail

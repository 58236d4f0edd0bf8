#pragma once
// How an LSTM goes from step to step: the plain one as a whole (ops/lstm_sequence.hpp), one with masks or peepholes in
// its cell as a recurrence of a cell with further operands (ops/recurrence.hpp).

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

/// The peepholes, as arguments of a cell: `add` takes the rows.
template <class Options>
constexpr void add_peepholes(auto& slot, auto add) {
  if constexpr (Options::peepholes)
    add(get<"weight_ci_l0">(slot.weights), get<"weight_cf_l0">(slot.weights), get<"weight_co_l0">(slot.weights));
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

  /// gates hold x Wᵢₕᵀ + b on the way in. `cell` are rows to keep c in, or Discard: then c0 becomes the last c.
  /// `hidden` are rows to keep h in; they are y where outputs are not masked.
  template <class Run, class Cells, class State>
  static constexpr void forward(Run& run, auto gates, Cells cell, auto hidden, State h0, State c0, auto y, auto& slot,
                                auto recurrent) {
    using namespace ops;
    constexpr bool taped = Wanted<Cells>;
    if constexpr (Options::template plain_cell<Run::stochastic>) {
      lstm_forward(run, std::conditional_t<taped, LstmCellTaped<>, LstmCell<>>{}, gates, cell, h0, c0, y, recurrent);
    } else {
      using Cell = CellOf<Run, taped>;
      using Masks = typename Cell::Masks;
      constexpr bool masks_state = Parts::template masks_state<Run>;
      const auto masks = Parts::cell_masks(run, slot);
      const LstmRoom<Run, State::columns, masks.size> room(run);
      auto first_space = run.scratch(Parts::template room<Run, Site::state>(State::columns * run.extents.batch));
      auto later_space = run.scratch(Parts::template room<Run, Site::state>(State::columns * run.extents.rows()));
      const State first{first_space.data, run.extents.batch};
      const State entering{later_space.data, run.extents.rows()};
      MovingSources<Run, 5 + Masks::at(Site::hidden) + (Options::peepholes ? 3 : 0)> in;
      MovingDestinations<Run, Cell::outputs> out;
      const auto i = part_of<0, 4>(gates), f = part_of<1, 4>(gates), g = part_of<2, 4>(gates), o = part_of<3, 4>(gates);
      in.each_step(run, i, f, g, o);
      out.each_step(run, y);
      if constexpr (taped) {
        in.step_before(run, c0, cell);
        out.each_step(run, cell, i, f, g, o);
      } else {
        in.same(c0);
        out.same(c0);
      }
      if constexpr (Masks::at(Site::hidden)) in.step_before(run, h0, hidden);
      add_peepholes<Options>(slot, [&](auto... rows) { in.same(rows...); });
      if constexpr (Masks::at(Site::outputs)) out.each_step(run, hidden);
      const auto f_cell = make<Cell>(Masks{Options::expected(Site::cell), Options::expected(Site::hidden)});
      if constexpr (masks_state) {
        Parts::mask_state(run, into(first), h0, slot);
        out.each_step(run, entering);
        recurrence_forward(run, room, f_cell, gates, first, entering, recurrent, out, in, masks);
      } else {
        recurrence_forward(run, room, f_cell, gates, h0, hidden, recurrent, out, in, masks);
      }
    }
  }

  /// Whether a step of a stream is one operation; and that.
  template <class Run, class In>
  static constexpr bool steps_at_once = Parts::template steps_at_once<Run, In>;
  template <class Run>
  static constexpr void step(Run& run, auto x, auto y, auto& slot) {
    using namespace ops;
    using Cell = CellOf<Run, false>;
    using Masks = typename Cell::Masks;
    const auto c = get<"c">(slot.state);
    MovingSources<Run, 1 + Masks::at(Site::hidden) + (Options::peepholes ? 3 : 0)> in;
    MovingDestinations<Run, Cell::outputs> out;
    in.same(c);
    if constexpr (Masks::at(Site::hidden)) in.same(get<"h">(slot.state));
    add_peepholes<Options>(slot, [&](auto... rows) { in.same(rows...); });
    out.unwanted();
    out.same(c);
    const auto cell = make<Cell>(Masks{Options::expected(Site::cell), Options::expected(Site::hidden)});
    Parts::template step<Products::together, 0>(run, cell, x, y, slot, out, in);
  }

  /// Overwrites gates with dz and dc with the gradient of c0; afterwards `held` [batch, Hidden] is what the hidden
  /// state held of the gradient of h0, if it holds. dh is memory.
  template <class Run, class State>
  static constexpr void backward(Run& run, auto gates, auto cell, auto c0, auto dy, State dh, auto dc,
                                 [[maybe_unused]] auto held, auto& slot, auto recurrent) {
    using namespace ops;
    if constexpr (Options::template plain_cell<true>) {
      lstm_backward(run, LstmCellBackward{}, gates, cell, c0, dy, dh, dc, recurrent);
    } else {
      using Cell = LstmCellBackward<Options::template code<true>, true, Options::peepholes>;
      const auto masks = Parts::cell_masks(run, slot);
      const LstmRoom<Run, State::columns, masks.size> room(run);
      MovingSources<Run, 9 + Cell::holds_hidden + (Options::peepholes ? 3 : 0)> in;
      MovingDestinations<Run, Cell::outputs> out;
      const auto i = part_of<0, 4>(gates), f = part_of<1, 4>(gates), g = part_of<2, 4>(gates), o = part_of<3, 4>(gates);
      in.each_step(run, i, f, g, o, cell);
      in.step_before(run, c0, cell);
      in.each_step(run, dy);
      in.same(dh, dc);
      out.each_step(run, i, f, g, o);
      out.same(dc);
      zero(run, into(dc));
      if constexpr (Cell::holds_hidden) {
        zero(run, into(held));
        in.same(held);
        out.same(held);
      }
      add_peepholes<Options>(slot, [&](auto... rows) { in.same(rows...); });
      recurrence_backward<7>(run, room, Cell{}, gates, dh, recurrent, out, in, masks);
    }
  }

  /// After backward: the gradients of the products of all steps, h′ Wₕₕᵀ and x Wᵢₕᵀ.
  static constexpr auto of_recurrent(auto dz, auto&) { return dz; }
  static constexpr auto of_inputs(auto dz, auto&) { return dz; }

 private:
  template <class Run>
  static constexpr unsigned code = Options::template code<Run::stochastic>;
  template <class Run, bool Taped>
  using CellOf = std::conditional_t<Taped, LstmCellTaped<code<Run>, Run::stochastic, Options::peepholes>,
                                    LstmCell<code<Run>, Run::stochastic, Options::peepholes>>;
  template <class Cell, class Masks>
  static constexpr Cell make(const Masks& masks) {
    if constexpr (requires(Cell c) { c.taped; }) return Cell{{masks}};
    else return Cell{masks};
  }
};

}  // namespace STRATA_NAMESPACE::detail

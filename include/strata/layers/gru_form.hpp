#pragma once
// The steps of a GRU whose reset gate acts behind the recurrent product: one product and one map a step.

#include <strata/layers/gru_cell.hpp>
#include <strata/layers/recurrent.hpp>

namespace STRATA_NAMESPACE::detail {

template <std::size_t Hidden, class Options>
struct GruForm {
  using Parts = RecurrentParts<Options>;
  using tape = TensorList<PerRow<"product", 3 * Hidden>>;  ///< q; becomes its gradient

  /// gates = a of all steps; b_hh belongs to q.
  static constexpr void project(auto& run, auto x, auto gates, auto& slot) {
    Parts::project(run, x, gates, get<"bias_ih_l0">(slot.weights), slot);
  }

  /// gates hold a on the way in. `hidden` is the tape's rows of h where outputs are masked, Discard without a tape:
  /// then the state h0 goes from step to step. `entering` is where h is put under the masks of the state.
  template <class Run>
  static constexpr void forward(Run& run, auto gates, auto hidden, auto h0, auto entering, auto y, auto& slot,
                                auto recurrent) {
    using namespace ops;
    using Cell = GruCell<Options::template code<Run::stochastic>, Run::stochastic>;
    const Cell cell{{{.hidden = Options::expected(Site::hidden)}}};
    auto space = run.scratch(std::size_t{!Run::taped} * 3 * Hidden * run.extents.batch);
    if constexpr (Parts::template masks_state<Run>) Parts::mask_state(run, into(entering), h0, slot);
    run.each_step([&](std::size_t t) {
      constexpr std::size_t outputs = Cell::outputs;
      const auto before = Parts::hidden_before(run, hidden, h0, y, t);
      const auto q = product(run, space.data, slot, t);
      if constexpr (Parts::template masks_state<Run>)
        matmul(run, into(q), entering, transposed(recurrent), get<"bias_hh_l0">(slot.weights));
      else matmul(run, into(q), before, transposed(recurrent), get<"bias_hh_l0">(slot.weights));
      const auto a = rows_of_step(run, gates, t);
      const auto r = part_of<0, 3>(a), z = part_of<1, 3>(a), n = part_of<2, 3>(a);
      Sources<Run, 7> in;
      Destinations<Run, outputs> out;
      in.add(r, z, n, part_of<0, 3>(q), part_of<1, 3>(q), part_of<2, 3>(q), before);
      out.add(r, z, n);
      Parts::add_state(run, out, hidden, h0, entering, y, t);
      Parts::map(run, cell, out, in, slot, t);
    });
  }

  /// Overwrites gates with the gradients of a and the tape's q with its gradients; afterwards `held` is what the hidden
  /// state held of the gradient of h0.
  template <class Run>
  static constexpr void backward(Run& run, auto gates, auto hidden, auto h0, auto y, auto dy, auto dh, auto held,
                                 auto& slot, auto recurrent) {
    using namespace ops;
    using Cell = GruCellBackward<Options::template code<true>, true>;
    const auto products = get<"product">(slot.tape);
    zero(run, into(dh));
    zero(run, into(held));
    const auto cell_backward = [&](std::size_t t) {
      const auto a = rows_of_step(run, gates, t), q = rows_of_step(run, products, t);
      const auto r = part_of<0, 3>(a), z = part_of<1, 3>(a), n = part_of<2, 3>(a);
      const auto q_r = part_of<0, 3>(q), q_z = part_of<1, 3>(q), q_n = part_of<2, 3>(q);
      Sources<Run, 8> in;
      Destinations<Run, 7> out;
      in.add(r, z, n, q_n, Parts::hidden_before(run, hidden, h0, y, t), dy.step(t), dh, held);
      out.add(r, z, n, q_r, q_z, q_n, held);
      Parts::map(run, Cell{}, out, in, slot, t);
    };
    run.last_step_only(cell_backward);
    run.each_step_backwards([&](std::size_t t) {  // T - 1 … 1
      matmul(run, into(dh), rows_of_step(run, products, t), recurrent);
      cell_backward(t - 1);
    });
  }

  static constexpr void state_gradient(auto& run, auto, auto, auto held, auto& slot, auto recurrent) {
    const auto first = get<"product">(slot.tape).rows_from(0 * run.extents.batch, run.extents.batch);
    const auto gradient = get<"h">(slot.state_gradients);
    Parts::state_gradient(run, gradient, first, recurrent, slot);
    ops::add(run, ops::accumulate(gradient), held);
  }

  static constexpr void add_recurrent_gradients(auto& run, auto gates, auto h0, auto hidden, auto& slot) {
    using namespace ops;
    const auto dq = get<"product">(slot.tape);
    Parts::weight_gradient(run, get<"weight_hh_l0">(slot.gradients), slot,
                           [&](auto sum) { Parts::add_products(run, dq, h0, hidden, sum, slot); });
    reduce_rows(run, Identity{}, accumulate(get<"bias_ih_l0">(slot.gradients)), from(gates));
    reduce_rows(run, Identity{}, accumulate(get<"bias_hh_l0">(slot.gradients)), from(dq));
  }

 private:
  template <class Run>
  static constexpr auto product(Run& run, [[maybe_unused]] typename Run::pointer memory, auto& slot, std::size_t t) {
    if constexpr (Run::taped) return rows_of_step(run, get<"product">(slot.tape), t);
    else return Matrix<typename Run::pointer, 3 * Hidden>{memory, run.extents.batch};
  }
};

}  // namespace STRATA_NAMESPACE::detail

#pragma once
// The steps of a GRU whose reset gate acts behind the recurrent product: one product and one map a step.

#include <strata/layers/gru_cell.hpp>
#include <strata/layers/recurrent.hpp>

namespace STRATA_NAMESPACE::detail {

template <std::size_t Hidden, class Options>
struct GruForm {
  using Parts = RecurrentParts<Options>;
  template <std::size_t In>
  using weights = RecurrentWeights<3 * Hidden, In, Hidden>;
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
    const RecurrenceRoom<Run, 3, Hidden> room(run);
    if constexpr (Parts::template masks_state<Run>) Parts::mask_state(run, into(entering), h0, slot);
    const auto products = [&](const auto& at, std::size_t t) { return product(at, space.data, slot, t); };
    const auto factor = [&](const auto& at, std::size_t t) {
      if constexpr (Parts::template masks_state<Run>) return samples_of(at, entering);
      else return Parts::hidden_before(at, hidden, h0, y, t);
    };
    const auto bias = get<"bias_hh_l0">(slot.weights);
    stepwise_forward(run, room, recurrent, bias, products, factor, [&](auto& at, std::size_t t) {
      constexpr std::size_t outputs = Cell::outputs;
      const auto q = product(at, space.data, slot, t);
      const auto a = rows_of_step(at, gates, t);
      const auto r = part_of<0, 3>(a), z = part_of<1, 3>(a), n = part_of<2, 3>(a);
      Sources<Run, 7> in;
      Destinations<Run, outputs> out;
      in.add(r, z, n, part_of<0, 3>(q), part_of<1, 3>(q), part_of<2, 3>(q), Parts::hidden_before(at, hidden, h0, y, t));
      out.add(r, z, n);
      Parts::add_state(at, out, hidden, h0, entering, y, t);
      Parts::map(at, cell, out, in, slot, t);
    });
  }

  /// Whether a step of a stream is one operation; and that.
  template <class Run, class In>
  static constexpr bool steps_at_once = Parts::template steps_at_once<Run, In>;
  template <class Run>
  static constexpr void step(Run& run, auto x, auto y, auto& slot) {
    using namespace ops;
    using Cell = GruCell<Options::template code<false>, false>;
    MovingSources<Run, 1> in;
    MovingDestinations<Run, Cell::outputs> out;
    in.same(get<"h">(slot.state));
    const Cell cell{{{.hidden = Options::expected(Site::hidden)}}};
    Parts::template step<Products::apart, 3>(run, cell, x, y, slot, out, in);
  }

  /// Overwrites gates with the gradients of a and the tape's q with its gradients; afterwards `held` is what the hidden
  /// state held of the gradient of h0.
  template <class Run>
  static constexpr void backward(Run& run, auto gates, auto hidden, auto h0, auto y, auto dy, auto dh, auto held,
                                 auto& slot, auto recurrent) {
    using namespace ops;
    using Cell = GruCellBackward<Options::template code<true>, true>;
    const auto products = get<"product">(slot.tape);
    const RecurrenceRoom<Run, 3, Hidden> room(run);
    zero(run, into(held));
    const auto of_step = [&](const auto& at, std::size_t t) { return rows_of_step(at, products, t); };
    stepwise_backward(run, room, recurrent, of_step, dh, [&](auto& at, std::size_t t) {
      const auto a = rows_of_step(at, gates, t), q = rows_of_step(at, products, t);
      const auto r = part_of<0, 3>(a), z = part_of<1, 3>(a), n = part_of<2, 3>(a);
      const auto q_r = part_of<0, 3>(q), q_z = part_of<1, 3>(q), q_n = part_of<2, 3>(q);
      Sources<Run, 8> in;
      Destinations<Run, 7> out;
      in.add(r, z, n, q_n, Parts::hidden_before(at, hidden, h0, y, t), rows_of_step(at, dy, t), samples_of(at, dh),
             samples_of(at, held));
      out.add(r, z, n, q_r, q_z, q_n, samples_of(at, held));
      Parts::map(at, Cell{}, out, in, slot, t);
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
  static constexpr auto product(const Run& run, [[maybe_unused]] typename Run::pointer memory, auto& slot,
                                std::size_t t) {
    if constexpr (Run::taped) return rows_of_step(run, get<"product">(slot.tape), t);
    else return ops::samples_of(run, Matrix<typename Run::pointer, 3 * Hidden>{memory, run.extents.batch});
  }
};

}  // namespace STRATA_NAMESPACE::detail

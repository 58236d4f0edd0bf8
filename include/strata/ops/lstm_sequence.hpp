#pragma once
// lstm_forward, lstm_backward: what of an LSTM depends on the step before, over a whole sequence.
//
// On the way in `gates` hold x Wᵢₕᵀ + b of every step, the part that does not; see layers/lstm.hpp for the equations.
// Most backends compose a step of a matrix product and a map. One that sets own_lstm_kernel is handed the sequence:
//
//   bool Kernel<ops::LstmSequence, Backend>::run<Hidden>(stream, cell, LstmForwardArguments or LstmBackwardArguments)
//
// and returns false, before it has done anything, for a sequence that had better be composed.
//
// The equations of a cell are element functors the layer brings (layers/lstm_cell.hpp), the same for both.

#include <strata/backend/kernel.hpp>
#include <strata/ops/map.hpp>
#include <strata/ops/matmul.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct LstmSequence {};

/// Whether a backend has a kernel for whole sequences; specialise it beside the kernel.
template <class Backend>
inline constexpr bool own_lstm_kernel = false;

/// Elements a kernel may need to hold the recurrent weights in an order of its own, hidden units padded to whole
/// registers of at most lstm_lanes.
inline constexpr std::size_t lstm_lanes = 16;
constexpr std::size_t lstm_room(std::size_t hidden) {
  return 4 * hidden * ((hidden + lstm_lanes - 1) / lstm_lanes * lstm_lanes);
}

/// What a kernel is given, all of it dense. With `cell` the functor is (z_i, z_f, z_g, z_o, c′) -> (h, c, i, f, g, o),
/// and gates become i, f, g, o; without it is -> (h, c), c0 becomes the last c, and what becomes of gates means
/// nothing.
template <class T>
struct LstmForwardArguments {
  std::size_t steps, batch, hidden;
  const T* recurrent;  ///< W_hh [4 · hidden, hidden], rows of i, f, g, o
  const T* h0;         ///< [batch, hidden]
  T* c0;               ///< [batch, hidden]
  T* gates;            ///< [steps, batch, 4 · hidden]
  T* cell;             ///< c of every step [steps, batch, hidden], or nullptr
  T* y;                ///< h of every step [steps, batch, hidden]
  T* room = nullptr;   ///< memory for lstm_room(hidden) elements, for kernels that want it
};

/// The same for the way back. The functor is (i, f, g, o, c, c′, dy, dh, dc) -> (dz_i, dz_f, dz_g, dz_o, dc′).
template <class T>
struct LstmBackwardArguments {
  std::size_t steps, batch, hidden;
  const T* recurrent;
  const T* c0;
  const T* cell;
  const T* dy;
  T* gates;           ///< i, f, g, o; become dz
  T* dc;              ///< [batch, hidden]; becomes the gradient of c0
  T* room = nullptr;  ///< memory for lstm_room(hidden) elements, for kernels that want it
};

namespace arguments {
template <class Run>
concept FusesLstm = !Run::planning && own_lstm_kernel<typename Run::backend>;

/// Step by step: the product with h of the step before, then the cell.
template <class Run, class F>
constexpr void lstm_forward(Run& run, F f, auto gates, auto cell, auto h0, auto c0, auto y, auto recurrent) {
  run.each_step([&](std::size_t t) {
    const auto z = rows_of_step(run, gates, t);
    const auto i = part_of<0, 4>(z), f_ = part_of<1, 4>(z), g = part_of<2, 4>(z), o = part_of<3, 4>(z);
    matmul(run, accumulate(z), t == 0 ? h0 : rows_of_step(run, y, t - 1), transposed(recurrent));
    if constexpr (Wanted<decltype(cell)>) {
      map(run, f, into(y.step(t), rows_of_step(run, cell, t), i, f_, g, o),
          from(i, f_, g, o, t == 0 ? c0 : rows_of_step(run, cell, t - 1)));
    } else {
      map(run, f, into(y.step(t), c0), from(i, f_, g, o, c0));
    }
  });
}
template <class Run, class F>
constexpr void lstm_backward(Run& run, F f, auto gates, auto cell, auto c0, auto dy, auto dh, auto dc, auto recurrent) {
  zero(run, into(dh));
  zero(run, into(dc));
  const auto cell_backward = [&](std::size_t t) {
    const auto z = rows_of_step(run, gates, t);
    const auto i = part_of<0, 4>(z), f_ = part_of<1, 4>(z), g = part_of<2, 4>(z), o = part_of<3, 4>(z);
    map(run, f, into(i, f_, g, o, dc),
        from(i, f_, g, o, rows_of_step(run, cell, t), t == 0 ? c0 : rows_of_step(run, cell, t - 1), dy.step(t), dh,
             dc));
  };
  run.last_step_only(cell_backward);
  run.each_step_backwards([&](std::size_t t) {  // T - 1 … 1
    matmul(run, into(dh), rows_of_step(run, gates, t), recurrent);
    cell_backward(t - 1);
  });
}
}  // namespace arguments

/// y, c and the activated gates of all steps from h0 and c0. `cell` is Discard where nothing is taped: then c0 is
/// overwritten with the last c, and gates hold nothing of use. gates [rows, 4 · Hidden], cell and y [rows, Hidden], h0
/// and c0 [batch, Hidden], recurrent [4 · Hidden, Hidden].
template <class Run, class F, class Cell>
constexpr void lstm_forward(Run& run, F f, auto gates, Cell cell, auto h0, auto c0, auto y, auto recurrent) {
  auto room = run.scratch(fixed_count(lstm_room(decltype(y)::columns)));
  if constexpr (arguments::FusesLstm<Run>) {
    using T = typename Run::element;
    LstmForwardArguments<T> a{run.extents.steps, run.extents.batch, decltype(y)::columns,
                              recurrent.data,    h0.data,           c0.data,
                              gates.data,        nullptr,           y.data,
                              room.data};
    if constexpr (Wanted<Cell>) a.cell = cell.data;
    if (Kernel<LstmSequence, typename Run::backend>::template run<decltype(y)::columns>(run.stream, f, a)) return;
  }
  arguments::lstm_forward(run, f, gates, cell, h0, c0, y, recurrent);
}

/// Overwrites the gates with dz, and dc with the gradient of c0. dh and dc [batch, Hidden] are memory; what dh holds
/// afterwards means nothing.
template <class Run, class F>
constexpr void lstm_backward(Run& run, F f, auto gates, auto cell, auto c0, auto dy, auto dh, auto dc, auto recurrent) {
  constexpr std::size_t hidden = decltype(dh)::columns;
  auto room = run.scratch(fixed_count(lstm_room(hidden)));
  if constexpr (arguments::FusesLstm<Run>) {
    using T = typename Run::element;
    const LstmBackwardArguments<T> a{run.extents.steps, run.extents.batch, hidden,     recurrent.data, c0.data,
                                     cell.data,         dy.data,           gates.data, dc.data,        room.data};
    if (Kernel<LstmSequence, typename Run::backend>::template run<hidden>(run.stream, f, a)) return;
  }
  arguments::lstm_backward(run, f, gates, cell, c0, dy, dh, dc, recurrent);
}

}  // namespace STRATA_NAMESPACE::ops

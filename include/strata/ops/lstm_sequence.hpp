#pragma once
// lstm_forward, lstm_backward: what of a plain LSTM depends on the step before, over a whole sequence.
//
// On the way in `gates` hold x Wᵢₕᵀ + b of every step, the part that does not; see layers/lstm.hpp for the equations.
// It is a recurrence (recurrence.hpp). A backend that has a kernel for this cell alone sets own_lstm_kernel and is
// handed the sequence first:
//
//   bool Kernel<ops::LstmSequence, Backend>::run<Hidden>(stream, cell, LstmForwardArguments or LstmBackwardArguments)
//
// which returns false, before it has done anything, for a sequence it does not take.
//
// The equations of a cell are element functors the layer brings (layers/lstm_cell.hpp), the same for both.

#include <strata/backend/kernel.hpp>
#include <strata/ops/recurrence.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct LstmSequence {};

/// Whether a backend has a kernel for sequences of plain LSTM cells; specialise it beside the kernel.
template <class Backend>
inline constexpr bool own_lstm_kernel = false;

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
};

/// The same for the way back. The functor is (i, f, g, o, c, c′, dy, dh, dc) -> (dz_i, dz_f, dz_g, dz_o, dc′).
template <class T>
struct LstmBackwardArguments {
  std::size_t steps, batch, hidden;
  const T* recurrent;
  const T* c0;
  const T* cell;
  const T* dy;
  T* gates;  ///< i, f, g, o; become dz
  T* dc;     ///< [batch, hidden]; becomes the gradient of c0
};

namespace arguments {
template <class Run>
concept FusesLstm = !Run::planning && !Run::streaming && own_lstm_kernel<typename Run::backend>;
}  // namespace arguments

/// What an LSTM's recurrence needs of memory, with so many masks in its cell.
template <class Run, std::size_t Hidden, std::size_t N = 0>
using LstmRoom = RecurrenceRoom<Run, 4, Hidden, N>;

/// y, c and the activated gates of all steps from h0 and c0. `cell` is Discard where nothing is taped: then c0 is
/// overwritten with the last c, and gates hold nothing of use. gates [rows, 4 · Hidden], cell and y [rows, Hidden], h0
/// and c0 [batch, Hidden], recurrent [4 · Hidden, Hidden].
template <class Run, class F, class Cell>
constexpr void lstm_forward(Run& run, F f, auto gates, Cell cell, auto h0, auto c0, auto y, auto recurrent) {
  const LstmRoom<Run, decltype(y)::columns> room(run);
  if constexpr (arguments::FusesLstm<Run>) {
    using T = typename Run::element;
    LstmForwardArguments<T> a{run.extents.steps, run.extents.batch, decltype(y)::columns,
                              recurrent.data,    h0.data,           c0.data,
                              gates.data,        nullptr,           y.data};
    if constexpr (Wanted<Cell>) a.cell = cell.data;
    if (Kernel<LstmSequence, typename Run::backend>::template run<decltype(y)::columns>(run.stream, f, a)) return;
  }
  MovingSources<Run, 5> in;
  MovingDestinations<Run, Wanted<Cell> ? 6 : 2> out;
  in.each_step(run, part_of<0, 4>(gates), part_of<1, 4>(gates), part_of<2, 4>(gates), part_of<3, 4>(gates));
  out.each_step(run, y);
  if constexpr (Wanted<Cell>) {
    in.step_before(run, c0, cell);
    out.each_step(run, cell, part_of<0, 4>(gates), part_of<1, 4>(gates), part_of<2, 4>(gates), part_of<3, 4>(gates));
  } else {
    in.same(c0);
    out.same(c0);
  }
  recurrence_forward(run, room, f, gates, h0, y, recurrent, out, in, Masks<0>{});
}

/// Overwrites the gates with dz, and dc with the gradient of c0. dh and dc [batch, Hidden] are memory; what dh holds
/// afterwards means nothing.
template <class Run, class F>
constexpr void lstm_backward(Run& run, F f, auto gates, auto cell, auto c0, auto dy, auto dh, auto dc, auto recurrent) {
  constexpr std::size_t hidden = decltype(dh)::columns;
  const LstmRoom<Run, hidden> room(run);
  if constexpr (arguments::FusesLstm<Run>) {
    using T = typename Run::element;
    const LstmBackwardArguments<T> a{run.extents.steps, run.extents.batch, hidden,     recurrent.data, c0.data,
                                     cell.data,         dy.data,           gates.data, dc.data};
    if (Kernel<LstmSequence, typename Run::backend>::template run<hidden>(run.stream, f, a)) return;
  }
  MovingSources<Run, 9> in;
  MovingDestinations<Run, 5> out;
  const auto i = part_of<0, 4>(gates), f_ = part_of<1, 4>(gates), g = part_of<2, 4>(gates), o = part_of<3, 4>(gates);
  in.each_step(run, i, f_, g, o, cell);
  in.step_before(run, c0, cell);
  in.each_step(run, dy);
  in.same(dh, dc);
  out.each_step(run, i, f_, g, o);
  out.same(dc);
  zero(run, into(dc));
  recurrence_backward<7>(run, room, f, gates, dh, recurrent, out, in, Masks<0>{});
}

}  // namespace STRATA_NAMESPACE::ops

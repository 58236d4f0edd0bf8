#pragma once
// recurrence_forward, recurrence_backward: a matrix product with the state of the step before, then an element functor,
// the cell of a recurrent layer, step after step. The cell may have any operands and masks.
//
//   forward    sums = h′ Wᵀ,   (…) = cell(z + sums, …, masks)      h′: of the step before; z: all parts of a row
//   backward   dh = dz⁺ W,     (…) = cell(…, dh, …, masks)         dz⁺: of the step after; 0 behind the last step
//
// Most backends compose a step of a matrix product and a map. One that sets own_recurrence is handed the sequence:
//
//   bool Kernel<ops::Recurrence, Backend>::forward<Gates>(stream, cell, RecurrenceArguments)
//   bool Kernel<ops::Recurrence, Backend>::backward<Gates, At>(stream, cell, RecurrenceArguments)     dh is argument
//   number At
//
// and returns false, before it has done anything, for a sequence that had better be composed.

#include <strata/ops/masked_map.hpp>
#include <strata/ops/turned_product.hpp>

namespace STRATA_NAMESPACE::ops {

/// Tag of the operation.
struct Recurrence {};

/// Whether a backend has a kernel for whole sequences of any cell; specialise it beside the kernel.
template <class Backend>
inline constexpr bool own_recurrence = false;

/// Rows that are others at every step: those of step 0, and from step 1 on `step` elements apart. Stride 0 repeats one
/// row.
template <class T>
struct Moving {
  T* first = nullptr;
  T* later = nullptr;  ///< of step 1
  std::size_t step = 0, stride = 0;

  constexpr Operand<T> at(std::size_t t) const { return {t == 0 ? first : later + (t - 1) * step, stride}; }
};

/// Some operands of a cell, added one after another because options decide which there are. In a dry run, nothing.
template <class Pointer, std::size_t N>
struct MovingOperands {
  using T = std::remove_pointer_t<Pointer>;
  Pack<Moving<T>, N> all{};
  std::size_t count = 0;

  /// Rows of all steps.
  template <class... View>
  constexpr void each_step(const auto& run, const View&... rows) {
    const std::size_t batch = run.extents.batch;
    (set({rows.data, rows.data + batch * View::stride, batch * View::stride, View::stride}), ...);
  }
  /// Those of the step before: `first` at step 0. Both have the same stride.
  template <class First, class Rows>
  constexpr void step_before(const auto& run, const First& first, const Rows& rows) {
    static_assert(First::stride == Rows::stride);
    set({first.data, rows.data, run.extents.batch * Rows::stride, Rows::stride});
  }
  /// The same at every step.
  template <class... View>
  constexpr void same(const View&... views) {
    (set({views.data, views.data, 0, View::stride}), ...);
  }
  /// One that nobody wants; in a recurrent_step alone.
  constexpr void unwanted() { ++count; }

 private:
  constexpr void set(Moving<T> operand) { all[count++] = operand; }
};
template <std::size_t N>
struct MovingOperands<Planned, N> {
  constexpr void each_step(const auto&, const auto&...) {}
  constexpr void step_before(const auto&, const auto&, const auto&) {}
  constexpr void same(const auto&...) {}
  constexpr void unwanted() {}
};
template <class Run, std::size_t N>
using MovingDestinations = MovingOperands<typename Run::pointer, N>;
template <class Run, std::size_t N>
using MovingSources = MovingOperands<typename arguments::Constant<typename Run::pointer>::type, N>;

/// What a kernel is given. A cell has `hidden` elements a row.
template <class T, std::size_t Outputs, std::size_t Inputs, std::size_t N>
struct RecurrenceArguments {
  std::size_t steps, batch, hidden;
  const T* recurrent;  ///< W [gates · hidden, hidden]
  Moving<const T>
      factor;  ///< what W is multiplied with: forward h′ [batch, hidden], backward dz [batch, gates · hidden]
  Pack<Moving<T>, Outputs> out;
  Pack<Moving<const T>, Inputs> in;         ///< forward: first the parts of z; backward: number At means nothing
  MaskArguments<T, DrawnMask<T>, N> masks;  ///< of all steps
  T* room;                                  ///< memory for recurrent_room(gates, hidden) elements
  T* drawn;                                 ///< memory for N masks of a step, [N, batch, hidden]
};

/// Elements a kernel may need to hold the recurrent weights in an order of its own, hidden units padded to whole
/// registers of at most recurrent_lanes.
inline constexpr std::size_t recurrent_lanes = 16;
constexpr std::size_t recurrent_room(std::size_t gates, std::size_t hidden) {
  return gates * hidden * ((hidden + recurrent_lanes - 1) / recurrent_lanes * recurrent_lanes);
}

/// Memory for a kernel, taken by every backend so that one plan serves all.
template <class Run, std::size_t Gates, std::size_t Hidden, std::size_t N = 0>
struct RecurrenceRoom {
  using Memory = decltype(std::declval<Run&>().scratch(fixed_count(0)));
  Memory weights, masks;

  constexpr explicit RecurrenceRoom(Run& run)
      : weights(run.scratch(fixed_count(recurrent_room(Gates, Hidden)))),
        masks(run.scratch(N * Hidden * run.extents.batch)) {}
};

namespace arguments {
template <class Run>
concept FusesRecurrence = !Run::planning && !Run::streaming && own_recurrence<typename Run::backend>;

/// The cell of step t.
template <class Run, class F, class To, std::size_t Outputs, class From_, std::size_t Inputs, std::size_t N>
constexpr void cell(Run& run, F f, const MovingOperands<To, Outputs>& out, const MovingOperands<From_, Inputs>& in,
                    Masks<N> masks, std::size_t hidden, std::size_t t) {
  if constexpr (!Run::planning) {
    IntoAll<To, Outputs> into;
    From<From_, Inputs> from;
    for (std::size_t k = 0; k != Outputs; ++k) into.at[k] = out.all[k].at(t);
    for (std::size_t k = 0; k != Inputs; ++k) from.at[k] = in.all[k].at(t);
    into.rows = run.extents.batch;
    into.columns = hidden;
    masks.rows = MaskRows::one_step;
    masks.step = t;
    map(run, f, into, from, masks);
  }
}

/// Step by step. z becomes z + sums on the way.
template <class Run, class F, class Out, class In, std::size_t N>
constexpr void recurrence_forward(Run& run, F f, auto z, auto h0, auto h, auto recurrent, const Out& out, const In& in,
                                  Masks<N> masks) {
  run.each_step([&](std::size_t t) {
    matmul(run, accumulate(rows_of_step(run, z, t)), t == 0 ? h0 : rows_of_step(run, h, t - 1), transposed(recurrent));
    cell(run, f, out, in, masks, decltype(h0)::columns, t);
  });
}
template <class Run, class F, class Out, class In, std::size_t N>
constexpr void recurrence_backward(Run& run, F f, auto dz, auto dh, auto recurrent, const Out& out, const In& in,
                                   Masks<N> masks) {
  zero(run, into(dh));
  const auto cell_backward = [&](std::size_t t) { cell(run, f, out, in, masks, decltype(dh)::columns, t); };
  run.last_step_only(cell_backward);
  run.each_step_backwards([&](std::size_t t) {  // T - 1 … 1
    matmul(run, into(dh), rows_of_step(run, dz, t), recurrent);
    cell_backward(t - 1);
  });
}

/// All that a kernel is given.
template <class T, class Run, std::size_t Gates, std::size_t Hidden, std::size_t Outputs, std::size_t Inputs,
          std::size_t N>
auto recurrence(Run& run, const RecurrenceRoom<Run, Gates, Hidden, N>& room, const T* recurrent, Moving<const T> factor,
                const MovingOperands<T*, Outputs>& out, const MovingOperands<const T*, Inputs>& in, Masks<N> masks) {
  masks.rows = MaskRows::all_steps;
  return RecurrenceArguments<T, Outputs, Inputs, N>{run.extents.steps,
                                                    run.extents.batch,
                                                    Hidden,
                                                    recurrent,
                                                    factor,
                                                    out.all,
                                                    in.all,
                                                    masks_for<T>(run, masks, run.extents.rows()),
                                                    room.weights.data,
                                                    room.masks.data};
}
}  // namespace arguments

/// All steps on the way in. z [rows, Gates · Hidden] hold what of the gates does not depend on h; h′ is h0 [batch,
/// Hidden] at step 0, then the rows of h [rows, Hidden] of the step before, which the cell writes. The cell is
/// (parts of z with the sums …, further inputs …, masks …) -> outputs; `in` begins with the parts of z, and `out` must
/// not hold what h0 is in. recurrent [Gates · Hidden, Hidden]. What becomes of z where it is no output means nothing.
template <class Run, std::size_t Gates, std::size_t Hidden, class F, class Out, class In, std::size_t N>
constexpr void recurrence_forward(Run& run, const RecurrenceRoom<Run, Gates, Hidden, N>& room, F f, auto z, auto h0,
                                  auto h, auto recurrent, const Out& out, const In& in, Masks<N> masks) {
  if constexpr (arguments::FusesRecurrence<Run>) {
    using T = typename Run::element;
    MovingSources<Run, 1> before;
    before.step_before(run, h0, h);
    const auto a = arguments::recurrence<T>(run, room, recurrent.data, before.all[0], out, in, masks);
    if (Kernel<Recurrence, typename Run::backend>::template forward<Gates>(run.stream, f, a)) return;
  }
  arguments::recurrence_forward(run, f, z, h0, h, recurrent, out, in, masks);
}

/// And on the way back, from the last step to the first. The cell's input number At is dh [batch, Hidden], memory that
/// `in` has there and that means nothing afterwards; among its outputs are the parts of dz [rows, Gates · Hidden].
template <std::size_t At, class Run, std::size_t Gates, std::size_t Hidden, class F, class Out, class In, std::size_t N>
constexpr void recurrence_backward(Run& run, const RecurrenceRoom<Run, Gates, Hidden, N>& room, F f, auto dz, auto dh,
                                   auto recurrent, const Out& out, const In& in, Masks<N> masks) {
  if constexpr (arguments::FusesRecurrence<Run>) {
    using T = typename Run::element;
    MovingSources<Run, 1> of_dz;
    of_dz.each_step(run, dz);
    const auto a = arguments::recurrence<T>(run, room, recurrent.data, of_dz.all[0], out, in, masks);
    if (Kernel<Recurrence, typename Run::backend>::template backward<Gates, At>(run.stream, f, a)) return;
  }
  arguments::recurrence_backward(run, f, dz, dh, recurrent, out, in, masks);
}

}  // namespace STRATA_NAMESPACE::ops

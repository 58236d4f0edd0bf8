#pragma once
// stepwise_forward, stepwise_backward: a matrix product with rows of the step before, then any operations on one step,
// step after step: recurrences that are more than a product and a cell (recurrence.hpp).
//
//   forward    sums(t) = before(t) Wᵀ + bias,         body(t)        t = 0 … T - 1
//   backward   dh = dsums(t + 1) W, 0 at the last,    body(t)        t = T - 1 … 0
//
// Whatever a step does, it does for each sample alone. So a backend that sets own_stepwise may take some samples
// through all steps before it takes others:
//
//   void Kernel<ops::Stepwise, Backend>::forward(run, room, recurrent, bias, sums, before, body)
//   void Kernel<ops::Stepwise, Backend>::backward(run, room, recurrent, dsums, dh, body)
//
// and all that a body is written with is asked of the run it is given: rows_of_step(at, rows, t), samples_of(at, rows).

#include <strata/ops/recurrence.hpp>

namespace STRATA_NAMESPACE {
namespace ops {

/// Tag of the operation.
struct Stepwise {};

/// Whether a backend has a kernel; specialise it beside the kernel.
template <class Backend>
inline constexpr bool own_stepwise = false;

/// A run of `count` samples of a batch, from number `first` on.
template <class Run>
struct SomeSamples : Run {
  std::size_t first, count;

  SomeSamples(const Run& all, std::size_t from, std::size_t samples) : Run(all), first(from), count(samples) {
    this->first_sample += from;
    this->stream.threads = 1;
  }
};

/// The rows of a tensor with one for each sample that belong to a run.
template <class Run, class Rows>
constexpr auto samples_of(const Run& run, const Rows& rows) {
  if constexpr (requires { run.first; }) return rows.rows_from(run.first, run.count);
  else return rows;
}

namespace arguments {
template <class Run>
concept FusesSteps = !Run::planning && !Run::streaming && own_stepwise<typename Run::backend>;

/// sums = before · Wᵀ + bias.
template <class Run, class Bias>
constexpr void recurrent_product(Run& run, auto recurrent, Bias bias, auto sums, auto before) {
  if constexpr (Wanted<Bias>) matmul(run, into(sums), before, transposed(recurrent), bias);
  else matmul(run, into(sums), before, transposed(recurrent));
}
}  // namespace arguments

/// body(at, t) at every step on the way in, after sums(at, t) [samples, Gates · Hidden] = before(at, t) [samples,
/// Hidden] · Wᵀ + bias, which may be Discard; `at` is a run of some samples or of all.
template <class Run, std::size_t Gates, std::size_t Hidden, class Sums, class Before, class Body>
constexpr void stepwise_forward(Run& run, const RecurrenceRoom<Run, Gates, Hidden>& room, auto recurrent, auto bias,
                                Sums sums, Before before, Body body) {
  if constexpr (arguments::FusesSteps<Run>) {
    Kernel<Stepwise, typename Run::backend>::forward(run, room, recurrent, bias, sums, before, body);
  } else {
    run.each_step([&](std::size_t t) {
      arguments::recurrent_product(run, recurrent, bias, sums(run, t), before(run, t));
      body(run, t);
    });
  }
}

/// body(at, t) at every step on the way back, after the rows of dh [batch, Hidden] = dsums(at, t + 1) · W, or 0.
template <class Run, std::size_t Gates, std::size_t Hidden, class Sums, class Body>
constexpr void stepwise_backward(Run& run, const RecurrenceRoom<Run, Gates, Hidden>& room, auto recurrent, Sums dsums,
                                 auto dh, Body body) {
  zero(run, into(dh));
  if constexpr (arguments::FusesSteps<Run>) {
    Kernel<Stepwise, typename Run::backend>::backward(run, room, recurrent, dsums, dh, body);
  } else {
    run.last_step_only([&](std::size_t t) { body(run, t); });
    run.each_step_backwards([&](std::size_t t) {  // T - 1 … 1
      matmul(run, into(dh), dsums(run, t), recurrent);
      body(run, t - 1);
    });
  }
}

}  // namespace ops
}  // namespace STRATA_NAMESPACE

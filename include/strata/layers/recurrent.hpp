#pragma once
// What recurrent layers share: their inputs, states and recurrent weights under the masks of their options, and the
// gradients of the weights.

#include <strata/layers/recurrent_options.hpp>
#include <strata/ops/masked_map.hpp>
#include <strata/ops/matmul.hpp>
#include <strata/ops/reduce_rows.hpp>

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

/// The rows of step t of rows that are time-major.
constexpr auto rows_of_step(auto& run, auto rows, std::size_t t) {
  using Rows = decltype(rows);
  return Matrix<typename Rows::pointer, Rows::columns>{rows.data, rows.rows}.rows_from(t * run.extents.batch,
                                                                                       run.extents.batch);
}

template <class Options>
struct RecurrentParts {
  /// The cell of step t; masks are drawn where the run is stochastic.
  template <class Run, class F, class Pointer, std::size_t Outputs, class Source, std::size_t Inputs>
  static constexpr void map(Run& run, F f, const Views<Pointer, Outputs>& out, const Views<Source, Inputs>& in,
                            auto& slot, std::size_t t) {
    const ops::IntoAll<Pointer, Outputs> into{out.all};
    const ops::From<Source, Inputs> from{in.all};
    if constexpr (Run::stochastic) ops::map(run, f, into, from, Options::drawn_in_cell(slot.position, t));
    else ops::map(run, f, into, from);
  }

  /// h of the step before t: h0 before the first; `hidden` where outputs are masked and there is a tape, else y.
  /// Without a tape and with masked outputs the state h0 goes from step to step.
  template <class Run, class Hidden, class H0, class Y>
  static constexpr auto hidden_before(Run& run, Hidden hidden, H0 h0, Y y, std::size_t t) {
    if constexpr (Run::stochastic && Options::at(Site::outputs)) {
      if constexpr (Wanted<Hidden>) return t == 0 ? h0 : rows_of_step(run, hidden, t - 1);
      else return h0;
    } else {
      return t == 0 ? h0 : rows_of_step(run, y, t - 1);
    }
  }

  /// h0 = h of the last step, for the batch to come.
  template <class Run, class Hidden>
  static constexpr void keep_state(Run& run, auto h0, Hidden hidden, auto y) {
    if constexpr (!Run::stochastic || !Options::at(Site::outputs)) ops::copy(run, ops::into(h0), run.last_step(y));
    else if constexpr (Wanted<Hidden>) ops::copy(run, ops::into(h0), run.last_rows(hidden));
  }

  /// h of one step as it enters the recurrent product.
  static constexpr void mask_state(auto& run, auto into, auto h, auto& slot) {
    ops::map(run, ops::Masked{}, into, ops::from(h),
             Options::template drawn_at<Site::state>(slot.position, ops::MaskRows::one_step));
  }

  /// Elements of scratch for what the masks of a site leave of so many.
  template <class Run, Site At>
  static constexpr auto room(auto elements) {
    return std::size_t{Run::stochastic && Options::at(At)} * elements;
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
  /// The recurrent weights of this training step, in memory of room<Run, Site::weights> elements.
  template <class Run, class W>
  static constexpr auto connected(Run& run, W weight, typename Run::pointer memory, auto& slot) {
    if constexpr (Run::stochastic && Options::at(Site::weights)) {
      const Matrix<typename Run::pointer, W::columns> masked{memory, weight.rows};
      ops::map(run, ops::Masked{}, ops::into(masked), ops::from(weight),
               Options::template drawn_at<Site::weights>(slot.position, ops::MaskRows::alone));
      return masked;
    } else {
      return weight;
    }
  }

  /// Adds the gradient of the recurrent weights: dz [rows, N] times h of the step before, which is h0 and then the rows
  /// of `hidden`.
  template <class Run, class DZ>
  static constexpr void add_recurrent_gradient(Run& run, DZ dz, auto h0, auto hidden, auto gradient, auto& slot) {
    using namespace ops;
    constexpr std::size_t n = decltype(h0)::columns;
    const auto batch = run.extents.batch, later = run.extents.rows() - batch;
    auto first_space = run.scratch(room<Run, Site::state>(n * batch));
    auto later_space = run.scratch(room<Run, Site::state>(n * run.extents.rows()));
    auto weight_space = run.scratch(room<Run, Site::weights>(fixed_count(DZ::columns * n)));
    const auto add = [&](auto into_first, auto into_later, auto first, auto rest) {
      matmul(run, into_first, transposed(dz.rows_from(0 * batch, batch)), first);
      matmul(run, into_later, transposed(dz.rows_from(batch, later)), rest.rows_from(0 * batch, later));
    };
    const auto add_to = [&](auto into_first, auto into_later) {
      if constexpr (Options::at(Site::state)) {
        const Matrix<typename Run::pointer, n> first{first_space.data, h0.rows}, rest{later_space.data, hidden.rows};
        mask_state(run, into(first), h0, slot);
        ops::map(run, Masked{}, into(rest), from(hidden),
                 Options::template drawn_at<Site::state>(slot.position, MaskRows::all_steps));
        add(into_first, into_later, first, rest);
      } else {
        add(into_first, into_later, h0, hidden);
      }
    };
    if constexpr (Options::at(Site::weights)) {
      const Matrix<typename Run::pointer, n> all{weight_space.data, gradient.rows};
      add_to(into(all), accumulate(all));
      ops::map(run, AddMasked{}, into(gradient), from(gradient, all),
               Options::template drawn_at<Site::weights>(slot.position, MaskRows::alone));
    } else {
      add_to(accumulate(gradient), accumulate(gradient));
    }
  }

  /// The gradient of h0 from dz of the first step and what the hidden state held.
  static constexpr void state_gradient(auto& run, auto gradient, auto dz, auto recurrent, auto held, auto& slot) {
    ops::matmul(run, ops::into(gradient), dz, recurrent);
    if constexpr (Options::at(Site::state)) mask_state(run, ops::into(gradient), gradient, slot);
    if constexpr (Options::at(Site::hidden)) ops::add(run, ops::accumulate(gradient), held);
  }
  /// The gradient of x from dz.
  template <class DX>
  static constexpr void input_gradient(auto& run, DX dx, auto dz, auto weight, auto& slot) {
    ops::matmul(run, ops::into(dx), dz, weight);
    if constexpr (Wanted<DX> && Options::at(Site::inputs)) mask_inputs(run, ops::into(dx), dx, slot);
  }

 private:
  /// sum + x · all masks.
  struct AddMasked {
    template <class V, class... M>
    constexpr V operator()(V sum, V x, M... masks) const {
      return sum + (x * ... * masks);
    }
  };
};

}  // namespace STRATA_NAMESPACE::detail

#pragma once
// LSTM: long short-term memory (Hochreiter & Schmidhuber 1997; with a forget gate, Gers et al. 2000) as PyTorch's
// nn.LSTM:
//
//   z = x Wᵢₕᵀ + b_ih + h′ Wₕₕᵀ + b_hh, split into z_i, z_f, z_g, z_o        h′, c′: of the step before
//   i = σ(z_i), f = σ(z_f), g = tanh(z_g), o = σ(z_o)
//   c = f · c′ + i · g,   h = o · tanh(c)

#include <strata/init/uniform.hpp>
#include <strata/layers/concept.hpp>
#include <strata/layers/lstm_cell.hpp>
#include <strata/ops/lstm_sequence.hpp>
#include <strata/ops/map.hpp>
#include <strata/ops/matmul.hpp>
#include <strata/ops/reduce_rows.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class Given, bool HasUnits>
struct LstmNeedsSequence {
  static_assert(HasUnits, "strata::LSTM: at least one hidden unit");
  static_assert(
      !HasUnits || SequenceOfFeatures<Given>,
      "strata::LSTM: needs Sequence<N>. Common mistakes: LSTM behind a LastStep or on Features, which have no steps; "
      "Tokens that were not embedded first.");
};
}  // namespace detail

/// Long short-term memory, the whole sequence of hidden states out: Sequence<In> -> Sequence<Hidden>.
/// weight_ih_l0 [4·Hidden, In], weight_hh_l0 [4·Hidden, Hidden] (decayed), bias_ih_l0 and bias_hh_l0 [4·Hidden] (not),
/// so that the state_dict of a torch.nn.LSTM loads directly. State: h and c [batch, Hidden]; zero unless the session
/// carries it. Observers are shown "gates" [rows, 4·Hidden] (i, f, g, o after their activations) and "cell" [rows,
/// Hidden] in training and by Network::observe.
template <std::size_t Hidden>
struct LSTM {
  template <SequenceOfFeatures In>
    requires(Hidden > 0)
  using output = Sequence<Hidden>;
  template <class In>
  using refusal = detail::LstmNeedsSequence<In, (Hidden > 0)>;
  template <class In>
  using weights =
      TensorList<Tensor<"weight_ih_l0", 4 * Hidden, features<In>>, Tensor<"weight_hh_l0", 4 * Hidden, Hidden>,
                 Undecayed<Tensor<"bias_ih_l0", 4 * Hidden>>, Undecayed<Tensor<"bias_hh_l0", 4 * Hidden>>>;
  template <class In>
  using state = TensorList<PerSample<"h", Hidden>, PerSample<"c", Hidden>>;
  template <class In>
  using tape =
      TensorList<PerRow<"gates", 4 * Hidden>, PerRow<"cell", Hidden>, PerSample<"h0", Hidden>, PerSample<"c0", Hidden>>;
  static constexpr Reads backward_reads = Reads::both;

  template <class Run>
  static constexpr void forward(Run& run, auto x, auto y, auto& slot) {
    using namespace ops;
    const auto h0 = get<"h">(slot.state), c0 = get<"c">(slot.state);
    if constexpr (Run::taped) {
      const auto gates = get<"gates">(slot.tape);
      const auto cell = get<"cell">(slot.tape);
      copy(run, into(get<"h0">(slot.tape)), h0);
      copy(run, into(get<"c0">(slot.tape)), c0);
      project_input(run, x, gates, slot);
      lstm_forward(run, LstmCellTaped{}, gates, cell, h0, c0, y, get<"weight_hh_l0">(slot.weights));
      copy(run, into(c0), run.last_rows(cell));
      run.observe(slot.position, "gates", gates);
      run.observe(slot.position, "cell", cell);
    } else {
      auto space = run.scratch(4 * Hidden * x.extents.rows());
      const Matrix<typename Run::pointer, 4 * Hidden> gates{space.data, x.extents.rows()};
      project_input(run, x, gates, slot);
      lstm_forward(run, LstmCell{}, gates, Discard{}, h0, c0, y, get<"weight_hh_l0">(slot.weights));
    }
    copy(run, into(h0), run.last_step(y));
  }

  /// Overwrites the taped gates with the gradients of their inputs: from then on they are dz.
  template <class Run>
  static constexpr void backward(Run& run, auto x, auto y, auto dy, auto dx, auto& slot) {
    using namespace ops;
    const auto gates = get<"gates">(slot.tape);
    const auto cell = get<"cell">(slot.tape);
    const auto h0 = get<"h0">(slot.tape), c0 = get<"c0">(slot.tape);
    auto space_h = run.scratch(Hidden * x.extents.batch), space_c = run.scratch(Hidden * x.extents.batch);
    const Matrix<typename Run::pointer, Hidden> dh{space_h.data, x.extents.batch}, dc{space_c.data, x.extents.batch};
    const auto recurrent = get<"weight_hh_l0">(slot.weights);
    lstm_backward(run, LstmCellBackward{}, gates, cell, c0, dy, dh, dc, recurrent);
    if constexpr (Run::state_gradients) {
      matmul(run, into(get<"h">(slot.state_gradients)), first_step(run, gates), recurrent);
      copy(run, into(get<"c">(slot.state_gradients)), dc);
    }
    add_weight_gradients(run, x, y, gates, h0, slot);
    matmul(run, into(dx), gates, get<"weight_ih_l0">(slot.weights));
  }

  /// PyTorch's: everything uniform in ±1 / sqrt(Hidden).
  template <class In>
  static void initialize(auto& random, auto weights) {
    const double bound = 1 / std::sqrt(static_cast<double>(Hidden));
    Uniform::fill(random, get<"weight_ih_l0">(weights), bound);
    Uniform::fill(random, get<"weight_hh_l0">(weights), bound);
    Uniform::fill(random, get<"bias_ih_l0">(weights), bound);
    Uniform::fill(random, get<"bias_hh_l0">(weights), bound);
  }

 private:
  static constexpr auto first_step(auto& run, auto rows) {
    return rows.rows_from(0 * run.extents.batch, run.extents.batch);
  }

  /// gates = x Wᵢₕᵀ + b_ih + b_hh for all steps at once.
  template <class Run>
  static constexpr void project_input(Run& run, auto x, auto gates, auto& slot) {
    using namespace ops;
    auto space = run.scratch(fixed_count(padded(4 * Hidden)));
    const Row<typename Run::pointer, 4 * Hidden> bias{space.data};
    map(run, Sum{}, into(bias), from(get<"bias_ih_l0">(slot.weights), get<"bias_hh_l0">(slot.weights)));
    matmul(run, into(gates), x, transposed(get<"weight_ih_l0">(slot.weights)), bias);
  }

  static constexpr void add_weight_gradients(auto& run, auto x, auto y, auto dz, auto h0, auto& slot) {
    using namespace ops;
    const auto batch = x.extents.batch;
    const auto later = x.extents.rows() - batch;
    const auto recurrent = accumulate(get<"weight_hh_l0">(slot.gradients));
    matmul(run, accumulate(get<"weight_ih_l0">(slot.gradients)), transposed(dz), x);
    matmul(run, recurrent, transposed(first_step(run, dz)), h0);
    matmul(run, recurrent, transposed(dz.rows_from(batch, later)), y.rows_from(0 * batch, later));
    reduce_rows(run, Twice{}, accumulate(get<"bias_ih_l0">(slot.gradients), get<"bias_hh_l0">(slot.gradients)),
                from(dz));
  }
};

}  // namespace STRATA_NAMESPACE

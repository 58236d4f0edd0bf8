#pragma once
// Tied: layers between an embedding and scores for every id, which both have one table (Press & Wolf 2017, "Using the
// Output Embedding to Improve Language Models"):
//
//   h = layers(W[id]),   scores = h Wᵀ + b
//
// The gradients of both uses add up. That of the scores has every row of W, so it is dense, whatever the embedding
// alone would have: a step costs what the vocabulary costs, and a padding row, which gets no gradient as an input, gets
// one as a class. In PyTorch one writes `decoder.weight = encoder.weight`.

#include <strata/layers/embedding.hpp>
#include <strata/layers/sequential.hpp>
#include <strata/ops/map.hpp>
#include <strata/ops/matmul.hpp>
#include <strata/ops/reduce_rows.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class S>
inline constexpr std::size_t vocabulary_of = 0;
template <Tokenized S>
inline constexpr std::size_t vocabulary_of<S> = S::vocabulary;

/// scores = h Wᵀ + b: the last layer inside Tied, whose table is that of the first.
template <std::size_t V>
struct TiedScores {
  template <Featured In>
  using output = with_features<In, V>;
  template <class In>
  using weights = TensorList<Undecayed<Tensor<"bias", V>>>;

  static constexpr void forward(auto& run, auto h, auto y, auto& slot, auto table) {
    ops::matmul(run, ops::into(y), h, ops::transposed(table), get<"bias">(slot.weights));
  }
  static constexpr void backward(auto& run, auto h, auto dy, auto dh, auto& slot, auto table, auto table_gradient) {
    ops::matmul(run, ops::accumulate(table_gradient), ops::transposed(dy), h);
    ops::reduce_rows(run, ops::Identity{}, ops::accumulate(get<"bias">(slot.gradients)), ops::from(dy));
    ops::matmul(run, ops::into(dh), dy, table);
  }
  template <class In>
  static void initialize(auto&, auto weights) {
    constant_fill(get<"bias">(weights), 0);
  }
};

template <class Steps, class Last>
struct Appended;
template <class... Steps, class Last>
struct Appended<List<Steps...>, Last> {
  using type = List<Steps..., Last>;
};

/// What stands behind one another inside Tied: the layers, embedding first, and the scores.
template <class In, class... L>
struct TiedLayers {
  using chain = Chain<In, L...>;
  using hidden = typename walk<In, L...>::last;
  using steps = typename Appended<typename chain::steps, Step<hidden, TiedScores<vocabulary_of<In>>>>::type;

  template <class Pointer>
  struct Trace {
    typename chain::template trace<Pointer> layers;
    strata::Batch<Pointer, hidden> output;  ///< of the last of them
  };
};

/// The first layer gives rows of a table, the last returns something as wide.
template <class In, class Embed, class Hidden>
concept TiesTable = Tokenized<In> && Featured<Hidden> && Featured<output_of<Embed, In>> &&
                    has_tensor<"weight">(std::type_identity<declared<Weights, Embed, In>>{}) &&
                    row_width<Hidden> == row_width<output_of<Embed, In>>;

template <class Given, class Hidden>
struct TiedNeedsWidth {
  static_assert(Tokenized<Given>, "strata::Tied: needs Tokens<V>, and an Embedding as its first layer");
  static_assert(!Tokenized<Given>,
                "strata::Tied: the first layer must be an Embedding, and the last return as many features as it has, "
                "because they are multiplied with its rows. Common mistake: an LSTM of another width.");
};
}  // namespace detail

/// Scores of every id from the table of an embedding: Tokens<V> -> Sequence<V>, or Features<V> where the layers drop
/// the steps. `Tied<Embedding<64>, LSTM<64>, Dropout<0.2>>`; the layers return as many features as the embedding has.
/// Its tensors are those of the layers, weight [V, Width] first, and a last bias [V] (not decayed, zero at the start).
template <class Embed, class... Layers>
struct Tied {
  template <class In>
  using layers = detail::TiedLayers<In, Embed, Layers...>;
  template <class In>
  using inside = typename layers<In>::steps;
  template <Tokenized In>
    requires detail::TiesTable<In, Embed, typename layers<In>::hidden>
  using output = with_features<typename layers<In>::hidden, In::vocabulary>;
  template <class In>
  using refusal = detail::TiedNeedsWidth<In, typename layers<In>::hidden>;
  static constexpr Reads backward_reads = Reads::input;

  template <class In, class Pointer>
  using trace = typename layers<In>::template Trace<Pointer>;

  /// The table is dense here, and all of it has a gradient.
  static constexpr Attributes adjust(Attributes a) {
    a.row_sparse = false;
    a.frozen_row = no_row;
    return a;
  }

  template <class Run, class X, class Y, class S>
  static constexpr void forward(Run& run, X x, Y y, S& slot) {
    using Inside = layers<typename S::input>;
    auto& h = slot.tape.output;
    h = run.template batch<typename Inside::hidden>();
    Inside::chain::forward(run, x, h, slot, slot.tape.layers);
    Tensors<typename S::pointer, Nothing> no_tape;
    auto scores = child_slot<1 + sizeof...(Layers)>(slot, no_tape);
    decltype(scores)::layer::forward(run, h, y, scores, get<"weight">(embedding(slot).weights));
    run.observe(scores.position, "output", y);
    if constexpr (!Run::taped) run.release(h.data);
  }
  template <class Run, class X, class Y, class DY, class DX, class S>
  static constexpr void backward(Run& run, X x, Y, DY dy, DX dx, S& slot) {
    using Inside = layers<typename S::input>;
    const auto h = slot.tape.output;
    Tensors<typename S::pointer, Nothing> no_tape;
    auto scores = child_slot<1 + sizeof...(Layers)>(slot, no_tape);
    const auto dh = run.template batch<typename Inside::hidden>();
    const auto table = embedding(slot);
    decltype(scores)::layer::backward(run, h, dy, dh, scores, get<"weight">(table.weights),
                                      get<"weight">(table.gradients));
    run.observe(scores.position, "input_gradient", dh);
    Inside::chain::backward(run, x, h, dh, dx, slot, slot.tape.layers);
    run.release(dh.data);
    run.release(h.data);
  }

 private:
  static constexpr auto embedding(auto& slot) { return child_slot<0>(slot, detail::at<0>(slot.tape.layers.layers)); }
};

}  // namespace STRATA_NAMESPACE

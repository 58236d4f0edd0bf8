#pragma once
// Embedding: a row of a table for every id (PyTorch's nn.Embedding).
//
// A batch touches the rows of its ids alone, so the weight is row-sparse: a training step costs what the batch costs,
// however large the vocabulary. Momentum, Adam's moments and L1 and L2 are lazy then: a row is moved and penalized in
// the steps whose batches have its id (PyTorch's sparse=True with SparseAdam). DenseGradient is sparse=False.
//
// Rows that were trained elsewhere are copied into the tensor, and stay as they are under Freeze (PyTorch's
// Embedding.from_pretrained):
//
//   Network<Sequential<With<Embedding<300>, Freeze>, LSTM<64>, LastStep, Linear<2>>, Tokens<100'000>, Cpu<float>> net;
//   std::ranges::copy(vectors, net.tensor("0.weight").begin());   // [100'000, 300], row-major

#include <strata/init/normal.hpp>
#include <strata/layers/concept.hpp>
#include <strata/ops/gather_rows.hpp>
#include <strata/ops/scatter_add.hpp>

#include <algorithm>

namespace STRATA_NAMESPACE {

/// Option of Embedding: the row of this id is zero at the start and never trained (PyTorch's padding_idx).
template <std::size_t Id>
struct PaddingId {};

/// Option of Embedding: every step updates the whole table, as other weights; on a GPU such steps are recorded.
struct DenseGradient {};

namespace detail {
template <class Option>
inline constexpr std::size_t padding_of = no_row;
template <std::size_t Id>
inline constexpr std::size_t padding_of<PaddingId<Id>> = Id;

/// What the template arguments of an Embedding say.
template <class... Options>
struct EmbeddingOptions {
  static constexpr bool known =
      ((std::is_same_v<Options, DenseGradient> || padding_of<Options> != no_row) && ... && true);
  static constexpr bool dense = (std::is_same_v<Options, DenseGradient> || ...);
  static constexpr std::size_t padding = std::min({no_row, padding_of<Options>...});
  static constexpr bool once = (std::size_t{std::is_same_v<Options, DenseGradient>} + ... + 0) <= 1 &&
                               (std::size_t{padding_of<Options> != no_row} + ... + 0) <= 1;

  template <class Declared>
  using weight = FrozenRow<std::conditional_t<dense, Declared, RowSparse<Declared>>, padding>;
  /// Whether they make sense for a vocabulary.
  static constexpr bool fit(std::size_t ids) { return known && once && (padding == no_row || padding < ids); }
};

template <class Given, bool HasWidth, class Options>
struct EmbeddingNeedsTokens {
  static constexpr bool tokens = Tokenized<Given>;
  static constexpr std::size_t ids = [] {
    if constexpr (tokens) return Given::vocabulary;
    else return std::size_t{1};
  }();
  static_assert(HasWidth, "strata::Embedding: at least one feature");
  static_assert(!HasWidth || Options::known,
                "strata::Embedding: behind the width stand PaddingId<id> and DenseGradient, nothing else");
  static_assert(!HasWidth || !Options::known || Options::once,
                "strata::Embedding: PaddingId<id> and DenseGradient may be given once each");
  static_assert(!HasWidth || !Options::known || tokens,
                "strata::Embedding: needs Tokens<V>, integer ids below V. Common mistake: a network on Sequence<1>.");
  static_assert(
      !tokens || ids <= most_ids,
      "strata::Embedding: at most 2^24 ids, because ids travel as elements of the network and a float holds no "
      "larger whole number exactly");
  static_assert(!tokens || !Options::known || !Options::once || Options::fit(ids),
                "strata::Embedding: PaddingId<id> is no id of the Tokens it is given");
};
}  // namespace detail

/// y = weight[id]: Tokens<V> -> Sequence<Width>, ragged or not. weight [V, Width] (decayed), from N(0, 1); row-sparse
/// unless DenseGradient is among the options. Ids outside [0, V) are refused where a network is given them, by
/// ValueError.
template <std::size_t Width, class... Options>
struct Embedding {
  using options = detail::EmbeddingOptions<Options...>;

  template <Tokenized In>
    requires(Width > 0 && In::vocabulary <= most_ids && options::fit(In::vocabulary))
  using output = with_features<In, Width>;
  template <class In>
  using refusal = detail::EmbeddingNeedsTokens<In, (Width > 0), options>;
  template <class In>
  using weights = TensorList<typename options::template weight<Tensor<"weight", In::vocabulary, Width>>>;
  static constexpr Reads backward_reads = Reads::input;

  static constexpr void forward(auto& run, auto x, auto y, auto& slot) {
    ops::gather_rows(run, ops::into(y), get<"weight">(slot.weights), x);
  }
  /// Ids have no gradient.
  static constexpr void backward(auto& run, auto x, auto, auto dy, auto, auto& slot) {
    ops::scatter_add(run, ops::accumulate(get<"weight">(slot.gradients)), x, dy, options::padding);
  }
  template <class In>
  static void initialize(auto& random, auto weights) {
    const auto weight = get<"weight">(weights);
    Normal::fill(random, weight, 1.0);
    if constexpr (options::padding != no_row) std::fill_n(weight.data + options::padding * Width, Width, 0);
  }
};

}  // namespace STRATA_NAMESPACE

#pragma once
// Between xtensor and batches: any xtensor expression in, dense batch-major memory out, sizes checked.

#include <strata/tensor/batch_shape.hpp>
#include <strata/tensor/ids.hpp>
#include <strata/tensor/padded.hpp>
#include <strata/tensor/xtensor.hpp>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <type_traits>
#include <vector>

namespace STRATA_NAMESPACE {
/// A batch as users hand it over: dense row-major arrays are used where they lie, everything else is evaluated into a
/// copy. Ids are integers of any kind; `data` has them as elements.
template <class S, class T>
class BatchArray {
 public:
  BatchArray() = default;
  /// See assign.
  template <class Expression>
  BatchArray(const Expression& expression, const char* where) {
    assign(expression, where);
  }
  BatchArray(const BatchArray&) = delete;
  BatchArray& operator=(const BatchArray&) = delete;

  /// Stands for another batch from now on; a copy reuses the memory of the last one where the sizes are equal.
  /// Throws ShapeError unless the expression is [batch, …] with the sizes of S, ValueError for ids that are none of S;
  /// `where` names the caller in the text.
  template <class Expression>
  void assign(const Expression& expression, const char* where) {
    static_assert(!Ragged<S>, "strata: a network on ragged sequences is given Padded{inputs, lengths}");
    assign_array(expression, batch_extents<S>(expression.shape(), where), where);
  }
  /// The same with lengths: see check_lengths for what they must be. They are copied.
  template <class Array, class Lengths>
  void assign(const Padded<Array, Lengths>& given, const char* where) {
    static_assert(Ragged<S>,
                  "strata: all samples of this network's input have the same steps. Common mistake: Sequence<N> in "
                  "place of RaggedSequence<N>.");
    Extents extents = batch_extents<S>(given.inputs.shape(), where);
    check_lengths(given.lengths, extents, where);
    lengths_.resize(extents.batch);
    std::transform(std::begin(given.lengths), std::end(given.lengths), lengths_.begin(),
                   [](auto length) { return static_cast<std::uint32_t>(length); });
    extents.lengths = lengths_.data();
    assign_array(given.inputs, extents, where);
  }

  const T* data() const { return data_; }
  /// Lengths of ragged ones lie in ordinary memory.
  Extents extents() const { return extents_; }
  /// Elements of one sample.
  std::size_t each() const { return row_width<S> * extents_.steps; }

 private:
  template <class Expression>
  void assign_array(const Expression& expression, Extents extents, const char* where) {
    extents_ = extents;
    if constexpr (Tokenized<S>) {
      copy_.resize({extents_.batch, extents_.steps});
      copy_ids<S>(expression.begin(), extents_, copy_.data(), where);
      data_ = copy_.data();
    } else if constexpr (std::is_same_v<Expression, xt::xtensor<T, batch_rank<S>>>) {
      data_ = expression.data();
    } else {
      copy_.assign(expression);  // without the temporary that operator= makes
      data_ = copy_.data();
    }
  }

  xt::xtensor<T, batch_rank<S>> copy_;
  const T* data_ = nullptr;
  std::vector<std::uint32_t> lengths_;
  Extents extents_;
};

/// An uninitialised array for a batch of S.
template <class S, class T>
xt::xtensor<T, batch_rank<S>> make_batch(Extents extents) {
  typename xt::xtensor<T, batch_rank<S>>::shape_type shape;
  shape[0] = extents.batch;
  for (std::size_t i = 0; i + 1 < batch_rank<S>; ++i) {
    shape[i + 1] = detail::Axes<S>::sizes[i] == 0 ? extents.steps : detail::Axes<S>::sizes[i];
  }
  return xt::xtensor<T, batch_rank<S>>(shape);
}

/// The same for several such batches: [count, batch, …].
template <class S, class T>
xt::xtensor<T, batch_rank<S> + 1> make_batches(std::size_t count, Extents extents) {
  const auto one = make_batch<S, T>(extents).shape();
  typename xt::xtensor<T, batch_rank<S> + 1>::shape_type shape;
  shape[0] = count;
  for (std::size_t i = 0; i < batch_rank<S>; ++i) shape[i + 1] = one[i];
  return xt::xtensor<T, batch_rank<S> + 1>(shape);
}

}  // namespace STRATA_NAMESPACE

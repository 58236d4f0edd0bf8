#pragma once
// A batch where it lies in the memory of whoever owns it: dense, row-major, [batch, …].

#include <strata/tensor/ids.hpp>
#include <strata/tensor/padded.hpp>
#include <strata/tensor/xtensor.hpp>

#include <concepts>
#include <span>
#include <string>
#include <type_traits>

namespace STRATA_NAMESPACE {

/// An array of xtensor that may lie in memory as a batch does: a container, an adaptor, a view of either.
template <class Array, class T>
concept BatchMemory = requires(Array& array) {
  { array.data() + array.data_offset() } -> std::convertible_to<T*>;
  array.shape();
  array.layout();
};

/// A view of a batch of S. `T` is const where it is only read. Whoever makes one is told by ShapeError when the memory
/// does not fit, and by ValueError of ids that are none of S and lengths that are none; what takes one need not check
/// again. Lengths of ragged inputs come with their extents, and lie in ordinary memory.
template <class S, class T>
class BatchView {
 public:
  /// `extents.batch` samples (of `extents.steps` steps, where S has steps) behind a pointer.
  BatchView(T* data, Extents extents) : data_(data), extents_(extents) {
    if constexpr (!Stepwise<S>) extents_.steps = 1;
    if constexpr (Ragged<S> && std::is_const_v<T>) {
      check_lengths(std::span(extents.lengths, extents.lengths == nullptr ? 0 : extents.batch), extents,
                    "a view of a batch");
    }
    check_ids();
  }
  /// The same in a span of exactly that size.
  BatchView(std::span<T> data, Extents extents) : BatchView(checked(data, extents), extents) {}
  /// An array [batch, …] of xtensor.
  template <class Array>
    requires BatchMemory<Array, T>
  BatchView(Array&& array)  // NOLINT(google-explicit-constructor): an array is a view of itself
      : data_(array.data() + array.data_offset()),
        extents_(batch_extents<S>(array.shape(), "a view of a batch")) {
    static_assert(!Ragged<S> || !std::is_const_v<T>,
                  "strata: a view of ragged sequences is given a pointer or a span, and Extents with lengths");
    if (array.layout() != xt::layout_type::row_major && size() > 0) {
      throw ShapeError(std::string("strata: a view of a batch was given an array of shape ") +
                       detail::spell(array.shape()) + " that does not lie dense and row-major in memory");
    }
    check_ids();
  }

  T* data() const { return data_; }
  Extents extents() const { return extents_; }
  /// Elements of the batch.
  std::size_t size() const { return extents_.rows() * row_width<S>; }

 private:
  static T* checked(std::span<T> data, Extents extents) {
    const std::size_t steps = Stepwise<S> ? extents.steps : 1, size = extents.batch * steps * row_width<S>;
    if (data.size() == size) return data.data();
    throw ShapeError(std::string("strata: a span of ") + std::to_string(data.size()) +
                     " elements was given for a batch of " + std::to_string(extents.batch) + " samples and " +
                     std::to_string(steps) + " step(s), which has " + std::to_string(size));
  }
  void check_ids() const {
    if constexpr (Tokenized<S>) for_each_id<S>(data_, extents_, "a view of a batch", [](std::size_t) {});
  }

  T* data_;
  Extents extents_;
};

/// Throws ShapeError unless inputs of these extents give outputs S of those.
template <class S>
void require_same_extents(Extents inputs, Extents outputs) {
  const bool same_steps = !Stepwise<S> || inputs.steps == outputs.steps;
  if (inputs.batch == outputs.batch && same_steps) return;
  const auto spelled = [](Extents e) {
    return std::to_string(e.batch) + " samples of " + std::to_string(e.steps) + " step(s)";
  };
  throw ShapeError(std::string("strata: ") + spelled(inputs) + " were given, and room for the outputs of " +
                   spelled(outputs));
}

}  // namespace STRATA_NAMESPACE

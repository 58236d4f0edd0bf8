#pragma once
// Between xtensor and batches: any xtensor expression in, dense batch-major memory out, sizes checked.

#include <strata/core/error.hpp>
#include <strata/shape/count.hpp>
#include <strata/shape/shape.hpp>
#include <strata/tensor/xtensor.hpp>

#include <array>
#include <string>
#include <type_traits>

namespace STRATA_NAMESPACE {
namespace detail {
/// The axes of a batch of S behind the batch axis; 0 stands for the steps.
template <class S>
struct Axes;
template <std::size_t N>
struct Axes<Features<N>> {
  static constexpr std::array<std::size_t, 1> sizes{N};
};
template <std::size_t N>
struct Axes<Sequence<N>> {
  static constexpr std::array<std::size_t, 2> sizes{0, N};
};
template <std::size_t C, std::size_t H, std::size_t W>
struct Axes<Image<C, H, W>> {
  static constexpr std::array<std::size_t, 3> sizes{C, H, W};
};

template <class Sizes>
std::string spell(const Sizes& sizes) {
  std::string text = "[";
  for (std::size_t i = 0; i < sizes.size(); ++i) text.append(i ? ", " : "").append(std::to_string(sizes[i]));
  return text + "]";
}
template <class S>
std::string spell_expected() {
  std::string text = "[batch";
  for (const std::size_t n : Axes<S>::sizes)
    text.append(n == 0 ? ", steps" : ", ").append(n == 0 ? "" : std::to_string(n));
  return text + "]";
}
}  // namespace detail

/// Axes of an array that holds a batch of S.
template <class S>
inline constexpr std::size_t batch_rank = detail::Axes<S>::sizes.size() + 1;

/// A batch as users hand it over: dense row-major arrays are used where they lie, everything else is evaluated into a
/// copy.
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
  /// Throws ShapeError unless the expression is [batch, …] with the sizes of S; `where` names the caller in the text.
  template <class Expression>
  void assign(const Expression& expression, const char* where) {
    const auto& sizes = expression.shape();
    bool fits = sizes.size() == batch_rank<S>;
    for (std::size_t i = 0; fits && i + 1 < batch_rank<S>; ++i) {
      const std::size_t expected = detail::Axes<S>::sizes[i];
      fits = expected == 0 ? sizes[i + 1] > 0 : static_cast<std::size_t>(sizes[i + 1]) == expected;
    }
    if (!fits) {
      throw ShapeError(std::string("strata: ") + where + " was given an array of shape " + detail::spell(sizes) +
                       ", but needs " + detail::spell_expected<S>());
    }
    extents_.batch = static_cast<std::size_t>(sizes[0]);
    if constexpr (Stepwise<S>) extents_.steps = static_cast<std::size_t>(sizes[1]);
    if constexpr (std::is_same_v<Expression, xt::xtensor<T, batch_rank<S>>>) {
      data_ = expression.data();
    } else {
      copy_.assign(expression);  // without the temporary that operator= makes
      data_ = copy_.data();
    }
  }

  const T* data() const { return data_; }
  Extents extents() const { return extents_; }

 private:
  xt::xtensor<T, batch_rank<S>> copy_;
  const T* data_ = nullptr;
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

#pragma once
// Tensor lists: the named tensors a layer keeps, as a type. Weights, statistics, state and tape are all such lists;
// storage is one buffer a kind, and `get<"bias">(weights)` is a view into it.

#include <strata/core/text.hpp>
#include <strata/tensor/turned.hpp>
#include <strata/tensor/view.hpp>

#include <array>
#include <cstddef>
#include <string_view>
#include <type_traits>

namespace STRATA_NAMESPACE {

/// Every tensor begins on a 64-byte boundary in float: so many elements are its granule.
inline constexpr std::size_t granule = 16;

/// Elements rounded up to whole granules.
constexpr std::size_t padded(std::size_t elements) { return (elements + granule - 1) / granule * granule; }

/// No row of any tensor.
inline constexpr std::size_t no_row = static_cast<std::size_t>(-1);

/// What optimizers and policies need to know of a tensor; the defaults are those of an ordinary weight.
struct Attributes {
  bool decayed = true;              ///< L1 and L2 apply
  bool frozen = false;              ///< never updated
  bool row_sparse = false;          ///< a gradient touches few rows
  double learning_rate = 1.0;       ///< factor on the optimizer's rate
  std::size_t frozen_row = no_row;  ///< has no gradient, and is never updated where the tensor is row-sparse
  friend constexpr bool operator==(const Attributes&, const Attributes&) = default;
};

/// How many copies of a tensor there are.
enum class Repeat { once, per_sample, per_row };

/// A named tensor of static extents.
template <Text Name, std::size_t... Sizes>
struct Tensor {
  static constexpr auto name = Name;
  static constexpr std::size_t rank = sizeof...(Sizes);
  static constexpr std::array<std::size_t, sizeof...(Sizes)> sizes{Sizes...};
  static constexpr std::size_t size = (Sizes * ... * std::size_t{1});
  static constexpr Repeat repeat = Repeat::once;
  static constexpr Attributes attributes{};
  static constexpr bool multiplied = false, recurrent = false;
};

/// One such tensor for every sample of a batch: a recurrent state.
template <Text Name, std::size_t... Sizes>
struct PerSample : Tensor<Name, Sizes...> {
  static constexpr Repeat repeat = Repeat::per_sample;
};

/// One such tensor for every step of every sample: what a tape keeps of a sequence.
template <Text Name, std::size_t... Sizes>
struct PerRow : Tensor<Name, Sizes...> {
  static constexpr Repeat repeat = Repeat::per_row;
};

/// A tensor L1 and L2 leave alone; biases and the gains of normalizations are declared so.
template <class Declared>
struct Undecayed : Declared {
  static constexpr Attributes attributes = [] {
    auto a = Declared::attributes;
    a.decayed = false;
    return a;
  }();
};

/// A matrix of which forward uses its transpose as second factor of products and nothing else: while a network streams
/// it lies turned.
template <class Declared>
struct Multiplied : Declared {
  static_assert(Declared::rank == 2, "strata::Multiplied: a matrix");
  static constexpr bool multiplied = true;
};

/// Such a matrix of a recurrence, whose products are chains of sums along all of k, however long.
template <class Declared>
struct MultipliedByState : Multiplied<Declared> {
  static constexpr bool recurrent = true;
};

/// A tensor no optimizer touches.
template <class Declared>
struct Frozen : Declared {
  static constexpr Attributes attributes = [] {
    auto a = Declared::attributes;
    a.frozen = true;
    return a;
  }();
};

/// A tensor with a row for every id of the network's input, of whose gradient a step touches the rows of its batch's
/// ids alone. The others are left alone in that step: neither penalized nor moved, their moments neither (lazy, as
/// PyTorch's SparseAdam), and nothing passes over them. The network must begin with Tokens.
template <class Declared>
struct RowSparse : Declared {
  static constexpr Attributes attributes = [] {
    auto a = Declared::attributes;
    a.row_sparse = true;
    return a;
  }();
};

/// A tensor of which this row has no gradient; where it is row-sparse no penalty and no optimizer touches the row.
template <class Declared, std::size_t Row>
struct FrozenRow : Declared {
  static constexpr Attributes attributes = [] {
    auto a = Declared::attributes;
    a.frozen_row = Row;
    return a;
  }();
};

/// Named tensors in order; in memory each begins at a whole granule.
template <class... Tensors>
struct TensorList {
  static constexpr std::size_t count = sizeof...(Tensors);
  /// Elements in the buffer, padding included, when nothing is repeated.
  static constexpr std::size_t size = (padded(Tensors::size) + ... + 0);
  /// Elements without padding: what people call the number of parameters.
  static constexpr std::size_t elements = (Tensors::size + ... + 0);
};

/// The list of a layer that keeps no such tensors.
using Nothing = TensorList<>;

namespace detail {
template <class... A, class... B>
TensorList<A..., B...> joined(TensorList<A...>, TensorList<B...>);
}  // namespace detail

/// The tensors of one list and behind them those of another.
template <class A, class B>
using Joined = decltype(detail::joined(A{}, B{}));

namespace detail {
/// Room for a tensor: whole granules a repetition, so that offsets are linear in the extents. (Within it rows are
/// dense.)
constexpr Count tensor_count(Repeat repeat, std::size_t size) {
  const auto room = static_cast<std::int64_t>(padded(size));
  switch (repeat) {
    case Repeat::per_sample:
      return {0, room, 0};
    case Repeat::per_row:
      return {room, 0, 0};
    default:
      return {0, 0, room};
  }
}

/// Length of one tensor's room.
template <class Pointer, class Declared, class E>
constexpr row_count<Pointer> region_length(E extents) {
  constexpr Count count = tensor_count(Declared::repeat, Declared::size);
  if constexpr (std::is_same_v<Pointer, Planned>) return count;
  else return count.at(extents);
}

/// Rows this long, of matrices no larger, are best read as they lie: products with them are sums along lanes
/// (backend/cpu/matmul.hpp), whose bits those with a turned matrix don't have.
inline constexpr std::size_t long_row = 512, most_of_long_rows = 2048 * 1024 / sizeof(float);
/// Whether a tensor lies turned while its network streams. Where its numbers are rounded anyway, all that are
/// multiplied.
template <class Declared, class Held>
constexpr bool lies_turned() {
  if constexpr (Declared::multiplied) {
    return !std::is_same_v<Held, FullPrecision> || Declared::recurrent || Declared::sizes[1] < long_row ||
           Declared::size > most_of_long_rows;
  } else {
    return false;
  }
}

template <class Declared, class Held, class Pointer, class E>
constexpr auto view_of(Pointer data, E extents) {
  if constexpr (!std::is_void_v<Held> && lies_turned<Declared, Held>()) {
    return Turned<Pointer, Declared::sizes[0], Declared::sizes[1], Declared::recurrent, Held>{data};
  } else if constexpr (Declared::repeat == Repeat::once && Declared::rank == 1) {
    return Row<Pointer, Declared::size>{data};
  } else if constexpr (Declared::repeat == Repeat::once) {
    constexpr std::size_t rows = Declared::sizes[0];
    using View = Matrix<Pointer, Declared::size / rows>;
    if constexpr (std::is_same_v<Pointer, Planned>) return View{data, fixed_count(rows)};
    else return View{data, rows};
  } else if constexpr (Declared::repeat == Repeat::per_sample) {
    return Matrix<Pointer, Declared::size>{data, extents.batch};
  } else {
    return Matrix<Pointer, Declared::size>{data, extents.rows()};
  }
}

template <Text Name, class Held, class First, class... Rest, class Pointer, class E>
constexpr auto find_tensor(std::type_identity<TensorList<First, Rest...>>, Pointer data, E extents) {
  if constexpr (First::name.view() == Name.view()) return view_of<First, Held>(data, extents);
  else {
    return find_tensor<Name, Held>(std::type_identity<TensorList<Rest...>>{},
                                   data + region_length<Pointer, First>(extents), extents);
  }
}

template <Text Name, class... Declared>
consteval bool has_tensor(std::type_identity<TensorList<Declared...>>) {
  return ((Declared::name.view() == Name.view()) || ...);
}
}  // namespace detail

/// The tensors of one list in memory (or in a plan), back to back; those Multiplied lie turned,
/// in numbers Held, where that is not void.
template <class Pointer, class List, class Held = void>
struct Tensors {
  using list = List;
  using extents_type = std::conditional_t<std::is_same_v<Pointer, Planned>, SymbolicExtents, Extents>;
  Pointer data{};
  extents_type extents{};
};

/// Space for all tensors of a list in a plan.
template <class... Declared>
constexpr Count count_of(std::type_identity<TensorList<Declared...>>) {
  return (detail::tensor_count(Declared::repeat, Declared::size) + ... + Count{});
}

/// View of one named tensor: a Row for one axis, else a Matrix of its first axis by all the others.
template <Text Name, class Pointer, class List, class Held>
constexpr auto get(const Tensors<Pointer, List, Held>& tensors) {
  constexpr bool known = detail::has_tensor<Name>(std::type_identity<List>{});
  static_assert(known, "strata::get: the tensor list has no tensor of that name");
  if constexpr (known)
    return detail::find_tensor<Name, Held>(std::type_identity<List>{}, tensors.data, tensors.extents);
  else return Row<Pointer, 1>{tensors.data};  // so that nothing else is an error
}

}  // namespace STRATA_NAMESPACE

#pragma once
// scatter_add on Thrust: rows of one id are linked to a chain, then one index an element of a chain's first row adds it
// up. The order is that of the rows, and nothing is added by two threads.

#include <strata/backend/thrust/for_each.hpp>
#include <strata/ops/scatter_add.hpp>

#include <cstdint>

namespace STRATA_NAMESPACE {
namespace detail {
/// Finds the next row with the id of each row: its number, or `rows` where there is none; negative where one stands
/// before it. A row that is left out is a chain's first no more than those.
template <class T>
struct LinkRow {
  ops::ScatterAddArguments<T> a;
  std::int32_t* links;

  constexpr void operator()(std::size_t i) const {
    const T id = a.ids[i];
    bool first = static_cast<std::size_t>(id) != a.left_out;
    for (std::size_t j = i; first && j-- > 0;) first = a.ids[j] != id;
    std::size_t next = i + 1;
    while (next < a.rows && a.ids[next] != id) ++next;
    links[i] = first ? static_cast<std::int32_t>(next) : -static_cast<std::int32_t>(next);
  }
};

template <class T>
struct AddChain {
  ops::ScatterAddArguments<T> a;
  const std::int32_t* links;

  constexpr void operator()(std::size_t index) const {
    const std::size_t first = index / a.columns, column = index % a.columns;
    if (links[first] < 0) return;
    T* const to = a.table.data + static_cast<std::size_t>(a.ids[first]) * a.table.stride + column;
    T sum = *to;
    for (std::size_t i = first; i < a.rows;) {
      sum += a.from.data[i * a.from.stride + column];
      i = static_cast<std::size_t>(links[i] < 0 ? -links[i] : links[i]);
    }
    *to = sum;
  }
};
}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::ScatterAdd, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, const ops::ScatterAddArguments<T>& a,
                  T* scratch) {
    static_assert(sizeof(T) >= sizeof(std::int32_t));
    auto* const links = reinterpret_cast<std::int32_t*>(scratch);
    for_each_index(stream, a.rows, a.rows * a.columns, detail::LinkRow<T>{a, links});
    const std::size_t size = a.rows * a.columns;
    for_each_index(stream, size, size, detail::AddChain<T>{a, links});
  }
};

}  // namespace STRATA_NAMESPACE

#pragma once
// Softmax with cross-entropy on Thrust: one index a row.

#include <strata/backend/common/cross_entropy_row.hpp>
#include <strata/backend/thrust/for_each.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class T>
struct OneCrossEntropyRow {
  ops::CrossEntropyArguments<T> arguments;
  constexpr void operator()(std::size_t r) const { CrossEntropyRow<T, ScalarLanes<T>>::run(arguments, r); }
};
}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::CrossEntropy, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, const ops::CrossEntropyArguments<T>& a) {
    for_each_index(stream, a.rows, 8 * a.rows * a.columns, detail::OneCrossEntropyRow<T>{a});
  }
};

}  // namespace STRATA_NAMESPACE

#pragma once
// Squared error on Thrust: one index a row.

#include <strata/backend/common/squared_error_row.hpp>
#include <strata/backend/thrust/for_each.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class T>
struct OneSquaredErrorRow {
  ops::SquaredErrorArguments<T> arguments;
  constexpr void operator()(std::size_t r) const { squared_error_row(arguments, r); }
};
}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::SquaredError, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, const ops::SquaredErrorArguments<T>& a) {
    for_each_index(stream, a.rows, a.rows * a.columns, detail::OneSquaredErrorRow<T>{a});
  }
};

}  // namespace STRATA_NAMESPACE

#pragma once
// hits on Thrust: one index a row.

#include <strata/backend/common/hit_row.hpp>
#include <strata/backend/thrust/for_each.hpp>

namespace STRATA_NAMESPACE {
namespace detail {
template <class T>
struct OneHit {
  ops::HitArguments<T> arguments;
  constexpr void operator()(std::size_t r) const { arguments.hits[r] = hit_of_row(arguments, r); }
};
}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::Hits, Thrust<Where, T, Products>> {
  static void run(typename Thrust<Where, T, Products>::Stream stream, const ops::HitArguments<T>& a) {
    for_each_index(stream, a.rows, a.rows * a.columns, detail::OneHit<T>{a});
  }
};

}  // namespace STRATA_NAMESPACE

#pragma once
// Normal initialisation (PyTorch's normal_).

#include <strata/init/uniform.hpp>

namespace STRATA_NAMESPACE {

/// Normal with mean 0 and the given standard deviation.
struct Normal {
  template <class View>
  static void fill(InitialRandom& random, View view, double sigma) {
    detail::for_each_element(
        view, [&](auto& x) { x = static_cast<std::remove_reference_t<decltype(x)>>(random.normal() * sigma); });
  }
};

}  // namespace STRATA_NAMESPACE

#pragma once
// Normal initialisation, PyTorch's nn.init.normal_.

#include <strata/init/uniform.hpp>

namespace STRATA_NAMESPACE {

/// Normally distributed around 0 with a given standard deviation.
struct Normal {
  template <class View>
  static void fill(InitialRandom& random, View view, double deviation) {
    detail::for_each_element(
        view, [&](auto& x) { x = static_cast<std::remove_reference_t<decltype(x)>>(deviation * random.normal()); });
  }
};

}  // namespace STRATA_NAMESPACE

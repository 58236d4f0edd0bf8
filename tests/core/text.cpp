#include <strata/core/text.hpp>

#include <doctest/doctest.h>

#include <type_traits>

using namespace strata;

namespace {
template <Text Name>
struct Named {
  static constexpr auto view = Name.view();
};
}  // namespace

static_assert(std::is_same_v<Named<"bias">, Named<"bias">>);
static_assert(!std::is_same_v<Named<"bias">, Named<"bia">>);
static_assert(!std::is_same_v<Named<"bias">, Named<"biaz">>);
static_assert(Text("bias") == Text("bias"));

TEST_CASE("a text is its characters without the end mark") {
  CHECK(Named<"weight_ih_l0">::view == "weight_ih_l0");
  CHECK(Named<"">::view.empty());
}

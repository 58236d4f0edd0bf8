#include <layers/support.hpp>

using namespace layer_test;

namespace {
struct Few {
  static constexpr std::string_view name = "Few";
  using masks = List<MaskAt<Site::inputs, 0.5, false>>;
};
using Options = detail::RecurrentOptions<Few>;
using Parts = detail::RecurrentParts<Options>;
struct Drawing {
  static constexpr bool stochastic = true;
};
struct Settled {
  static constexpr bool stochastic = false;
};
static_assert(Parts::room<Drawing, Site::inputs>(std::size_t{7}) == 7);
static_assert(Parts::room<Drawing, Site::weights>(std::size_t{7}) == 0 &&
              Parts::room<Settled, Site::inputs>(std::size_t{7}) == 0);
}  // namespace

TEST_CASE("views are operands in the order they were added") {
  struct OnMemory {
    using pointer = double*;
  };
  double a[6]{}, b[2]{};
  detail::Sources<OnMemory, 2> from;
  from.add(Matrix<double*, 2>{a, 3}, Row<double*, 2>{b});
  CHECK(from.count == 2);
  CHECK((from.all.at[0].data == a && from.all.at[0].stride == 2));
  CHECK((from.all.at[1].data == b && from.all.at[1].stride == 0));
  CHECK((from.all.rows == 3 && from.all.columns == 2));
}

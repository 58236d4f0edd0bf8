// expect: strata: the options of a recurrent layer have more than 8 masks together, or more than 3 at one place
#include <strata/strata.hpp>

using namespace strata;

struct Thrice {
  static constexpr std::string_view name = "Thrice";
  using masks = List<MaskAt<Site::candidate, 0.1>, MaskAt<Site::candidate, 0.2>, MaskAt<Site::candidate, 0.3>>;
};

int main() {
  Network<LSTM<4, RecurrentDropout<0.2>, Thrice>, Sequence<4>, Cpu<float>> net{Seed{1}};
  return static_cast<int>(net.weights().size());
}

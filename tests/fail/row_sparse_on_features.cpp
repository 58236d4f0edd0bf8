// expect: strata::RowSparse: needs a network on Tokens<V>
#include <strata/strata.hpp>

using namespace strata;

struct Table : Linear<4> {
  template <class In>
  using weights = TensorList<RowSparse<Tensor<"weight", 4, features<In>>>, Undecayed<Tensor<"bias", 4>>>;
};

int main() {
  Network<Table, Features<3>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  return trainer.arena_bytes() != 0;
}

// expect: strata::Trainer: the teacher's scores go through a softmax in the loss
#include <strata/strata.hpp>

using namespace strata;

int main() {
  const Network<Sequential<Linear<3>, Softmax>, Features<5>, Cpu<float>> teacher{Seed{1}};
  Network<Linear<3>, Features<5>, Cpu<float>> net{Seed{2}};
  Trainer trainer{net, Distill<4.0>::from(teacher), Adam{}};
}

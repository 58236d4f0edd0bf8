// expect: strata::Trainer: student and teacher must be given the same input shape
#include <strata/strata.hpp>

using namespace strata;

int main() {
  Network<Linear<2>, Features<5>, Cpu<float>> teacher{Seed{1}};
  Network<Linear<2>, Features<4>, Cpu<float>> student{Seed{1}};
  Trainer trainer{student, Distill<2.0>::from(teacher), Adam{}};
}

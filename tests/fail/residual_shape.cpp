// expect: strata::Residual: the inner layers must return the shape
#include <strata/strata.hpp>

using namespace strata;

Network<Sequential<Residual<Linear<8>, ReLU>>, Features<4>, Cpu<float>> network{Seed{1}};

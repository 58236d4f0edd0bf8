// expect: strata::get: the tensor list has no tensor of that name
#include <strata/strata.hpp>

using namespace strata;

float first(Tensors<const float*, Linear<3>::weights<Features<2>>> weights) { return get<"weights">(weights).data[0]; }

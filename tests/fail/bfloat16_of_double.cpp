// expect: strata::Thrust: TensorFloat32 and BFloat16 are for networks of float
// mention: BFloat16
#include <strata/backend/thrust/thrust.hpp>

using namespace strata;

int main() {
  const Thrust<System::cpp, double, BFloat16>::Stream stream;
  return stream.threads;
}

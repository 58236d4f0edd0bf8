// expect: strata::Cpu: products are those of the network's numbers, or BFloat16 in networks of float
// mention: BFloat16
#include <strata/strata.hpp>

using namespace strata;

int main() {
  const Cpu<double, BFloat16>::Stream stream;
  return stream.threads;
}

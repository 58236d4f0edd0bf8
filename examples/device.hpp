#pragma once
// Where an example runs, said when it starts: --device cpu, cuda, thrust-omp or thrust-cpp.

#include <strata/strata.hpp>
#if defined(__CUDACC__)
#include <strata/cuda.hpp>
#else
#include <strata/thrust.hpp>
#endif

#include <array>
#include <string>

inline const std::array<std::string, 4> devices{"cpu", "cuda", "thrust-omp", "thrust-cpp"};

/// Calls run with the backend of that name. Throws ValueError for "cuda" where the program was not compiled by nvcc.
template <class Run>
void on_device(const std::string& name, Run run) {
  using namespace strata;
  if (name == "cuda") {
#if defined(__CUDACC__)
    run(Cuda<float>{});
#else
    throw ValueError(
        "this program was built without nvcc, so for no GPU. With a CUDA toolkit whose bin folder is on PATH, "
        "`sh examples/run.sh --device cuda` builds one that is.");
#endif
  } else if (name == "thrust-omp") {
    run(Thrust<System::omp, float>{});
  } else if (name == "thrust-cpp") {
    run(Thrust<System::cpp, float>{});
  } else {
    run(Cpu<float>{});
  }
}

#pragma once
// Whether the tests of the GPU must be left out.

#include <cuda_runtime_api.h>

inline bool no_device() {
  int count = 0;
  return cudaGetDeviceCount(&count) != cudaSuccess || count == 0;
}

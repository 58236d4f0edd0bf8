#pragma once
// The functions of CUDA's runtime that memory and products need, on ordinary memory. For one unit of a program.

#include <cstdlib>
#include <cstring>

#include <cuda_runtime_api.h>

namespace stub {
/// What the runtime was asked, and how it is to behave.
struct Runtime {
  int allocations = 0;  ///< calls of cudaMalloc
  int alive = 0;        ///< what of them was not freed
  int fail_at = -1;     ///< the cudaMalloc of this number fails
  bool recording = false;
};
inline Runtime& runtime() {
  static Runtime state;
  return state;
}
}  // namespace stub

extern "C" {
cudaError_t cudaMalloc(void** memory, std::size_t bytes) {
  if (stub::runtime().allocations++ == stub::runtime().fail_at) return cudaErrorMemoryAllocation;
  *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
  ++stub::runtime().alive;
  return cudaSuccess;
}
cudaError_t cudaFree(void* memory) {
  if (memory != nullptr) --stub::runtime().alive;
  std::free(memory);
  return cudaSuccess;
}
cudaError_t cudaMemsetAsync(void* memory, int value, std::size_t bytes, cudaStream_t) {
  std::memset(memory, value, bytes);
  return cudaSuccess;
}
cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind, cudaStream_t) {
  std::memmove(to, from, bytes);
  return cudaSuccess;
}
cudaError_t cudaGetDevice(int* device) {
  *device = 0;
  return cudaSuccess;
}
cudaError_t cudaGetLastError() { return cudaSuccess; }
const char* cudaGetErrorString(cudaError_t) { return "refused by the stub"; }
cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned) {
  *stream = nullptr;
  return cudaSuccess;
}
cudaError_t cudaStreamDestroy(cudaStream_t) { return cudaSuccess; }
cudaError_t cudaStreamSynchronize(cudaStream_t) { return cudaSuccess; }
cudaError_t cudaStreamIsCapturing(cudaStream_t, cudaStreamCaptureStatus* status) {
  *status = stub::runtime().recording ? cudaStreamCaptureStatusActive : cudaStreamCaptureStatusNone;
  return cudaSuccess;
}
}

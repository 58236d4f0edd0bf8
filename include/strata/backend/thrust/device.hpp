#pragma once
// What is asked of CUDA's runtime: errors with names, and the stream of a thread. Needs CUDA's headers and runtime.

#include <strata/core/error.hpp>

#include <cstddef>
#include <string>

#include <cuda_runtime_api.h>

namespace STRATA_NAMESPACE {

/// A call of CUDA's runtime that failed: which, for what, on which device, and why.
struct DeviceError : Error {
  using Error::Error;
};

namespace device {

/// Throws DeviceError unless the call succeeded.
inline void check(cudaError_t result, const char* call, std::size_t bytes = 0) {
  if (result == cudaSuccess) return;
  cudaGetLastError();  // it would be reported again
  int device = -1;
  cudaGetDevice(&device);
  std::string text = std::string("strata: ") + call;
  if (bytes > 0) text += " of " + std::to_string(bytes) + " bytes";
  text.append(" failed on device ").append(std::to_string(device)).append(": ").append(cudaGetErrorString(result));
  if (result == cudaErrorInsufficientDriver || result == cudaErrorNoDevice)
    text += ". There is no driver, an old one, or no GPU: the program strata_doctor says which, and what mends it";
  throw DeviceError(text);
}

/// Bytes of scratch: what CUB's reductions need grows with the number of blocks a device can hold, to some 50 KB today.
inline constexpr std::size_t scratch_bytes = std::size_t{1} << 20U;

/// Device memory for what operations of this thread's stream sum up; undefined when an operation begins.
inline void* scratch() {
  struct Owner {
    void* memory = nullptr;
    Owner() { check(cudaMalloc(&memory, scratch_bytes), "cudaMalloc", scratch_bytes); }
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;
    ~Owner() { cudaFree(memory); }
  };
  thread_local const Owner owner;
  return owner.memory;
}

/// The stream of this thread, made when it is first asked for. It waits for no other.
inline cudaStream_t stream() {
  struct Owner {
    cudaStream_t handle = nullptr;
    Owner() {
      scratch();  // there when the first operation is recorded: nothing may be allocated then
      check(cudaStreamCreateWithFlags(&handle, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
    }
    Owner(const Owner&) = delete;
    Owner& operator=(const Owner&) = delete;
    ~Owner() { cudaStreamDestroy(handle); }
  };
  thread_local const Owner owner;
  return owner.handle;
}

}  // namespace device
}  // namespace STRATA_NAMESPACE

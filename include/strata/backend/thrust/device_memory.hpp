#pragma once
// Memory of the device, and ordinary memory that it can reach. Needs CUDA's headers and runtime.

#include <strata/backend/thrust/device.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace STRATA_NAMESPACE::device {

/// Ordinary memory that the device copies from and to while the program goes on.
struct PinnedMemory {
  static constexpr bool on_host = true;

  static void* allocate(std::size_t bytes) {
    void* memory = nullptr;
    check(cudaMallocHost(&memory, bytes), "cudaMallocHost", bytes);
    return memory;
  }
  static void deallocate(void* memory) noexcept { cudaFreeHost(memory); }
  static void zero(void* memory, std::size_t bytes) {
    if (bytes > 0) std::memset(memory, 0, bytes);
  }
  static void copy(void* to, const void* from, std::size_t bytes) {
    if (bytes > 0) std::memcpy(to, from, bytes);
  }
  static void finish() {}
};

/// Memory of the device. Copies are in the order of the thread's stream; `download` and `finish` wait for it.
struct Memory {
  static constexpr bool on_host = false;
  using staging = PinnedMemory;

  /// An event on the thread's stream.
  class Fence {
   public:
    Fence() { check(cudaEventCreateWithFlags(&event_, cudaEventDisableTiming), "cudaEventCreateWithFlags"); }
    Fence(const Fence&) = delete;
    Fence& operator=(const Fence&) = delete;
    ~Fence() { cudaEventDestroy(event_); }
    void set() { check(cudaEventRecord(event_, stream()), "cudaEventRecord"); }
    bool passed() const {
      const cudaError_t state = cudaEventQuery(event_);
      if (state == cudaErrorNotReady) return false;
      check(state, "cudaEventQuery");
      return true;
    }
    void wait() {
      if (!passed()) check(cudaEventSynchronize(event_), "cudaEventSynchronize");
    }

   private:
    cudaEvent_t event_ = nullptr;
  };

  static void* allocate(std::size_t bytes) {
    void* memory = nullptr;
    check(cudaMalloc(&memory, bytes), "cudaMalloc", bytes);
    return memory;
  }
  static void deallocate(void* memory) noexcept {
    ++deallocations();
    cudaFree(memory);
  }
  static void zero(void* memory, std::size_t bytes) {
    if (bytes > 0) check(cudaMemsetAsync(memory, 0, bytes, stream()), "cudaMemsetAsync", bytes);
  }
  static void copy(void* to, const void* from, std::size_t bytes) {
    transfer(to, from, bytes, cudaMemcpyDeviceToDevice);
  }
  static void upload(void* to, const void* from, std::size_t bytes) {
    transfer(to, from, bytes, cudaMemcpyHostToDevice);
  }
  static void fetch(void* to, const void* from, std::size_t bytes) {
    transfer(to, from, bytes, cudaMemcpyDeviceToHost);
  }
  static void download(void* to, const void* from, std::size_t bytes) {
    fetch(to, from, bytes);
    finish();
  }
  static void finish() { check(cudaStreamSynchronize(stream()), "cudaStreamSynchronize"); }
  static std::size_t available() {
    std::size_t free = 0, all = 0;
    check(cudaMemGetInfo(&free, &all), "cudaMemGetInfo");
    return free;
  }

  /// How often memory was given back so far: what was recorded before may name memory that is gone.
  static std::atomic<std::uint64_t>& deallocations() {
    static std::atomic<std::uint64_t> count = 0;
    return count;
  }

 private:
  static void transfer(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
    if (bytes > 0) check(cudaMemcpyAsync(to, from, bytes, kind, stream()), "cudaMemcpyAsync", bytes);
  }
};

}  // namespace STRATA_NAMESPACE::device

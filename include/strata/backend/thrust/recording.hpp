#pragma once
// Work of the thread's stream, recorded once as a CUDA graph and replayed by one call. Needs CUDA's headers and
// runtime.

#include <strata/backend/thrust/device_memory.hpp>

#include <atomic>
#include <cstdint>

namespace STRATA_NAMESPACE::device {

/// A recorded piece of work. Addresses and arguments are those of the recording; what lies in memory is read anew.
class Recording {
 public:
  /// Calls work(), of which nothing runs yet. Throws DeviceError where something in it cannot be recorded (memory
  /// allocated, a wait for the device); then nothing has run.
  template <class Work>
  explicit Recording(Work&& work) {
    check(cudaStreamBeginCapture(stream(), cudaStreamCaptureModeThreadLocal), "cudaStreamBeginCapture");
    cudaGraph_t graph = nullptr;
    under_way_here() = true;
    try {
      work();
    } catch (...) {
      under_way_here() = false;
      cudaStreamEndCapture(stream(), &graph);
      discard(graph);
      throw;
    }
    under_way_here() = false;
    cudaError_t result = cudaStreamEndCapture(stream(), &graph);
    const char* call = "cudaStreamEndCapture";
    if (result == cudaSuccess) {
      result = cudaGraphInstantiate(&executable_, graph, 0);
      call = "cudaGraphInstantiate";
    }
    discard(graph);
    check(result, call);
  }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;
  ~Recording() {
    if (executable_ != nullptr) cudaGraphExecDestroy(executable_);
  }

  /// Runs it on the thread's stream.
  void replay() const { check(cudaGraphLaunch(executable_, stream()), "cudaGraphLaunch"); }
  /// Another number whenever memory was given back, since addresses recorded before may be those of others, and in
  /// every thread, since a thread's stream has memory of its own.
  static std::uint64_t generation() { return Memory::deallocations() << 16U | number_of_this_thread(); }
  /// Whether this thread is recording.
  static bool under_way() { return under_way_here(); }

 private:
  static std::uint64_t number_of_this_thread() {
    static std::atomic<std::uint64_t> threads = 0;
    thread_local const std::uint64_t number = threads++ & 0xffffU;
    return number;
  }
  static bool& under_way_here() {
    thread_local bool recording = false;
    return recording;
  }
  /// Also clears the error that a failed capture leaves behind.
  static void discard(cudaGraph_t graph) {
    if (graph != nullptr) cudaGraphDestroy(graph);
    cudaGetLastError();
  }

  cudaGraphExec_t executable_ = nullptr;
};

}  // namespace STRATA_NAMESPACE::device

#pragma once
// A backend whose memory the program must not look at, as that of a GPU: it can be read and written inside kernels and
// copies alone; any other access is a segmentation fault.

#include <strata/thrust.hpp>

#include <cstddef>
#include <mutex>
#include <new>
#include <utility>

#include <sys/mman.h>

namespace apart {

/// Memory that is closed but while a kernel or a copy is at work. For one thread.
class Memory {
 public:
  static constexpr bool on_host = false;

  static void* allocate(std::size_t bytes) {
    const std::size_t needed = (bytes + 63) / 64 * 64;
    if (used() + needed > size) throw std::bad_alloc();
    void* memory = pool() + used();
    used() += needed;
    return memory;
  }
  static void deallocate(void*) noexcept {}  // a test ends before the pool does
  static void zero(void* memory, std::size_t bytes) {
    const Open open;
    strata::HostMemory::zero(memory, bytes);
  }
  static void copy(void* to, const void* from, std::size_t bytes) {
    const Open open;
    strata::HostMemory::copy(to, from, bytes);
  }
  static void upload(void* to, const void* from, std::size_t bytes) { copy(to, from, bytes); }
  static void download(void* to, const void* from, std::size_t bytes) { copy(to, from, bytes); }

  /// While one of these lives, the memory is open.
  struct Open {
    Open() { protect(PROT_READ | PROT_WRITE); }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    ~Open() { protect(PROT_NONE); }
  };

 private:
  static constexpr std::size_t size = std::size_t{1} << 28U;

  static std::size_t& used() {
    static std::size_t bytes = 0;
    return bytes;
  }
  static std::byte* pool() {
    static std::byte* const memory = [] {
      void* mapped = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
      if (mapped == MAP_FAILED) throw std::bad_alloc();
      return static_cast<std::byte*>(mapped);
    }();
    return memory;
  }
  static void protect(int access) { ::mprotect(pool(), size, access); }
};

/// Thrust on one thread, in memory apart.
template <class T>
struct Backend {
  using element = T;
  using memory = Memory;
  struct Stream {
    using backend = Backend;
    int threads = 1;
  };
};

}  // namespace apart

namespace STRATA_NAMESPACE {

template <class Operation, class T>
struct Kernel<Operation, apart::Backend<T>> {
  template <class... Arguments>
  static void run(typename apart::Backend<T>::Stream, Arguments&&... arguments) {
    const apart::Memory::Open open;
    using Host = Thrust<System::cpp, T>;
    Kernel<Operation, Host>::run(typename Host::Stream{1}, std::forward<Arguments>(arguments)...);
  }
};

}  // namespace STRATA_NAMESPACE

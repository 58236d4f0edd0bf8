#pragma once
// Where tensors lie. A backend names its memory; whoever allocates, fills or copies asks it, and looks at tensors only
// where the program may.

#include <strata/core/config.hpp>

#include <cstddef>
#include <cstring>
#include <limits>
#include <new>

namespace STRATA_NAMESPACE {

/// Ordinary memory, on 64-byte boundaries. Another memory has the same functions; its `upload` and `download` copy from
/// and to ordinary memory, `copy` within itself, each in the order of the work that its backend was given.
struct HostMemory {
  static constexpr bool on_host = true;  ///< the program may look at it
  using staging = HostMemory;            ///< ordinary memory that copies may go through without waiting

  /// A place in that order.
  struct Fence {
    void set() {}                         ///< here
    bool passed() const { return true; }  ///< whether everything before it is done
    void wait() {}                        ///< until it is
  };

  /// Throws std::bad_alloc, or an Error of its own.
  static void* allocate(std::size_t bytes) { return ::operator new(bytes, alignment); }
  static void deallocate(void* memory) noexcept { ::operator delete(memory, alignment); }
  static void zero(void* memory, std::size_t bytes) {
    if (bytes > 0) std::memset(memory, 0, bytes);
  }
  /// Not inlined: g++ 12 then warns of lengths beyond an allocation that no run has.
  [[gnu::noinline]] static void copy(void* to, const void* from, std::size_t bytes) {
    if (bytes > 0) std::memmove(to, from, bytes);
  }
  static void upload(void* to, const void* from, std::size_t bytes) { copy(to, from, bytes); }
  static void download(void* to, const void* from, std::size_t bytes) { copy(to, from, bytes); }
  /// As download, to staging memory, but there only when a fence set after it has been passed.
  static void fetch(void* to, const void* from, std::size_t bytes) { copy(to, from, bytes); }
  /// Waits until all that this thread asked for is done: then other threads may use it.
  static void finish() {}
  /// Bytes of it that are free; asked of other memories only, before whole data sets are copied there.
  static std::size_t available() { return std::numeric_limits<std::size_t>::max(); }

 private:
  static constexpr std::align_val_t alignment{64};
};

namespace detail {
template <class Backend>
struct MemoryOf {
  using type = HostMemory;
};
template <class Backend>
  requires requires { typename Backend::memory; }
struct MemoryOf<Backend> {
  using type = typename Backend::memory;
};
}  // namespace detail

/// The memory of a backend; ordinary memory where it names none.
template <class Backend>
using memory_of = typename detail::MemoryOf<Backend>::type;

/// The program may look at the backend's tensors.
template <class Backend>
concept OnHost = memory_of<Backend>::on_host;

}  // namespace STRATA_NAMESPACE

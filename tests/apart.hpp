#pragma once
// A backend that keeps to itself, as a GPU does, without one:
// - its memory can be read and written inside kernels and copies alone; any other access is a segmentation fault;
// - what is fetched arrives no earlier than the program waits for it;
// - work can be recorded: then kernels and copies are noted with their arguments, and nothing runs but in a replay.

#include <strata/thrust.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <new>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <sys/mman.h>

namespace apart {

/// An error of this backend.
struct Refusal : strata::Error {
  using Error::Error;
};

/// What a recording notes: called in order by a replay.
using Notes = std::vector<std::function<void()>>;
/// Where this thread notes; nullptr where it is not recording.
inline Notes*& notes() {
  thread_local Notes* current = nullptr;
  return current;
}
/// Runs, or is noted.
template <class Work>
void run(Work work) {
  if (notes() != nullptr) notes()->push_back(work);
  else work();
}
/// Throws where nothing may be recorded.
inline void refuse_while_recording(const char* what) {
  if (notes() != nullptr) throw Refusal(std::string("apart: ") + what + " cannot be recorded");
}

/// How often the program asked for something that takes time.
struct Asked {
  std::size_t allocations = 0, uploads = 0, waits = 0, replays = 0;
};
inline Asked& asked() {
  static Asked counts;
  return counts;
}

/// Memory that is closed but while a kernel or a copy is at work. For one thread.
class Memory {
 public:
  static constexpr bool on_host = false;
  using staging = strata::HostMemory;

  /// Passed when it was waited for.
  class Fence {
   public:
    void set() {
      refuse_while_recording("a fence");
      passed_ = false;
    }
    bool passed() const { return passed_ || prompt(); }
    void wait() {
      if (broken()) {
        arrivals().clear();
        throw Refusal("apart: nothing comes back");
      }
      passed_ = true;
      ++asked().waits;
      for (auto& arrival : std::exchange(arrivals(), {})) arrival();
    }

   private:
    bool passed_ = true;
  };

  static void* allocate(std::size_t bytes) {
    refuse_while_recording("an allocation");
    ++asked().allocations;
    const std::size_t needed = (bytes + 63) / 64 * 64;
    if (used() + needed > size) throw std::bad_alloc();
    void* memory = pool() + used();
    used() += needed;
    sizes()[memory] = needed;
    return memory;
  }
  /// The memory is not used again, and holds NaN: whoever still reads it shows.
  static void deallocate(void* memory) noexcept {
    ++generation();
    const Open open;
    std::memset(memory, 0xff, sizes().at(memory));
  }
  static void zero(void* memory, std::size_t bytes) {
    run([=] {
      const Open open;
      strata::HostMemory::zero(memory, bytes);
    });
  }
  static void copy(void* to, const void* from, std::size_t bytes) {
    run([=] {
      const Open open;
      strata::HostMemory::copy(to, from, bytes);
    });
  }
  static void upload(void* to, const void* from, std::size_t bytes) {
    refuse_while_recording("a copy from ordinary memory");
    ++asked().uploads;
    copy(to, from, bytes);
  }
  static void download(void* to, const void* from, std::size_t bytes) {
    refuse_while_recording("a copy to ordinary memory");
    copy(to, from, bytes);
    finish();
  }
  static void fetch(void* to, const void* from, std::size_t bytes) {
    refuse_while_recording("a copy to ordinary memory");
    std::vector<std::byte> now(bytes);
    copy(now.data(), from, bytes);
    arrivals().push_back([to, now] { strata::HostMemory::copy(to, now.data(), now.size()); });
  }
  static void finish() {
    refuse_while_recording("a wait");
    ++asked().waits;
  }
  static std::size_t available() { return free_bytes(); }

  /// What `available` answers.
  static std::size_t& free_bytes() {
    static std::size_t bytes = size;
    return bytes;
  }
  /// Whether work is done as soon as it is asked for.
  static bool& prompt() {
    static bool now = false;
    return now;
  }
  /// Whether what is on its way is lost, and a wait for it an error.
  static bool& broken() {
    static bool now = false;
    return now;
  }
  /// Changes when memory is given back.
  static std::uint64_t& generation() {
    static std::uint64_t count = 0;
    return count;
  }

  /// While one of these lives, the memory is open.
  struct Open {
    Open() { protect(PROT_READ | PROT_WRITE); }
    Open(const Open&) = delete;
    Open& operator=(const Open&) = delete;
    ~Open() { protect(PROT_NONE); }
  };

 private:
  static constexpr std::size_t size = std::size_t{1} << 28U;

  static std::vector<std::function<void()>>& arrivals() {
    static std::vector<std::function<void()>> on_their_way;
    return on_their_way;
  }
  static std::map<void*, std::size_t>& sizes() {
    static std::map<void*, std::size_t> of_allocations;
    return of_allocations;
  }
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

/// An argument as a note keeps it: of a list in the caller's memory, what it holds.
template <class T>
T kept(T argument) {
  return argument;
}
template <class T>
std::vector<T> kept(std::span<const T> list) {
  return {list.begin(), list.end()};
}

/// Notes of kernels and copies, with the arguments they had.
class Recording {
 public:
  template <class Work>
  explicit Recording(Work&& work) {
    notes() = &notes_;
    try {
      work();
    } catch (...) {
      notes() = nullptr;
      throw;
    }
    notes() = nullptr;
  }
  void replay() const {
    ++asked().replays;
    for (const auto& note : notes_) note();
  }
  static bool under_way() { return notes() != nullptr; }
  static std::uint64_t generation() { return Memory::generation(); }

 private:
  Notes notes_;
};

/// Thrust on one thread, in memory apart.
template <class T>
struct Backend {
  using element = T;
  using memory = Memory;
  using recording = Recording;
  struct Stream {
    using backend = Backend;
    int threads = 1;
    const T* unless = nullptr;
  };
};

}  // namespace apart

namespace STRATA_NAMESPACE {

template <class Operation, class T>
struct Kernel<Operation, apart::Backend<T>> {
  template <class... Arguments>
  static void run(typename apart::Backend<T>::Stream stream, Arguments... arguments) {
    apart::run([stream, all = std::tuple(apart::kept(arguments)...)] {
      const apart::Memory::Open open;
      using Host = Thrust<System::cpp, T>;
      std::apply([&](auto... each) { Kernel<Operation, Host>::run(typename Host::Stream{1, stream.unless}, each...); },
                 all);
    });
  }
};

}  // namespace STRATA_NAMESPACE

#pragma once
// The same work again and again: recorded and replayed where a backend can do that, else done each time.
//
// A backend that can names a class `recording`: constructed with a function it calls it while nothing runs, `replay()`
// runs what was recorded; `under_way()` says whether this thread records, `generation()` changes when memory is given
// back, because addresses recorded before may then be those of others.

#include <strata/core/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <utility>
#include <vector>

namespace STRATA_NAMESPACE {

/// Says on standard error why work is done call by call; once in a program.
inline void say_not_recorded(const char* reason) {
  static const int said = std::fprintf(stderr, "%s; work that is not recorded is done call by call.\n", reason);
  static_cast<void>(said);
}

template <class Backend>
concept Records = requires { typename Backend::recording; };

/// Runs work that is told apart by a key: everything in it that is passed by value and may change (extents, addresses).
template <class Backend, class Key>
class Replayer {
 public:
  template <class Work>
  void run(const Key&, Work&& work) {
    work();
  }
  /// How many recordings there are.
  static constexpr std::size_t recorded() { return 0; }
};

/// Each key's work is done once as it is, so that memory is provided and algorithms are chosen, then recorded. Work
/// that cannot be recorded is done each time; the first time that happens, standard error says why.
template <Records Backend, class Key>
class Replayer<Backend, Key> {
  using Recording = typename Backend::recording;

 public:
  static constexpr std::size_t most = 16;  ///< recordings kept; that which was not used longest goes first

  Replayer() = default;
  /// A copy has recordings of its own.
  Replayer(const Replayer&) {}
  Replayer(Replayer&&) noexcept = default;
  Replayer& operator=(Replayer other) noexcept {
    known_.swap(other.known_);
    return *this;
  }
  ~Replayer() = default;

  template <class Work>
  void run(const Key& key, Work&& work) {
    if (Recording::under_way()) return work();  // part of a larger recording
    const auto found = std::find_if(known_.begin(), known_.end(), [&](const Known& k) { return k.key == key; });
    if (found == known_.end() || found->generation != Recording::generation()) {
      if (found != known_.end()) known_.erase(found);
      work();
      if (known_.size() == most) known_.erase(known_.begin());
      known_.push_back({key, Recording::generation(), nullptr, false});
      return;
    }
    std::rotate(found, found + 1, known_.end());
    Known& known = known_.back();
    if (!known.recording && !known.refused) record(known, work);
    if (known.recording) known.recording->replay();
    else work();
  }
  std::size_t recorded() const {
    return static_cast<std::size_t>(
        std::count_if(known_.begin(), known_.end(), [](const Known& k) { return k.recording != nullptr; }));
  }

 private:
  struct Known {
    Key key;
    std::uint64_t generation;
    std::unique_ptr<Recording> recording;
    bool refused;
  };

  template <class Work>
  static void record(Known& known, Work& work) {
    try {
      known.recording = std::make_unique<Recording>(work);
    } catch (const Error& error) {
      known.refused = true;
      say_not_recorded(error.what());
    }
  }

  std::vector<Known> known_;
};

}  // namespace STRATA_NAMESPACE

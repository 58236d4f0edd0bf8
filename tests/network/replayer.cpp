#include <doctest/doctest.h>

#include <strata/network/replayer.hpp>

using namespace strata;

namespace {
/// Counts what is asked of it. While it records, work adds to `recorded` instead of `done`.
struct Tape {
  static inline bool recording_now = false, can_record = true;
  static inline std::uint64_t memory = 0;
  static inline int done = 0, made = 0, replayed = 0;

  struct recording {
    template <class Work>
    explicit recording(Work&& work) {
      if (!can_record) throw Error("strata: no tape");
      recording_now = true;
      work();
      recording_now = false;
      ++made;
    }
    void replay() const { ++replayed; }
    static std::uint64_t generation() { return memory; }
    static bool under_way() { return recording_now; }
  };
  static void reset() {
    recording_now = false;
    can_record = true;
    done = made = replayed = 0;
  }
};
struct Plain {};

constexpr auto work = [] { Tape::done += Tape::recording_now ? 0 : 1; };
}  // namespace

TEST_CASE("a backend that cannot record does its work each time") {
  Replayer<Plain, int> replayer;
  int done = 0;
  for (int i = 0; i < 3; ++i) replayer.run(7, [&] { ++done; });
  CHECK(done == 3);
  CHECK(replayer.recorded() == 0);
}

TEST_CASE("work is done once, recorded when it comes again, and replayed from then on") {
  Tape::reset();
  Replayer<Tape, int> replayer;
  replayer.run(7, work);
  CHECK(Tape::done == 1);
  CHECK(Tape::made == 0);
  for (int i = 0; i < 3; ++i) replayer.run(7, work);
  CHECK(Tape::done == 1);
  CHECK(Tape::made == 1);
  CHECK(Tape::replayed == 3);
  replayer.run(8, work);
  CHECK(Tape::done == 2);
  CHECK(replayer.recorded() == 1);
}

TEST_CASE("when memory was given back the work is done once more, and recorded again") {
  Tape::reset();
  Replayer<Tape, int> replayer;
  for (int i = 0; i < 2; ++i) replayer.run(7, work);
  ++Tape::memory;
  replayer.run(7, work);
  CHECK(Tape::done == 2);
  CHECK(Tape::made == 1);
  for (int i = 0; i < 2; ++i) replayer.run(7, work);
  CHECK(Tape::made == 2);
  CHECK(Tape::done == 2);
  CHECK(Tape::replayed == 3);
}

TEST_CASE("work that cannot be recorded is done each time") {
  Tape::reset();
  Tape::can_record = false;
  Replayer<Tape, int> replayer;
  for (int i = 0; i < 4; ++i) replayer.run(7, work);
  CHECK(Tape::done == 4);
  Tape::can_record = true;
  replayer.run(7, work);  // not tried again
  CHECK(Tape::made == 0);
  CHECK(Tape::done == 5);
}

TEST_CASE("inside a recording the work becomes part of it") {
  Tape::reset();
  Replayer<Tape, int> outer, inner;
  for (int i = 0; i < 2; ++i) outer.run(1, [&] { inner.run(2, work); });
  CHECK(Tape::made == 1);
  CHECK(inner.recorded() == 0);
}

TEST_CASE("a copy has recordings of its own") {
  Tape::reset();
  Replayer<Tape, int> replayer;
  for (int i = 0; i < 2; ++i) replayer.run(7, work);
  Replayer<Tape, int> copy = replayer;
  CHECK(copy.recorded() == 0);
  CHECK(replayer.recorded() == 1);
  copy = std::move(replayer);
  CHECK(copy.recorded() == 1);
}

TEST_CASE("recordings that were not used longest are forgotten") {
  Tape::reset();
  Replayer<Tape, int> replayer;
  for (int key = 0; key < 20; ++key) {
    replayer.run(key, work);
    replayer.run(key, work);
  }
  CHECK(replayer.recorded() == Replayer<Tape, int>::most);
  replayer.run(0, work);
  CHECK(Tape::done == 21);
  replayer.run(5, work);  // the next to go
  replayer.run(99, work);
  CHECK(Tape::done == 22);
  replayer.run(5, work);
  replayer.run(19, work);
  CHECK(Tape::done == 22);
}

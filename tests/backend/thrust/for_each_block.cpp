#include <backend/thrust/on_blocks.hpp>

#include <thrown.hpp>

#include <doctest/doctest.h>

#include <numeric>
#include <vector>

using namespace strata;

namespace {
/// The sum of 8 numbers a block by halving: a thread keeps its part from phase to phase.
struct Halving {
  static constexpr unsigned threads = 8;
  struct Registers {
    int kept = 0;
  };
  const int* in;
  int* out;
  static constexpr unsigned phases() { return 4; }
  static constexpr std::size_t shared_bytes() { return threads * sizeof(int); }
  constexpr void operator()(unsigned phase, std::size_t block, unsigned thread, void* shared, Registers& mine) const {
    int* const sums = static_cast<int*>(shared);
    if (phase == 0) mine.kept = in[block * threads + thread];
    else if (const unsigned half = threads >> phase; thread < half) mine.kept += sums[thread + half];
    if (phase < 3) {
      if (thread < threads >> phase) sums[thread] = mine.kept;
    } else if (thread == 0) {
      out[block] = mine.kept;
    }
  }
};
/// Writes to the first and the last byte that it shares.
struct Sharing {
  static constexpr unsigned threads = 1;
  struct Registers {};
  std::size_t bytes;
  int* out;
  static constexpr unsigned phases() { return 1; }
  constexpr std::size_t shared_bytes() const { return bytes; }
  constexpr void operator()(unsigned, std::size_t, unsigned, void* shared, Registers&) const {
    auto* const first = static_cast<unsigned char*>(shared);
    first[0] = 1;
    first[bytes - 1] = 2;
    *out = first[0] + first[bytes - 1];
  }
};
}  // namespace

TEST_CASE("a block's threads share memory, wait for each other and keep their registers") {
  std::vector<int> in(5 * 8);
  std::iota(in.begin(), in.end(), 1);
  const auto expected = [](std::size_t block) { return static_cast<int>(8 * (8 * block) + 36); };
  const auto check = [&](auto run) {
    std::vector<int> out(5, -1);
    run(Halving{in.data(), out.data()});
    for (std::size_t b = 0; b < out.size(); ++b) CHECK(out[b] == expected(b));
  };
  check([](const Halving& k) { for_each_block(Thrust<System::cpp, float>::Stream{}, 5, 40, k); });
  check([](const Halving& k) { for_each_block(Thrust<System::omp, float>::Stream{2}, 5, 1u << 20, k); });
  check([](const Halving& k) { support::on_blocks(5, k, false); });
  check([](const Halving& k) { support::on_blocks(5, k, true); });
}

TEST_CASE("a block shares what every device has, and no more") {
  int sum = 0;
  const Thrust<System::cpp, float>::Stream stream;
  for_each_block(stream, 1, 1, Sharing{most_shared_bytes, &sum});
  CHECK(sum == 3);
  CHECK(support::message<Error>([&] { for_each_block(stream, 1, 1, Sharing{most_shared_bytes + 1, &sum}); }) ==
        "strata: the threads of a block share 49153 bytes, but 49152 are the most that every device has");
}

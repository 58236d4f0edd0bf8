#include <backend/thrust/on_rounds.hpp>

#include <doctest/doctest.h>

#include <vector>

using namespace strata;

namespace {
/// A ring of blocks: in every round each takes the number of the block before it, adds its own, which it keeps, and
/// counts the rounds in a register.
struct Ring {
  static constexpr unsigned threads = 2;
  struct Registers {
    int seen = 0;
  };
  std::size_t blocks;
  int* at;  // [rounds + 1, blocks]

  static constexpr unsigned rounds() { return 3; }
  static constexpr unsigned phases() { return 2; }
  static constexpr std::size_t shared_bytes() { return 2 * sizeof(int); }
  constexpr void operator()(unsigned round, unsigned phase, std::size_t block, unsigned thread, void* shared,
                            Registers& mine) const {
    int* const kept = static_cast<int*>(shared);  // own number; that of the block before
    if (phase == 0) {
      ++mine.seen;
      if (thread == 0 && round == 0) kept[0] = static_cast<int>(block) + 1;
      if (thread == 1) kept[1] = at[round * blocks + (block + blocks - 1) % blocks];
    } else if (thread == 1) {
      at[(round + 1) * blocks + block] = kept[0] + kept[1] + 100 * mine.seen;
    }
  }
};
}  // namespace

TEST_CASE("blocks see what the others wrote in the round before, and keep memory and registers") {
  const auto check = [](auto run) {
    std::vector<int> at(4 * 5, 0), expected(4 * 5, 0);
    run(Ring{5, at.data()});
    for (std::size_t r = 0; r < 3; ++r) {
      for (std::size_t b = 0; b < 5; ++b) {
        expected[(r + 1) * 5 + b] = static_cast<int>(b + 1 + 100 * (r + 1)) + expected[r * 5 + (b + 4) % 5];
      }
    }
    CHECK(at == expected);
  };
  check([](const Ring& k) { for_each_round(Thrust<System::cpp, float>::Stream{}, 5, 5, k); });
  check([](const Ring& k) { for_each_round(Thrust<System::omp, float>::Stream{2}, 5, 1u << 20, k); });
  check([](const Ring& k) { support::on_rounds(5, k, false); });
  check([](const Ring& k) { support::on_rounds(5, k, true); });
}

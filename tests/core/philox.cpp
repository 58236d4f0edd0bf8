#include <doctest/doctest.h>

#include <strata/core/philox.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

using Words = strata::PhiloxBlock;
constexpr std::uint32_t ones = 0xFFFFFFFF;

// The known answers that Random123 publishes for philox4x32-10.
static_assert(strata::philox({{0, 0, 0, 0}}, {0, 0}) == Words{{0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8}});
static_assert(strata::philox({{ones, ones, ones, ones}}, {ones, ones}) ==
              Words{{0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD}});

}  // namespace

TEST_CASE("philox gives Random123's known answer for the digits of pi") {
  const Words counter{{0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344}};
  const Words known{{0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1}};
  CHECK(strata::philox(counter, {0xA4093822, 0x299F31D0}) == known);
}

TEST_CASE("counter and key are laid out as documented") {
  CHECK(strata::philox_counter(23, 7, 9, 3, 11) == Words{{5, 7, 9 | 3u << 20, 11}});
  const strata::PhiloxKey key = strata::philox_key(0x0123456789ABCDEFu);
  CHECK(key.a == 0x89ABCDEF);
  CHECK(key.b == 0x01234567);
}

TEST_CASE("a sequence may have as many steps as counters of masks have numbers for") {
  CHECK_NOTHROW(strata::check_mask_steps(std::size_t{1} << 20, "fit"));
  CHECK_THROWS_WITH_AS(strata::check_mask_steps((std::size_t{1} << 20) + 1, "fit"),
                       "strata: fit was given sequences of 1048577 steps, but masks are numbered for 1048576 at most: "
                       "cut them",
                       strata::ValueError);
}

TEST_CASE("the bulk words are those of the single blocks") {
  const strata::PhiloxKey key = strata::philox_key(42);
  const strata::RandomSite site{6};
  for (const std::size_t columns : {0u, 1u, 3u, 4u, 255u, 256u, 257u, 1030u}) {
    std::vector<std::uint32_t> words(columns + 1, 77);
    strata::philox_words(words.data(), columns, 5, 2, site.place, 9, key);
    std::size_t wrong = 0;
    for (std::size_t j = 0; j < columns; ++j) {
      wrong += words[j] != strata::philox(strata::philox_counter(j, 5, 2, site.place, 9), key)[j % 4];
    }
    CHECK(wrong == 0);
    CHECK(words[columns] == 77);
  }
  std::vector<std::uint32_t> all(300), later(200);
  strata::philox_words(all.data(), all.size(), 5, 2, site.place, 9, key);
  strata::philox_words(later.data(), later.size(), 5, 2, site.place, 9, key, 100);
  CHECK(std::equal(later.begin(), later.end(), all.begin() + 100));
}

TEST_CASE("uniform numbers are in [0, 1) and exact") {
  CHECK(strata::uniform<float>(0) == 0.0f);
  CHECK(strata::uniform<float>(ones) == 1.0f - 0x1p-24f);
  CHECK(strata::uniform<float>(0x80000000) == 0.5f);
  CHECK(strata::uniform<double>(0) == 0.0);
  CHECK(strata::uniform<double>(ones) == 1.0 - 0x1p-32);
  CHECK(strata::uniform<double>(1) == 0x1p-32);
}

TEST_CASE("the threshold drops the asked share of words") {
  CHECK(strata::bernoulli_keep_threshold(0.0) == 0);
  CHECK(strata::bernoulli_keep_threshold(-1.0) == 0);
  CHECK(strata::bernoulli_keep_threshold(std::nan("")) == 0);
  CHECK(strata::bernoulli_keep_threshold(0.5) == 0x80000000);
  CHECK(strata::bernoulli_keep_threshold(1.0) == ones);
  std::vector<std::uint32_t> words(100'000);
  strata::philox_words(words.data(), words.size(), 0, 0, 0, 0, strata::philox_key(1));
  std::size_t kept = 0;
  for (const std::uint32_t word : words) kept += word >= strata::bernoulli_keep_threshold(0.3);
  CHECK(std::abs(static_cast<double>(kept) / 100'000 - 0.7) < 0.006);  // four standard deviations
}

TEST_CASE("normal numbers are the normal quantiles of the words") {
  struct Known {
    std::uint32_t word;
    double z;
  };
  // Φ⁻¹((word + 1/2) / 2³²) from Python's statistics.NormalDist.
  const Known known[] = {{0, -6.337957754553789},           {1, -6.166429517819749},
                         {0x12345678, -1.4675657314922321}, {0x13333333, -1.4395314704450153},
                         {0x13333334, -1.4395314688002132}, {0x7FFFFFFF, -2.9180993729166234e-10},
                         {0xDEADBEEF, 1.1256287403742193},  {ones, 6.337957754553789}};
  for (const auto& [word, z] : known) {
    CAPTURE(word);
    CHECK(std::abs(strata::normal<double>(word) - z) <= 1e-14 * std::abs(z));
    CHECK(strata::normal<float>(word) == static_cast<float>(strata::normal<double>(word)));
    CHECK(strata::normal<double>(~word) == -strata::normal<double>(word));
  }
}

TEST_CASE("normal numbers have the moments of the distribution") {
  std::vector<std::uint32_t> words(200'000);
  strata::philox_words(words.data(), words.size(), 3, 0, 1, 0, strata::philox_key(7));
  double sum = 0, squares = 0, fourths = 0;
  for (const std::uint32_t word : words) {
    const double z = strata::normal<double>(word);
    sum += z;
    squares += z * z;
    fourths += z * z * z * z;
  }
  const double count = static_cast<double>(words.size());
  CHECK(std::abs(sum / count) < 4 / std::sqrt(count));
  CHECK(std::abs(squares / count - 1) < 4 * std::sqrt(2 / count));
  CHECK(std::abs(fourths / count - 3) < 4 * std::sqrt(96 / count));
}

TEST_CASE("normal numbers have the same bits on every compiler and processor") {
  std::uint64_t hash = 14695981039346656037u;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const std::uint32_t word = i < 1000 ? i : i * 2654435761u;
    hash = (hash ^ std::bit_cast<std::uint64_t>(strata::normal<double>(word))) * 1099511628211u;
  }
  CHECK(hash == 5308544106661318237u);
}

#include <strata/train/batch_part.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <vector>

using namespace strata;

TEST_CASE("pieces follow each other, are nearly equal and at most as large as asked") {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{3}, std::size_t{1024}, std::size_t{1025},
                                  std::numeric_limits<std::size_t>::max()}) {
    const BatchPart part{7, 7 + 1025, piece};
    std::size_t at = 7, least = 2000, most = 0;
    part.each_piece([&](std::size_t first, std::size_t last) {
      CHECK(first == at);
      at = last;
      least = std::min(least, last - first);
      most = std::max(most, last - first);
    });
    CHECK(at == 1032);
    CHECK(most <= piece);
    CHECK(most - least <= 1);
  }
}

TEST_CASE("a part has a name for error texts") {
  CHECK(BatchPart{0, 1, 1}.name() == "in step");
  CHECK(BatchPart{0, 1, 1, 2, 7}.name() == "epoch 2, batch 7");
}

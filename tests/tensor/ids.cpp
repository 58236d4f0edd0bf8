#include <doctest/doctest.h>

#include <strata/tensor/ids.hpp>

#include <thrown.hpp>

#include <limits>
#include <vector>

using namespace strata;

static_assert(std::is_same_v<given_element<Tokens<4>, double>, std::int32_t>);
static_assert(std::is_same_v<given_element<Sequence<4>, double>, double>);

namespace {
template <class Id>
std::string refused(const std::vector<Id>& ids, Extents extents) {
  return support::message<ValueError>(
      [&] { for_each_id<Tokens<10>>(ids.begin(), extents, "fit", [](std::size_t) {}); });
}
}  // namespace

TEST_CASE_TEMPLATE("ids of every integer type become elements", Id, std::int32_t, std::uint8_t, std::int64_t, char) {
  const std::vector<Id> ids{0, 9, 3, 3, 1, 2};
  std::vector<float> elements(6);
  copy_ids<Tokens<10>>(ids.begin(), {2, 3}, elements.data(), "predict");
  CHECK(elements == std::vector<float>{0, 9, 3, 3, 1, 2});
}

TEST_CASE("what is no id is refused with its value, its place and the vocabulary") {
  CHECK(refused<int>({0, 1, 2, 9, 10, 4}, {2, 3}) ==
        "strata: fit was given the id 10 at [1, 1], but needs ids in [0, 10)");
  CHECK(refused<int>({0, -1}, {1, 2}) == "strata: fit was given the id -1 at [0, 1], but needs ids in [0, 10)");
  CHECK(refused<std::int64_t>({std::int64_t{1} << 32}, {1, 1}).find("the id 4294967296 at [0, 0]") !=
        std::string::npos);
  CHECK(refused<std::uint64_t>({std::numeric_limits<std::uint64_t>::max()}, {1, 1}).find("18446744073709551615") !=
        std::string::npos);
}

TEST_CASE("the largest vocabulary is exact in float") {
  const std::vector<std::int32_t> ids{16'777'215, 16'777'214};
  std::vector<float> elements(2);
  copy_ids<Tokens<most_ids>>(ids.begin(), {1, 2}, elements.data(), "predict");
  CHECK((static_cast<std::int32_t>(elements[0]) == ids[0] && static_cast<std::int32_t>(elements[1]) == ids[1]));
}

TEST_CASE("padding is not looked at") {
  const std::vector<int> ids{3, -1, 99, 1, 2, 99};
  const std::vector<std::uint32_t> lengths{1, 2};
  std::vector<float> elements(6);
  copy_ids<RaggedTokens<10>>(ids.begin(), {2, 3, lengths.data()}, elements.data(), "predict");
  CHECK(elements == std::vector<float>{3, 0, 0, 1, 2, 0});
  const std::vector<std::uint32_t> more{1, 3};
  CHECK(support::message<ValueError>([&] {
          copy_ids<RaggedTokens<10>>(ids.begin(), {2, 3, more.data()}, elements.data(), "predict");
        }) == "strata: predict was given the id 99 at [1, 2], but needs ids in [0, 10)");
}

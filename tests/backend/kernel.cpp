#include <doctest/doctest.h>

#include <strata/backend/kernel.hpp>

namespace {
struct Answer {};
struct Here {};
struct There {};
}  // namespace

namespace STRATA_NAMESPACE {
template <>
struct Kernel<Answer, Here> {
  static int run() { return 42; }
};
template <>
struct Kernel<Answer, There> {
  static int run() { return 43; }
};
}  // namespace STRATA_NAMESPACE

TEST_CASE("one operation has one kernel a backend, and backends live side by side") {
  CHECK(strata::Kernel<Answer, Here>::run() == 42);
  CHECK(strata::Kernel<Answer, There>::run() == 43);
}

// Fuzz target: npy bytes into every element type; what is read must survive writing. Only strata::Error may
// come out.

#include <strata/io/npy.hpp>

#include "target.hpp"

#include <algorithm>
#include <cstring>

namespace {

using namespace strata;

template <class T>
void round_trip(std::span<const std::byte> bytes) {
  fuzz::attempt([&] {
    const auto array = io::parse_npy<T>(bytes, "fuzz");
    const auto again = io::parse_npy<T>(io::make_npy(array), "again");
    fuzz::require(std::equal(array.shape().begin(), array.shape().end(), again.shape().begin(), again.shape().end()));
    fuzz::require(std::memcmp(array.data(), again.data(), array.size() * sizeof(T)) == 0);  // NaN included
  });
}

void read_file(std::span<const std::byte> bytes) {
  const fuzz::Folder folder;
  io::write_file_atomically(folder.path() / "array.npy", bytes);
  io::write_npy(folder.path() / "array.npy", io::read_npy<double, 2>(folder.path() / "array.npy"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = fuzz::bytes(data, size);
  round_trip<float>(bytes);
  round_trip<double>(bytes);
  round_trip<std::int32_t>(bytes);
  round_trip<std::int64_t>(bytes);
  round_trip<std::uint8_t>(bytes);
  round_trip<bool>(bytes);
  if (fuzz::now_and_then()) fuzz::attempt([&] { read_file(bytes); });
  return 0;
}

// Fuzz target: CSV bytes under several options. Only strata::Error may come out.

#include <strata/io/csv.hpp>

#include "target.hpp"

namespace {

using namespace strata;

constexpr std::size_t inflated_limit = std::size_t{1} << 20U;  // keeps a gzip bomb below the memory limit

void read_file(std::span<const std::byte> bytes) {
  const fuzz::Folder folder;
  io::write_file_atomically(folder.path() / "table.csv", bytes);
  io::read_csv(folder.path() / "table.csv", {.inflated_limit = inflated_limit});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = fuzz::bytes(data, size);
  for (const char separator : {',', ';', '\t'}) {
    for (const bool header : {false, true}) {
      fuzz::attempt([&] {
        const auto table = io::parse_csv(bytes, "fuzz", {separator, header, inflated_limit});
        fuzz::require(table.shape(0) > 0 && table.shape(1) > 0);
      });
    }
  }
  if (fuzz::now_and_then()) fuzz::attempt([&] { read_file(bytes); });
  return 0;
}

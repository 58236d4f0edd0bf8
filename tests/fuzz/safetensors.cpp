// Fuzz target: safetensors bytes; every tensor is read as several types. Only strata::Error may come out.

#include <strata/io/safetensors.hpp>

#include "target.hpp"

namespace {

using namespace strata;

template <class T>
void read_values(const io::Safetensors& file) {
  for (const io::TensorEntry& entry : file.entries()) {
    fuzz::attempt([&] {
      const std::vector<T> values = file.values<T>(entry);
      fuzz::require(values.size() * io::dtype_size(entry.dtype) == file.raw(entry).size());
    });
  }
}

void read_file(std::span<const std::byte> bytes) {
  const fuzz::Folder folder;
  io::write_file_atomically(folder.path() / "w.safetensors", bytes);
  io::read_safetensors(folder.path() / "w.safetensors");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = fuzz::bytes(data, size);
  fuzz::attempt([&] {
    const io::Safetensors file = io::parse_safetensors(bytes, "fuzz");
    for (const io::TensorEntry& entry : file.entries()) fuzz::require(file.find(entry.name) == &entry);
    fuzz::require(file.name() == "fuzz" && file.metadata().size() <= size);
    read_values<float>(file);
    read_values<double>(file);
    read_values<std::int32_t>(file);
    read_values<std::uint64_t>(file);
  });
  if (fuzz::now_and_then()) fuzz::attempt([&] { read_file(bytes); });
  return 0;
}

// Fuzz target: IDX bytes, as an array and as the two halves of a labelled set. Only strata::Error may come
// out.

#include <strata/io/idx.hpp>

#include "target.hpp"

#include <algorithm>
#include <utility>

namespace {

using namespace strata;

constexpr std::size_t inflated_limit = std::size_t{1} << 22U;  // keeps a gzip bomb below the memory limit

/// Images and labels: after a byte that counts the images' bytes.
std::pair<std::span<const std::byte>, std::span<const std::byte>> split(std::span<const std::byte> bytes) {
  if (bytes.empty()) return {};
  const std::size_t first = std::min(std::to_integer<std::size_t>(bytes[0]), bytes.size() - 1);
  return {bytes.subspan(1, first), bytes.subspan(1 + first)};
}

void label(std::span<const std::byte> bytes) {
  const auto [first, second] = split(bytes);
  const auto images = io::parse_idx(first, "images", inflated_limit);
  const auto labels = io::parse_idx(second, "labels", inflated_limit);
  fuzz::require(io::label_images(images, labels, "pair").size() == labels.size());
}

/// A folder's files go through the same parser; they are read now and then, because files are slow.
void load_folder(std::span<const std::byte> bytes) {
  const fuzz::Folder folder;
  const auto [images, labels] = split(bytes);
  io::write_file_atomically(folder.path() / "train-images-idx3-ubyte.gz", images);
  io::write_file_atomically(folder.path() / "train-labels-idx1-ubyte", labels);
  io::load_idx(folder.path());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span<const std::byte> bytes = fuzz::bytes(data, size);
  fuzz::attempt([&] { fuzz::require(io::parse_idx(bytes, "fuzz", inflated_limit).size() <= inflated_limit + size); });
  fuzz::attempt([&] { label(bytes); });
  if (fuzz::now_and_then()) fuzz::attempt([&] { load_folder(bytes); });
  return 0;
}

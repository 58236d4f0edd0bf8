#pragma once
// IDX, the format of MNIST and Fashion-MNIST: 00 00 type rank, `rank` big-endian 32-bit extents, then the
// elements in C order. https://yann.lecun.com/exdb/mnist/ ("The IDX file format").
//
// Only unsigned bytes (type 08) are read: the image sets use no other type.

#include <strata/core/config.hpp>
#include <strata/core/error.hpp>
#include <strata/io/bytes.hpp>
#include <strata/io/describe.hpp>
#include <strata/io/extents.hpp>
#include <strata/tensor/xtensor.hpp>
#include <strata/train/dataset.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace STRATA_NAMESPACE::io {

namespace detail {

inline std::string idx_type_name(unsigned type) {
  switch (type) {
    case 0x09:
      return "signed bytes";
    case 0x0b:
      return "16-bit integers";
    case 0x0c:
      return "32-bit integers";
    case 0x0d:
      return "32-bit floats";
    case 0x0e:
      return "64-bit floats";
    default:
      return "no IDX type";
  }
}

inline std::vector<std::size_t> idx_shape(std::span<const std::byte> bytes, const std::string& name) {
  if (bytes.size() < 4) {
    throw FileError(name + ": an IDX file starts with 4 bytes, this one has " + std::to_string(bytes.size()));
  }
  if (bytes[0] != std::byte{0} || bytes[1] != std::byte{0}) {
    throw FileError(name + ": no IDX file: it must start with two zero bytes");
  }
  const unsigned type = std::to_integer<unsigned>(bytes[2]);
  if (type != 0x08) {
    throw FileError(name + ": IDX type " + std::to_string(type) + " (" + idx_type_name(type) +
                    ") is not read; expected type 8 (unsigned bytes)");
  }
  const std::size_t rank = std::to_integer<std::size_t>(bytes[3]);
  if (rank == 0) throw FileError(name + ": an IDX array needs at least one extent");
  if (bytes.size() < 4 + 4 * rank) {
    throw FileError(name + ": truncated: the IDX header of rank " + std::to_string(rank) + " needs " +
                    std::to_string(4 + 4 * rank) + " bytes, the file has " + std::to_string(bytes.size()));
  }
  std::vector<std::size_t> shape(rank);
  for (std::size_t i = 0; i < rank; ++i) {
    shape[i] = load<std::uint32_t, std::endian::big>(bytes.subspan(4 + 4 * i));
  }
  return shape;
}

inline xt::xarray<std::uint8_t> parse_plain_idx(std::span<const std::byte> bytes, const std::string& name) {
  const std::vector<std::size_t> shape = idx_shape(bytes, name);
  const std::span<const std::byte> data = bytes.subspan(4 + 4 * shape.size());
  const std::optional<std::size_t> count = element_count(shape);
  if (count != data.size()) {
    const std::string expected = count ? std::to_string(*count) : "more than memory can hold";
    throw FileError(name + ": IDX shape " + describe_shape(shape) + " needs " + expected +
                    " data bytes, the file has " + std::to_string(data.size()));
  }
  auto values = xt::xarray<std::uint8_t>::from_shape(shape);
  std::transform(data.begin(), data.end(), values.data(), std::to_integer<std::uint8_t>);
  return values;
}

/// The path as it stands or with .gz appended, whichever exists.
inline std::filesystem::path plain_or_packed(const std::filesystem::path& plain) {
  std::filesystem::path packed = plain;
  packed += ".gz";
  if (std::filesystem::exists(plain)) return plain;
  if (std::filesystem::exists(packed)) return packed;
  throw FileError(plain.string() + ": no such file, nor " + packed.filename().string());
}

}  // namespace detail

/// The array in IDX bytes, plain or gzip. `name` is for the error texts. Throws FileError.
inline xt::xarray<std::uint8_t> parse_idx(std::span<const std::byte> bytes, const std::string& name = "memory",
                                          std::size_t inflated_limit = default_inflated_limit) {
  if (is_gzip(bytes)) return detail::parse_plain_idx(gunzip(bytes, inflated_limit, name), name);
  return detail::parse_plain_idx(bytes, name);
}

/// The array in an IDX file, plain or gzip. Throws FileError.
inline xt::xarray<std::uint8_t> read_idx(const std::filesystem::path& path,
                                         std::size_t inflated_limit = default_inflated_limit) {
  return parse_idx(read_file(path), path.string(), inflated_limit);
}

/// Images [samples, rows, columns], scaled from 0…255 to [0, 1], with their labels [samples].
///
/// Throws FileError when ranks or counts do not fit.
inline Dataset<float, 3> label_images(const xt::xarray<std::uint8_t>& images, const xt::xarray<std::uint8_t>& labels,
                                      const std::string& name) {
  if (images.dimension() != 3 || labels.dimension() != 1) {
    throw FileError(name + ": expected images of rank 3 and labels of rank 1, got ranks " +
                    std::to_string(images.dimension()) + " and " + std::to_string(labels.dimension()));
  }
  if (images.shape(0) != labels.shape(0)) {
    throw FileError(name + ": " + std::to_string(images.shape(0)) + " images but " + std::to_string(labels.shape(0)) +
                    " labels");
  }
  Dataset<float, 3> dataset;
  dataset.inputs.resize({images.shape(0), images.shape(1), images.shape(2)});
  dataset.targets.resize({labels.shape(0)});
  std::transform(images.data(), images.data() + images.size(), dataset.inputs.data(),
                 [](std::uint8_t pixel) { return static_cast<float>(pixel) / 255.0F; });
  std::copy_n(labels.data(), labels.size(), dataset.targets.data());
  return dataset;
}

/// {train, test} from a folder in MNIST's layout: train-images-idx3-ubyte[.gz], t10k-labels-idx1-ubyte[.gz],
/// …
///
/// Throws FileError when a file is missing or malformed, or when images and labels differ in number.
inline std::pair<Dataset<float, 3>, Dataset<float, 3>> load_idx(const std::filesystem::path& folder) {
  const auto part = [&folder](const std::string& prefix) {
    const auto images = read_idx(detail::plain_or_packed(folder / (prefix + "-images-idx3-ubyte")));
    const auto labels = read_idx(detail::plain_or_packed(folder / (prefix + "-labels-idx1-ubyte")));
    return label_images(images, labels, (folder / prefix).string());
  };
  return {part("train"), part("t10k")};
}

}  // namespace STRATA_NAMESPACE::io

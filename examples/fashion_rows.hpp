#pragma once
// Fashion-MNIST (Xiao, Rasul & Vollgraf 2017) with each image as one row of 784 pixels.

#include <strata/io/idx.hpp>
#include <strata/train/dataset.hpp>

#include <algorithm>
#include <filesystem>
#include <utility>

using FashionRows = strata::Dataset<float, 2>;

/// The first `count` images of a part as rows.
inline FashionRows image_rows(const strata::Dataset<float, 3>& part, std::size_t count) {
  const std::size_t n = std::min(count, part.size()), pixels = part.inputs.shape(1) * part.inputs.shape(2);
  FashionRows rows{xt::xtensor<float, 2>::from_shape({n, pixels}), xt::xtensor<std::int32_t, 1>::from_shape({n})};
  std::copy_n(part.inputs.data(), n * pixels, rows.inputs.data());
  std::copy_n(part.targets.data(), n, rows.targets.data());
  return rows;
}

/// {train, test}: the first so many training images, and 2,000 of the test set.
inline std::pair<FashionRows, FashionRows> read_fashion_rows(const std::filesystem::path& folder, std::size_t samples) {
  const auto [train, test] = strata::io::load_idx(folder);
  return {image_rows(train, samples), image_rows(test, 2000)};
}

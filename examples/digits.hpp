#pragma once
// The 8 x 8 digits of examples/data: 64 pixels and a label a line. Origin and licence: examples/data/NOTICE.

#include <strata/io/csv.hpp>
#include <strata/train/dataset.hpp>

#include <filesystem>
#include <string>
#include <utility>

using Digits = strata::Dataset<float, 2>;

/// Where the set lies beside the sources.
inline const std::filesystem::path digits_path =
    std::filesystem::path(__FILE__).parent_path() / "data" / "digits.csv.gz";

/// {train, test}: the first `train` samples, pixels scaled to [0, 1], and all others.
inline std::pair<Digits, Digits> read_digits(const std::filesystem::path& path, std::size_t train) {
  const auto table = strata::io::read_csv(path);
  constexpr std::size_t pixels = 64;
  if (table.shape(1) != pixels + 1) {
    throw strata::FileError(path.string() + ": " + std::to_string(table.shape(1)) +
                            " columns; expected 64 pixels and a label");
  }
  const std::size_t count = table.shape(0);
  if (train >= count) {
    throw strata::ValueError("digits: " + std::to_string(train) + " samples to train on leave none of " +
                             std::to_string(count) + " to test on");
  }
  Digits all{xt::xtensor<float, 2>::from_shape({count, pixels}), xt::xtensor<std::int32_t, 1>::from_shape({count})};
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t j = 0; j < pixels; ++j) all.inputs(i, j) = static_cast<float>(table(i, j) / 16);
    all.targets(i) = static_cast<std::int32_t>(table(i, pixels));
  }
  return {strata::slice(all, 0, train), strata::slice(all, train, count)};
}

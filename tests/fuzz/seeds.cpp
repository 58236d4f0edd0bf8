// Writes valid files to start the fuzzers from: `seeds FOLDER` fills
// FOLDER/{idx,csv,npy,safetensors,weights,checkpoint}.

#include <strata/io/checkpoint.hpp>
#include <strata/io/npy.hpp>
#include <strata/io/safetensors.hpp>
#include <strata/strata.hpp>

#include "network.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <zlib.h>

namespace {

using namespace strata;
using Bytes = std::vector<std::byte>;

Bytes from_text(std::string_view text) {
  const auto view = std::as_bytes(std::span(text));
  return {view.begin(), view.end()};
}

void write(const std::filesystem::path& path, const Bytes& bytes) { io::write_file_atomically(path, bytes); }

/// Writes the bytes as they are and, through zlib, as path.gz.
void write_both(const std::filesystem::path& path, const Bytes& bytes) {
  write(path, bytes);
  const gzFile packed = gzopen((path.string() + ".gz").c_str(), "wb");
  if (packed == nullptr) throw FileError(path.string() + ".gz: cannot write");
  gzwrite(packed, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(packed);
}

Bytes idx(const std::vector<char>& shape, const std::string& data) {
  std::string text{'\0', '\0', '\x08', static_cast<char>(shape.size())};
  for (const char extent : shape) text += std::string(3, '\0') + extent;
  return from_text(text + data);
}

Bytes join(Bytes front, const Bytes& back) {
  front.insert(front.end(), back.begin(), back.end());
  return front;
}

Bytes pair(const Bytes& images, const Bytes& labels) {
  return join(join({static_cast<std::byte>(images.size())}, images), labels);
}

void write_idx(const std::filesystem::path& folder) {
  write_both(folder / "matrix", idx({2, 3}, "abcdef"));
  write_both(folder / "labels", idx({4}, std::string("\0\1\2\3", 4)));
  // Labelled sets for the target: the length of the images' file, then both files.
  write(folder / "set", pair(idx({2, 1, 2}, "wxyz"), idx({2}, "ab")));
  write(folder / "fewer_labels", pair(idx({2, 1, 2}, "wxyz"), idx({1}, "a")));
  write(folder / "wrong_rank", pair(idx({2, 2}, "wxyz"), idx({2}, "ab")));
}

void write_csv(const std::filesystem::path& folder) {
  write_both(folder / "plain", from_text("1,2.5\n-3e4,+5\n"));
  write(folder / "header", from_text("\xEF\xBB\xBFname,value\r\n1, 2\r\n3,nan\r\n"));
  write(folder / "tabs", from_text("1\t2\n3\tinf\n"));
  write(folder / "semicolons", from_text("1;2;1e999\n\n3;;4\n"));
}

template <class T>
Bytes npy() {
  auto array = xt::xtensor<T, 2>::from_shape({2, 2});
  for (std::size_t i = 0; i < 4; ++i) array.data()[i] = static_cast<T>(i % 2);
  return io::make_npy(array);
}

void write_npy(const std::filesystem::path& folder) {
  write(folder / "f4", npy<float>());
  write(folder / "f8", npy<double>());
  write(folder / "i4", npy<std::int32_t>());
  write(folder / "i8", npy<std::int64_t>());
  write(folder / "u1", npy<std::uint8_t>());
  write(folder / "b1", npy<bool>());
  const std::string header = "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }";
  const std::string length = std::string{static_cast<char>(header.size())} + std::string(3, '\0');
  write(folder / "fortran", from_text(std::string("\x93NUMPY\x02\0", 8) + length + header + "adbecf"));
}

Bytes safetensors(const std::string& header, const std::string& data) {
  Bytes bytes;
  io::store_little(bytes, static_cast<std::uint64_t>(header.size()));
  return join(bytes, from_text(header + data));
}

void write_safetensors(const std::filesystem::path& folder) {
  const std::vector<float> floats{1, 2};
  const std::vector<double> doubles{0.5, 1e300};
  write(folder / "weights",
        io::make_safetensors(std::vector<io::NamedTensor>{{"0.weight", {2, 1}, std::span<const float>(floats)},
                                                          {"0.bias", {2}, std::span<const double>(doubles)}},
                             {{"format", "pt"}}));
  for (const std::string dtype : {"BOOL", "U8", "I8", "U16", "I16", "U32", "I32", "U64", "I64", "F16", "BF16"}) {
    const std::size_t size = 2 * io::dtype_size(*io::find_dtype(dtype));
    write(folder / dtype, safetensors("{\"t\":{\"dtype\":\"" + dtype + "\",\"shape\":[2],\"data_offsets\":[0," +
                                          std::to_string(size) + "]}}",
                                      std::string(size, '\1')));
  }
  // One file for each kind of defect, so that a run starts from all of them.
  const std::string first = "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},";
  write(folder / "overlap",
        safetensors(first + "\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[2,6]}}", "123456"));
  write(folder / "hole",
        safetensors(first + "\"b\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[5,6]}}", "123456"));
  write(folder / "range",
        safetensors(first + "\"a\":{\"dtype\":\"U9\",\"shape\":[-1],\"data_offsets\":[9,4]}}", "1234"));
  write(folder / "short",
        safetensors(first + "\"b\":{\"dtype\":\"F32\",\"shape\":[9],\"data_offsets\":[4,40]}}", "1234"));
  write(folder / "metadata", safetensors("{\"__metadata__\":{\"a\":1},\"b\":[]}", ""));
  write(folder / "large",
        safetensors("{\"b\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,0]}}", ""));
}

/// Networks and training runs, complete and with one thing wrong.
void write_runs(const std::filesystem::path& weights, const std::filesystem::path& checkpoint) {
  fuzz::Net net{Seed{1}};
  Trainer trainer{net, MeanSquaredError{}, SGD{.learning_rate = 0.1}};
  Trainer other{net, MeanSquaredError{}, Adam{}};
  io::save_checkpoint(trainer, checkpoint / "run");
  io::save_checkpoint(other, checkpoint / "other_optimizer");
  io::save(net, weights / "net");
  io::save_checkpoint(trainer, weights / "run");
  io::save(net, checkpoint / "net");
  io::save(Network<Sequential<Linear<3>, BatchNorm>, Features<1>, Cpu<double>>{}, weights / "other_network");
  const std::vector<double> doubles{0.5, 1e300};
  const std::vector<float> floats{1, 2};
  const std::vector<std::int32_t> integers{1, 2};
  io::write_safetensors(weights / "integers",
                        std::vector<io::NamedTensor>{{"0.bias", {2}, std::span<const std::int32_t>(integers)}}, {});
  io::write_safetensors(
      weights / "from_pytorch",
      std::vector<io::NamedTensor>{{"0.weight", {2, 1}, std::span<const double>(doubles)},
                                   {"0.bias", {2}, std::span<const float>(floats)},
                                   {"1.weight", {2}, std::span<const float>(floats)},
                                   {"1.bias", {2}, std::span<const float>(floats)},
                                   {"1.running_mean", {2}, std::span<const float>(floats)},
                                   {"1.running_var", {2}, std::span<const float>(floats)},
                                   {"1.num_batches_tracked", {}, std::span<const float>(floats).first(1)}},
      {{"format_version", "1"}});
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fputs("usage: seeds FOLDER\n", stderr);
    return 2;
  }
  const std::filesystem::path folder = arguments[1];
  for (const char* name : {"idx", "csv", "npy", "safetensors", "weights", "checkpoint"})
    std::filesystem::create_directories(folder / name);
  write_idx(folder / "idx");
  write_csv(folder / "csv");
  write_npy(folder / "npy");
  write_safetensors(folder / "safetensors");
  write_runs(folder / "weights", folder / "checkpoint");
  return 0;
}

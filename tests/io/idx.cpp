#include <strata/io/idx.hpp>

#include <doctest/doctest.h>

#include "support.hpp"

using namespace strata;
using support::bytes;
using support::message;

namespace {

std::vector<std::byte> idx(const std::vector<unsigned char>& shape, const std::string& data, char type = 8) {
  std::string text{'\0', '\0', type, static_cast<char>(shape.size())};
  for (const unsigned char extent : shape) text += std::string(3, '\0') + static_cast<char>(extent);
  return bytes(text + data);
}

std::string refusal(const std::vector<std::byte>& raw) {
  return message<FileError>([&] { io::parse_idx(raw, "f"); });
}

/// A folder with two training images of 1 x 2 pixels and one test image, test labels packed.
void write_set(const support::Folder& folder) {
  io::write_file_atomically(folder / "train-images-idx3-ubyte", idx({2, 1, 2}, std::string("\x00\xff\x33\x66", 4)));
  io::write_file_atomically(folder / "train-labels-idx1-ubyte", idx({2}, "\x07\x09"));
  io::write_file_atomically(folder / "t10k-images-idx3-ubyte", idx({1, 1, 2}, "\x01\x02"));
  io::write_file_atomically(folder / "t10k-labels-idx1-ubyte.gz", support::gzip(idx({1}, "\x03")));
}

}  // namespace

TEST_CASE("idx: bytes of any rank are read in C order, plain or packed") {
  const auto raw = idx({2, 1, 3}, "abcdef");
  for (const auto& array : {io::parse_idx(raw), io::parse_idx(support::gzip(raw))}) {
    REQUIRE(array.dimension() == 3);
    CHECK(array.shape(0) == 2);
    CHECK(array(0, 0, 2) == 'c');
    CHECK(array(1, 0, 0) == 'd');
  }
  CHECK(io::parse_idx(idx({0, 4}, "")).size() == 0);
}

TEST_CASE("idx: malformed bytes are refused with the reason") {
  CHECK(refusal(bytes("abc")) == "f: an IDX file starts with 4 bytes, this one has 3");
  CHECK(refusal(bytes("\x01\x02\x03\x04")) == "f: no IDX file: it must start with two zero bytes");
  CHECK(refusal(idx({}, "")) == "f: an IDX array needs at least one extent");
  CHECK(refusal(bytes(std::string("\0\0\x08\x02\0\0\0\1", 8))) ==
        "f: truncated: the IDX header of rank 2 needs 12 bytes, the file has 8");
  CHECK(refusal(idx({2, 3}, "abcde")) == "f: IDX shape [2, 3] needs 6 data bytes, the file has 5");
  CHECK(refusal(idx({2, 3}, "abcdefg")) == "f: IDX shape [2, 3] needs 6 data bytes, the file has 7");
  CHECK(refusal(bytes(std::string("\0\0\x08\x02", 4) + std::string(8, '\xff'))) ==
        "f: IDX shape [4294967295, 4294967295] needs more than memory can hold data bytes, the file has 0");
}

TEST_CASE("idx: other element types are named") {
  const std::string tail = ") is not read; expected type 8 (unsigned bytes)";
  CHECK(refusal(idx({1}, "a", 0x09)) == "f: IDX type 9 (signed bytes" + tail);
  CHECK(refusal(idx({1}, "a", 0x0b)) == "f: IDX type 11 (16-bit integers" + tail);
  CHECK(refusal(idx({1}, "a", 0x0c)) == "f: IDX type 12 (32-bit integers" + tail);
  CHECK(refusal(idx({1}, "a", 0x0d)) == "f: IDX type 13 (32-bit floats" + tail);
  CHECK(refusal(idx({1}, "a", 0x0e)) == "f: IDX type 14 (64-bit floats" + tail);
  CHECK(refusal(idx({1}, "a", 0x0a)) == "f: IDX type 10 (no IDX type" + tail);
}

TEST_CASE("idx: a packed file may not inflate beyond the limit") {
  const auto packed = support::gzip(idx({100}, std::string(100, 'a')));
  CHECK(message<FileError>([&] { io::parse_idx(packed, "f", 50); }) ==
        "f: inflates to more than the limit of 50 bytes");
}

TEST_CASE("idx: a folder gives scaled images with labels") {
  const support::Folder folder;
  write_set(folder);
  const auto [train, test] = io::load_idx(folder.path());
  REQUIRE(train.size() == 2);
  CHECK(train.inputs.shape(2) == 2);
  CHECK(train.inputs(0, 0, 0) == 0.0F);
  CHECK(train.inputs(0, 0, 1) == 1.0F);
  CHECK(train.inputs(1, 0, 0) == 0.2F);
  CHECK(train.targets(1) == 9);
  REQUIRE(test.size() == 1);
  CHECK(test.targets(0) == 3);
}

TEST_CASE("idx: a folder whose files do not fit each other is refused") {
  const support::Folder folder;
  write_set(folder);
  const auto load = [&] { io::load_idx(folder.path()); };
  const std::string prefix = (folder / "train").string();
  io::write_file_atomically(folder / "train-labels-idx1-ubyte", idx({3}, "abc"));
  CHECK(message<FileError>(load) == prefix + ": 2 images but 3 labels");
  io::write_file_atomically(folder / "train-labels-idx1-ubyte", idx({2, 1}, "ab"));
  CHECK(message<FileError>(load) == prefix + ": expected images of rank 3 and labels of rank 1, got ranks 3 and 2");
  std::filesystem::remove(folder / "train-labels-idx1-ubyte");
  CHECK(message<FileError>(load) == prefix + "-labels-idx1-ubyte: no such file, nor train-labels-idx1-ubyte.gz");
}

TEST_CASE("idx: Fashion-MNIST has 60,000 and 10,000 images, evenly over ten classes" *
          doctest::skip(!std::filesystem::exists("/usr/share/datasets/fashion-mnist"))) {
  const auto [train, test] = io::load_idx("/usr/share/datasets/fashion-mnist");
  REQUIRE(train.size() == 60000);
  REQUIRE(test.size() == 10000);
  CHECK(train.inputs.shape(1) == 28);
  CHECK(train.inputs.shape(2) == 28);
  for (int label = 0; label < 10; ++label) {
    CHECK(std::count(train.targets.begin(), train.targets.end(), label) == 6000);
  }
  CHECK(*std::max_element(test.inputs.begin(), test.inputs.end()) == 1.0F);
}

#include <strata/io/bytes.hpp>

#include <doctest/doctest.h>

#include <csignal>
#include <fstream>
#include <iterator>

#include <sys/resource.h>

#include "support.hpp"

using namespace strata;
using support::bytes;
using support::text;

namespace {

std::size_t file_count(const support::Folder& folder) {
  using Files = std::filesystem::directory_iterator;
  return static_cast<std::size_t>(std::distance(Files(folder.path()), Files()));
}

/// Lets no file grow beyond `size` until the end of the scope.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t size) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limited{size, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int);
};

}  // namespace

TEST_CASE("a file reads back as it was written, whatever its size") {
  const support::Folder folder;
  for (const std::size_t size : {0UL, 1UL, 4096UL, 100'000UL}) {
    std::vector<std::byte> written(size);
    for (std::size_t i = 0; i < size; ++i) written[i] = static_cast<std::byte>(i * 7);
    io::write_file_atomically(folder / "file", written);
    CHECK(io::read_file(folder / "file") == written);
  }
  CHECK(file_count(folder) == 1);
}

TEST_CASE("a file whose size is not known in advance is read to its end") {
  CHECK(text(io::read_file("/proc/self/status")).find("Name:") != std::string::npos);
}

TEST_CASE("what cannot be read is refused with its path") {
  const support::Folder folder;
  const std::string missing = (folder / "missing").string();
  CHECK_THROWS_WITH_AS(io::read_file(missing), (missing + ": cannot open: No such file or directory").c_str(),
                       FileError);
  CHECK_THROWS_WITH_AS(io::read_file(folder.path()), (folder.path().string() + ": cannot read: Is a directory").c_str(),
                       FileError);
}

TEST_CASE("a failed write leaves the old file and nothing beside it") {
  const support::Folder folder;
  const std::filesystem::path path = folder / "weights";
  io::write_file_atomically(path, bytes("old"));
  {
    const FileSizeLimit limit(1000);
    CHECK_THROWS_WITH_AS(io::write_file_atomically(path, std::vector<std::byte>(2000)),
                         (path.string() + ": cannot write: File too large").c_str(), FileError);
  }
  CHECK(text(io::read_file(path)) == "old");
  CHECK(file_count(folder) == 1);
}

TEST_CASE("what a killed process of the same number left beside the file is in nobody's way, and not removed") {
  const support::Folder folder;
  std::vector<std::string> left;
  for (int i = 0; i < 2000; ++i) left.push_back("a.partial-" + std::to_string(::getpid()) + "-" + std::to_string(i));
  for (const auto& name : left) std::ofstream(folder / name) << "left";
  io::write_file_atomically(folder / "a", support::bytes("new"));
  CHECK(support::text(io::read_file(folder / "a")) == "new");
  for (const auto& name : left) CHECK(std::filesystem::exists(folder / name));
  CHECK(file_count(folder) == 2001);
}

TEST_CASE("a write that cannot start or finish says why") {
  const support::Folder folder;
  const std::filesystem::path homeless = folder / "no folder" / "file";
  CHECK_THROWS_WITH_AS(io::write_file_atomically(homeless, {}),
                       (homeless.string() + ": cannot create a file beside it: No such file or directory").c_str(),
                       FileError);
  std::filesystem::create_directory(folder / "taken");
  CHECK_THROWS_WITH_AS(io::write_file_atomically(folder / "taken", {}),
                       ((folder / "taken").string() + ": cannot replace: Is a directory").c_str(), FileError);
  CHECK(file_count(folder) == 1);
}

TEST_CASE("gzip is known by its first bytes") {
  CHECK(io::is_gzip(support::gzip(bytes("a"))));
  CHECK_FALSE(io::is_gzip(bytes("\x1f")));
  CHECK_FALSE(io::is_gzip(bytes("plain")));
}

TEST_CASE("gunzip restores small, large and joined contents") {
  CHECK(text(io::gunzip(support::gzip(bytes("strata")), 6)) == "strata");
  CHECK(io::gunzip(support::gzip({}), 0).empty());
  std::vector<std::byte> large(300'000);
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<std::byte>(i * i >> 3U);
  CHECK(io::gunzip(support::gzip(large), large.size()) == large);

  std::vector<std::byte> joined = support::gzip(bytes("one "));
  const std::vector<std::byte> second = support::gzip(bytes("two"));
  joined.insert(joined.end(), second.begin(), second.end());
  CHECK(text(io::gunzip(joined, 100)) == "one two");
}

TEST_CASE("gunzip stops at its limit") {
  const auto packed = support::gzip(std::vector<std::byte>(1'000'000));
  CHECK(io::gunzip(packed, 1'000'000).size() == 1'000'000);
  CHECK_THROWS_WITH_AS(io::gunzip(packed, 999'999, "bomb.gz"),
                       "bomb.gz: inflates to more than the limit of 999999 bytes", FileError);
}

TEST_CASE("gunzip refuses truncated and corrupt bytes") {
  std::vector<std::byte> packed = support::gzip(bytes("a text long enough to be packed, packed, packed"));
  CHECK_THROWS_WITH_AS(io::gunzip(std::span(packed).first(20), 1000, "cut.gz"),
                       "cut.gz: truncated gzip data: ends after 20 bytes", FileError);
  CHECK_THROWS_WITH_AS(io::gunzip({}, 1000, "none.gz"), "none.gz: truncated gzip data: ends after 0 bytes", FileError);
  std::vector<std::byte> longer = packed;
  longer.resize(longer.size() + 20);
  CHECK_THROWS_WITH_AS(io::gunzip(longer, 1000, "long.gz"), "long.gz: corrupt gzip data: incorrect header check",
                       FileError);
  packed[packed.size() - 6] ^= std::byte{1};
  CHECK_THROWS_WITH_AS(io::gunzip(packed, 1000, "bad.gz"), "bad.gz: corrupt gzip data: incorrect data check",
                       FileError);
}

TEST_CASE("numbers are loaded in either byte order and stored lowest byte first") {
  const auto raw = bytes("\x01\x02\x03\x04");
  CHECK(io::load<std::uint32_t>(raw) == 0x04030201U);
  CHECK(io::load<std::uint32_t, std::endian::big>(raw) == 0x01020304U);
  std::vector<std::byte> stored;
  io::store_little(stored, std::uint16_t{0x4241});
  const std::vector<std::uint16_t> several{0x4443, 0x4645};
  io::store_little(stored, std::span<const std::uint16_t>(several));
  CHECK(text(stored) == "ABCDEF");
}

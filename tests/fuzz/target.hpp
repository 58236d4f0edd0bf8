#pragma once
// What the fuzz targets share. A target fails by a sanitizer's report, by an exception that is no
// strata::Error, or by require().

#include <strata/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <span>
#include <string>

#include <stdlib.h>

namespace fuzz {

inline std::span<const std::byte> bytes(const std::uint8_t* data, std::size_t size) {
  return std::as_bytes(std::span(data, size));
}

/// Runs `action`; the library's own errors are the answers expected to bad bytes.
template <class Action>
void attempt(Action action) {
  try {
    action();
  } catch (const strata::Error& expected) {
    if (std::string(expected.what()).empty()) std::abort();  // an error must say something
  }
}

inline void require(bool holds) {
  if (!holds) std::abort();
}

/// True for the first call of a process and then for one in 512.
inline bool now_and_then() {
  static std::uint64_t calls = 0;
  return calls++ % 512 == 0;
}

/// A new folder that goes away with its contents.
class Folder {
 public:
  Folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "strata-fuzz-XXXXXX").string();
    require(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace fuzz

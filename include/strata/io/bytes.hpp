#pragma once
// Whole files as bytes: read, written so that a crash loses nothing, unpacked from gzip.
//
// Writing goes to a new file beside the target, which is flushed to the disk and renamed over the target: at
// every moment the path names either the old file or the complete new one (POSIX rename).
// Gzip (RFC 1952) is known by its first bytes, never by the name of the file.

#include <strata/core/config.hpp>
#include <strata/core/error.hpp>

#if __has_include(<zlib.h>)
#include <zlib.h>
#else
#error \
    "strata: zlib is missing. Install it (Debian and Ubuntu: apt-get install zlib1g-dev) or add its include folder with -I and link with -lz."
#endif

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace STRATA_NAMESPACE::io {

/// The inflated size, 1 GiB, beyond which readers refuse a gzip file unless told otherwise.
inline constexpr std::size_t default_inflated_limit = std::size_t{1} << 30U;

namespace detail {

[[noreturn]] inline void throw_errno(const std::filesystem::path& path, std::string_view doing) {
  const std::string reason = std::generic_category().message(errno);
  throw FileError(path.string() + ": cannot " + std::string(doing) + ": " + reason);
}

/// An open file that is closed at the end of the scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

inline void write_all(int file, std::span<const std::byte> bytes, const std::filesystem::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw_errno(path, "write");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

/// A new file beside the target, removed unless it has been renamed.
class Beside {
 public:
  explicit Beside(const std::filesystem::path& target) {
    static std::atomic<unsigned> counter{0};
    do {  // a process that was killed may have left a file of this name, and had this process's number
      std::string name = target.string();
      path_ = name.append(".partial-").append(std::to_string(::getpid())).append("-").append(std::to_string(counter++));
      file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    } while (file_ < 0 && errno == EEXIST);
    if (file_ < 0) throw_errno(target, "create a file beside it");
  }
  Beside(const Beside&) = delete;
  Beside& operator=(const Beside&) = delete;
  ~Beside() {
    close();
    if (!renamed_) ::unlink(path_.c_str());
  }
  int number() const { return file_; }

  /// Puts the file, complete, where the target is.
  void rename_to(const std::filesystem::path& target) {
    close();
    if (::rename(path_.c_str(), target.c_str()) != 0) throw_errno(target, "replace");
    renamed_ = true;
  }

 private:
  void close() {
    if (file_ >= 0) ::close(std::exchange(file_, -1));
  }

  std::filesystem::path path_;
  int file_ = -1;
  bool renamed_ = false;
};

/// Makes a rename in `folder` last; a file system that cannot flush folders is left to its own order.
inline void flush_folder(const std::filesystem::path& folder) {
  const Descriptor opened(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (opened.number() >= 0) ::fsync(opened.number());
}

/// zlib's inflater for one gzip stream.
class Inflater {
 public:
  explicit Inflater(std::span<const std::byte> packed) : rest_(packed) {
    constexpr int gzip_only = 16;
    if (inflateInit2(&stream_, MAX_WBITS + gzip_only) != Z_OK) throw Error("zlib cannot start: out of memory");
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
  ~Inflater() { inflateEnd(&stream_); }

  /// Fills a prefix of `room`: {zlib's code, bytes written}.
  std::pair<int, std::size_t> fill(std::span<std::byte> room) {
    if (stream_.avail_in == 0) {
      const std::size_t portion = std::min(rest_.size(), largest_portion);
      stream_.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(rest_.data()));
      stream_.avail_in = static_cast<uInt>(portion);
      rest_ = rest_.subspan(portion);
    }
    const std::size_t space = std::min(room.size(), largest_portion);
    stream_.next_out = reinterpret_cast<Bytef*>(room.data());
    stream_.avail_out = static_cast<uInt>(space);
    const int code = inflate(&stream_, Z_NO_FLUSH);
    return {code, space - stream_.avail_out};
  }
  bool exhausted() const { return stream_.avail_in == 0 && rest_.empty(); }
  void next_member() { inflateReset(&stream_); }
  std::string complaint() const { return stream_.msg != nullptr ? stream_.msg : "unknown reason"; }

 private:
  static constexpr std::size_t largest_portion = std::size_t{1} << 30U;  // zlib counts in 32 bits
  std::span<const std::byte> rest_;
  z_stream stream_{};
};

}  // namespace detail

/// All bytes of a file. Throws FileError when it is missing or unreadable.
inline std::vector<std::byte> read_file(const std::filesystem::path& path) {
  const detail::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) detail::throw_errno(path, "open");
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) detail::throw_errno(path, "read");
  std::vector<std::byte> bytes(static_cast<std::size_t>(status.st_size) + 1);  // one more sees the end
  std::size_t used = 0;
  while (true) {
    if (used == bytes.size()) bytes.resize(2 * used);
    const ssize_t got = ::read(file.number(), bytes.data() + used, bytes.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) detail::throw_errno(path, "read");
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
  }
  bytes.resize(used);
  return bytes;
}

/// Replaces the file by `bytes`, or leaves it as it was and throws FileError.
inline void write_file_atomically(const std::filesystem::path& path, std::span<const std::byte> bytes) {
  detail::Beside beside(path);
  detail::write_all(beside.number(), bytes, path);
  if (::fsync(beside.number()) != 0) detail::throw_errno(path, "flush to disk");
  beside.rename_to(path);
  detail::flush_folder(path.parent_path());
}

/// Whether the bytes begin as gzip does: 1f 8b.
inline bool is_gzip(std::span<const std::byte> bytes) {
  return bytes.size() >= 2 && bytes[0] == std::byte{0x1f} && bytes[1] == std::byte{0x8b};
}

/// The contents of gzip bytes (one member or several), at most `limit` bytes; `name` is for the error texts.
///
/// Throws FileError when they are truncated, corrupt (checksums included) or inflate to more than `limit`.
inline std::vector<std::byte> gunzip(std::span<const std::byte> packed, std::size_t limit,
                                     const std::string& name = "memory") {
  constexpr std::size_t first_size = std::size_t{1} << 16U;
  limit = std::min<std::size_t>(limit, std::numeric_limits<std::ptrdiff_t>::max() / 2);
  detail::Inflater inflater(packed);
  std::vector<std::byte> contents;
  std::size_t used = 0;
  while (true) {
    if (used > limit) {
      throw FileError(name + ": inflates to more than the limit of " + std::to_string(limit) + " bytes");
    }
    if (used == contents.size()) contents.resize(std::min(limit + 1, std::max(2 * used, first_size)));
    const auto [code, written] = inflater.fill(std::span(contents).subspan(used));
    used += written;
    if (code == Z_STREAM_END && inflater.exhausted() && used <= limit) break;
    if (code == Z_STREAM_END) {
      inflater.next_member();
    } else if (code == Z_BUF_ERROR) {
      throw FileError(name + ": truncated gzip data: ends after " + std::to_string(packed.size()) + " bytes");
    } else if (code != Z_OK) {
      throw FileError(name + ": corrupt gzip data: " + inflater.complaint());
    }
  }
  contents.resize(used);
  return contents;
}

/// The number stored at the front of `bytes` in the given byte order. `bytes` must hold it.
template <class T, std::endian Order = std::endian::little>
T load(std::span<const std::byte> bytes) {
  std::byte raw[sizeof(T)];
  std::copy_n(bytes.begin(), sizeof(T), raw);
  if constexpr (Order != std::endian::native) std::reverse(raw, raw + sizeof(T));
  T value;
  std::memcpy(&value, raw, sizeof(T));
  return value;
}

/// Appends `value` to `bytes`, lowest byte first.
template <class T>
void store_little(std::vector<std::byte>& bytes, T value) {
  std::byte raw[sizeof(T)];
  std::memcpy(raw, &value, sizeof(T));
  if constexpr (std::endian::native != std::endian::little) std::reverse(raw, raw + sizeof(T));
  bytes.resize(bytes.size() + sizeof(T));
  std::memcpy(bytes.data() + bytes.size() - sizeof(T), raw, sizeof(T));
}

/// Appends `values` to `bytes`, each lowest byte first.
template <class T>
void store_little(std::vector<std::byte>& bytes, std::span<const T> values) {
  if constexpr (std::endian::native == std::endian::little) {
    const auto raw = std::as_bytes(values);
    bytes.insert(bytes.end(), raw.begin(), raw.end());
  } else {
    for (const T value : values) store_little(bytes, value);
  }
}

}  // namespace STRATA_NAMESPACE::io

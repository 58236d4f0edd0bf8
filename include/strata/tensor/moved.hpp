#pragma once
// Elements on the other side of the border between ordinary memory and a backend's. Where the two are one, nothing is
// copied.

#include <strata/tensor/buffer.hpp>

#include <span>

namespace STRATA_NAMESPACE {

/// Elements of some memory, for the program to look at: where they lie if it may, else a copy. Good until the next.
template <class T, class Memory>
class Downloaded {
 public:
  std::span<const T> of(std::span<const T> there) {
    if constexpr (Memory::on_host) {
      return there;
    } else {
      if (copy_.size() < there.size()) copy_ = Buffer<T>(there.size());
      Memory::download(copy_.data(), there.data(), there.size_bytes());
      return copy_.span().first(there.size());
    }
  }

 private:
  Buffer<T> copy_;
};

/// Elements of ordinary memory, for a backend to read: where they lie if it can, else a copy in its memory. Good until
/// the next.
template <class T, class Memory>
class Uploaded {
 public:
  std::span<const T> of(std::span<const T> here) {
    if constexpr (Memory::on_host) {
      return here;
    } else {
      if (copy_.size() < here.size()) copy_ = Buffer<T, Memory>(here.size());
      Memory::upload(copy_.data(), here.data(), here.size_bytes());
      Memory::finish();  // then `here` may change
      return std::span<const T>(copy_.data(), here.size());
    }
  }

 private:
  Buffer<T, Memory> copy_;
};

}  // namespace STRATA_NAMESPACE

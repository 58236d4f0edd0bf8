#pragma once
// A buffer: flat, aligned, owning memory for all tensors of one kind.

#include <strata/tensor/memory.hpp>

#include <cstddef>
#include <limits>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

namespace STRATA_NAMESPACE {

/// Elements in some memory, zero at first. Moving it leaves every view of it valid; copying copies the elements. What
/// is made or copied is there for other threads too.
template <class T, class Memory = HostMemory>
class Buffer {
 public:
  static_assert(std::is_trivially_copyable_v<T>, "strata::Buffer: elements are copied as bytes");

  Buffer() = default;
  explicit Buffer(std::size_t size) : Buffer(allocated(size), size) {
    Memory::zero(data_, bytes());
    Memory::finish();
  }
  Buffer(const Buffer& other) : Buffer(other.size_) {
    Memory::copy(data_, other.data_, bytes());
    Memory::finish();
  }
  Buffer(Buffer&& other) noexcept : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
  Buffer& operator=(Buffer other) noexcept {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~Buffer() {
    if (data_ != nullptr) Memory::deallocate(data_);
  }

  T* data() { return data_; }
  const T* data() const { return data_; }
  std::size_t size() const { return size_; }
  std::span<T> span() { return {data_, size_}; }
  std::span<const T> span() const { return {data_, size_}; }

  /// All elements 0.
  void zero() { Memory::zero(data_, bytes()); }
  /// The first elements from another buffer of this memory, which is not longer.
  void copy(const Buffer& from) { Memory::copy(data_, from.data_, from.bytes()); }
  /// The first elements from ordinary memory, and to it; no more than there are. Both are done on return.
  void upload(std::span<const T> from) {
    Memory::upload(data_, from.data(), from.size_bytes());
    Memory::finish();
  }
  void download(std::span<T> to) const { Memory::download(to.data(), data_, to.size_bytes()); }

 private:
  /// Owns memory already: whatever is thrown behind this gives it back.
  Buffer(T* data, std::size_t size) : data_(data), size_(size) {}
  static T* allocated(std::size_t size) {
    return size == 0 ? nullptr : static_cast<T*>(Memory::allocate(checked_bytes(size)));
  }

  std::size_t bytes() const { return size_ * sizeof(T); }
  static std::size_t checked_bytes(std::size_t size) {
    if (size > std::numeric_limits<std::size_t>::max() / sizeof(T)) throw std::bad_array_new_length();
    return size * sizeof(T);
  }

  T* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace STRATA_NAMESPACE

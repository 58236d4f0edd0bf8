#pragma once
// One array of a data set, a row a sample, gathered a batch at a time for a backend.

#include <strata/ops/gather.hpp>
#include <strata/tensor/moved.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace STRATA_NAMESPACE {

/// An order of samples and a place in it, as the program and as kernels see them.
struct OrderedSamples {
  const std::size_t *here, *there;
  std::uint64_t first;               ///< the place is first + offset
  const std::uint64_t* first_there;  ///< where kernels read `first`
  std::size_t offset;
};

/// Samples of one array: all in the backend's memory, or gathered here and copied.
template <class E, class Backend>
class SampleArray {
  using Memory = memory_of<Backend>;

 public:
  /// Stands for rows of `width` elements, which must stay where they are; copied to the backend's memory if `resident`.
  void assign(std::span<const E> rows, std::size_t width, bool resident) {
    rows_ = rows;
    width_ = width;
    there_ = resident ? all_.of(rows).data() : nullptr;
  }

  /// The first `width` elements of `count` rows from a place of an order, in the backend's memory. Good until the next.
  const E* gather(typename Backend::Stream stream, const OrderedSamples& samples, std::size_t count,
                  std::size_t width) {
    const std::size_t size = count * width;
    if (there_ != nullptr) {
      if (batch_.size() < size) batch_ = Buffer<E, Memory>(size);
      ops::gather(stream, ops::GatherArguments<E>{count, width, width_, samples.there, samples.first_there,
                                                  samples.offset, batch_.data(), there_});
      return batch_.data();
    }
    if (staged_.size() < size) staged_ = Buffer<E>(size);
    const std::size_t* order = samples.here + samples.first + samples.offset;
    for (std::size_t i = 0; i < count; ++i)
      std::copy_n(rows_.data() + order[i] * width_, width, staged_.data() + i * width);
    return copied_.of(std::span<const E>(staged_.data(), size)).data();
  }

 private:
  std::span<const E> rows_;
  std::size_t width_ = 0;
  const E* there_ = nullptr;  ///< all rows in the backend's memory
  Uploaded<E, Memory> all_, copied_;
  Buffer<E, Memory> batch_;
  Buffer<E> staged_;
};

}  // namespace STRATA_NAMESPACE

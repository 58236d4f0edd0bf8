#pragma once
// clip_norm on Thrust in two launches: blocks sum the squares of a chunk each; then every block puts their sums
// together, in the same order, and scales its chunk.

#include <strata/backend/common/clip_norm.hpp>
#include <strata/backend/thrust/for_each_block.hpp>
#include <strata/backend/thrust/halves.hpp>
#include <strata/core/parts.hpp>
#include <strata/ops/clip_norm.hpp>
#include <strata/ops/map.hpp>

namespace STRATA_NAMESPACE {
namespace detail {

/// Some parts of a buffer as if they were one, cut into chunks.
template <class T>
struct ChunkedParts {
  static constexpr unsigned threads = 512;      ///< of a block
  static constexpr unsigned most_chunks = 512;  ///< as many sums as a block has threads
  static constexpr std::size_t most_parts = 8;

  Pack<Flat<T*>, most_parts> parts;
  std::size_t size = 0;
  unsigned chunks = 1;

  /// For all parts together. A thread has four elements or more, so that a few are not spread over many blocks.
  static constexpr unsigned chunks_for(std::size_t total) {
    const std::size_t chunks = (total + 4 * threads - 1) / (4 * threads);
    return static_cast<unsigned>(chunks < most_chunks ? chunks : most_chunks);
  }

  /// body(element) for those of a chunk that are a thread's: neighbouring threads have neighbouring elements.
  template <class Body>
  constexpr void for_each(std::size_t chunk, unsigned thread, Body body) const {
    const std::size_t granules = (size + threads - 1) / threads,
                      end = part_begin(granules, chunks, chunk + 1) * threads,
                      first = part_begin(granules, chunks, chunk) * threads, last = end < size ? end : size;
    std::size_t begin = 0;  // of the part
    for (std::size_t k = 0; k != most_parts; ++k) {
      const std::size_t behind = begin + parts[k].size, to = last < behind ? last : behind;
      for (std::size_t i = (first < begin ? begin : first) + thread; i < to; i += threads)
        body(parts[k].data[i - begin]);
      begin = behind;
    }
  }
};

/// The sum of the squares of each chunk.
template <class T>
struct SumSquares {
  static constexpr unsigned threads = ChunkedParts<T>::threads;
  struct Registers {};

  ChunkedParts<T> in;
  bool accumulate;  ///< there were parts before
  T* partial;       // [in.chunks]

  static constexpr unsigned phases() { return 10; }  // a sum a thread, then pairs of 512, …, of 2
  static constexpr std::size_t shared_bytes() { return threads * sizeof(T); }

  constexpr void operator()(unsigned phase, std::size_t block, unsigned thread, void* shared, Registers&) const {
    T* const sums = static_cast<T*>(shared);
    if (phase == 0) {
      T sum = 0;
      in.for_each(block, thread, [&](const T& g) { sum += Square{}(g); });
      sums[thread] = sum;
    } else {
      halve(sums + thread, thread, threads >> phase, 1, ops::Sum{});
      if (phase == phases() - 1 && thread == 0) partial[block] = accumulate ? partial[block] + sums[0] : sums[0];
    }
  }
};

/// The length, and every chunk scaled.
template <class T>
struct ScaleToLength {
  static constexpr unsigned threads = ChunkedParts<T>::threads;
  struct Registers {};

  ChunkedParts<T> in;
  double limit;
  const T* partial;       // [in.chunks]
  Counters<T>* counters;  ///< nullptr: somebody else writes them

  static constexpr unsigned phases() { return 11; }
  static constexpr std::size_t shared_bytes() { return threads * sizeof(T); }

  constexpr void operator()(unsigned phase, std::size_t block, unsigned thread, void* shared, Registers&) const {
    T* const sums = static_cast<T*>(shared);
    if (phase == 0) {
      sums[thread] = thread < in.chunks ? partial[thread] : T(0);
    } else if (phase < phases() - 1) {
      halve(sums + thread, thread, threads >> phase, 1, ops::Sum{});
    } else {
      const T factor = scale_to_length(limit, sums[0]);
      if (counters != nullptr && block == 0 && thread == 0) {
        counters->squares = sums[0];
        counters->gradient_scale = factor;
      }
      if (factor != T(1)) in.for_each(block, thread, [&](T& g) { g *= factor; });
    }
  }
};

}  // namespace detail

template <System Where, class T, class Products>
struct Kernel<ops::ClipNorm, Thrust<Where, T, Products>> {
  using Parts = detail::ChunkedParts<T>;

  static void run(typename Thrust<Where, T, Products>::Stream stream, double limit, std::span<const Flat<T*>> parts,
                  Counters<T>* counters) {
    T here[Parts::most_chunks];
    T* partial = here;
#if defined(__CUDACC__)
    if constexpr (Where == System::cuda) partial = static_cast<T*>(device::scratch());
#endif
    bool first = true;
    for_each_group(parts, [&](const Parts& some) {
      for_each_block(stream, some.chunks, some.size, detail::SumSquares<T>{some, !first, partial});
      first = false;
    });
    for_each_group(parts, [&](const Parts& some) {
      for_each_block(stream, some.chunks, some.size, detail::ScaleToLength<T>{some, limit, partial, counters});
      counters = nullptr;
    });
  }

 private:
  /// As many parts at a time as a launch takes; mostly that is all.
  template <class Visit>
  static void for_each_group(std::span<const Flat<T*>> parts, Visit visit) {
    std::size_t total = 0, count = 0;
    for (const auto& part : parts) total += part.size;
    Parts some{.parts = {}, .size = 0, .chunks = Parts::chunks_for(total)};
    const auto flush = [&] {
      if (count > 0) visit(some);
      some.parts = {};
      some.size = count = 0;
    };
    ops::for_each_joined(parts, [&](Flat<T*> part) {
      some.parts[count++] = part;
      some.size += part.size;
      if (count == Parts::most_parts) flush();
    });
    flush();
  }
};

}  // namespace STRATA_NAMESPACE

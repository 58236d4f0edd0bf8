#pragma once
// oneDNN: one engine, one stream, and OpenMP told how many threads it may use.

#include "bench.hpp"

#include <omp.h>
#include <dnnl.hpp>

#include <unordered_map>

namespace onednn {

using Arguments = std::unordered_map<int, dnnl::memory>;

inline dnnl::engine& engine() {
  static dnnl::engine one(dnnl::engine::kind::cpu, 0);
  return one;
}
inline dnnl::stream& stream() {
  static dnnl::stream one(engine());
  return one;
}

/// While this lives OpenMP's default is that many threads; primitives are made and run under it.
class Threads {
 public:
  explicit Threads(int threads) : before_(omp_get_max_threads()) { omp_set_num_threads(threads); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;
  ~Threads() { omp_set_num_threads(before_); }

 private:
  int before_;
};

/// Milliseconds of so many calls on so many threads.
template <class Call>
std::function<double(std::size_t)> clocked(int threads, Call call) {
  return [threads, timed = ::clocked(std::move(call))](std::size_t calls) {
    const Threads with(threads);
    return timed(calls);
  };
}

}  // namespace onednn

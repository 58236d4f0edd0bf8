#pragma once
// Training steps that were handed to a backend and have not come back: their counters on the way there, and with what
// they summed up on the way back. Where the memory is ordinary memory a step is back at once.

#include <strata/core/counters.hpp>
#include <strata/tensor/buffer.hpp>
#include <strata/train/batch_part.hpp>

#include <array>
#include <cstddef>

namespace STRATA_NAMESPACE {

/// A queue of steps. T is the element type of the network, Memory that of its backend, Most how many may be on their
/// way.
template <class T, class Memory, std::size_t Most>
class InFlight {
 public:
  /// Which samples a step is made of, and what they weigh together.
  struct Step {
    BatchPart part;
    double weights;
  };
  /// A step with its counters as it left them.
  struct Landed : Step {
    Counters<T> counters;
  };

  bool empty() const { return count_ == 0; }
  bool full() const { return count_ == Most; }
  /// Whether the oldest step is back; there is one.
  bool landed() const { return fences_[oldest_].passed(); }

  /// Copies the counters of the next step to where kernels read them; the queue is not full.
  void send(const Counters<T>& counters, Buffer<Counters<T>, Memory>& block) {
    sent_.data()[next()] = counters;
    Memory::upload(block.data(), sent_.data() + next(), sizeof(Counters<T>));
  }
  /// The step is under way: what it leaves in the counters is to come back.
  void follow(const Step& step, const Buffer<Counters<T>, Memory>& block) {
    Memory::fetch(back_.data() + next(), block.data(), sizeof(Counters<T>));
    fences_[next()].set();
    steps_[next()] = step;
    ++count_;
  }
  /// Takes the oldest step out of the queue, waiting for it.
  Landed land() {
    const std::size_t at = oldest_;
    fences_[at].wait();
    oldest_ = (oldest_ + 1) % Most;
    --count_;
    return {steps_[at], back_.data()[at]};
  }
  /// Whatever is on its way is of no interest any more.
  void forget() { count_ = 0; }

 private:
  using Block = Buffer<Counters<T>, typename Memory::staging>;

  std::size_t next() const { return (oldest_ + count_) % Most; }

  std::size_t oldest_ = 0, count_ = 0;
  Block sent_{Most}, back_{Most};
  std::array<Step, Most> steps_{};
  std::array<typename Memory::Fence, Most> fences_{};
};

}  // namespace STRATA_NAMESPACE

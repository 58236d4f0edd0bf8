// After the first batch of an extent nothing allocates: every way to get memory is counted, in all threads.
//
// The functions below take the place of the C library's, so operator new in all its forms, which calls them, and the
// libraries are counted as well. Sanitizers put their own functions there; then there is nothing to count.

#include "network/support.hpp"

#include <doctest/doctest.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define SANITIZED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED
#endif

#if defined(__GLIBC__) && !defined(SANITIZED)
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <thread>

namespace {
std::atomic<bool> counting{false};
std::atomic<int> allocations{0};

void count() {
  if (counting.load(std::memory_order_relaxed)) allocations.fetch_add(1, std::memory_order_relaxed);
}

/// How often `body` and all other threads get memory meanwhile.
template <class Body>
int allocations_of(Body body) {
  allocations = 0;
  counting = true;
  body();
  counting = false;
  return allocations;
}
}  // namespace

extern "C" {
void* __libc_malloc(std::size_t);
void* __libc_calloc(std::size_t, std::size_t);
void* __libc_realloc(void*, std::size_t);
void* __libc_memalign(std::size_t, std::size_t);

void* malloc(std::size_t size) noexcept {
  count();
  return __libc_malloc(size);
}
void* calloc(std::size_t items, std::size_t size) noexcept {
  count();
  return __libc_calloc(items, size);
}
void* realloc(void* old, std::size_t size) noexcept {
  count();
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  count();
  return __libc_memalign(alignment, size);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  count();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** out, std::size_t alignment, std::size_t size) noexcept {
  count();
  void* memory = __libc_memalign(alignment, size);
  if (memory == nullptr) return ENOMEM;
  *out = memory;
  return 0;
}
void* mmap(void* at, std::size_t size, int protection, int flags, int file, off_t offset) noexcept {
  count();
  return reinterpret_cast<void*>(syscall(SYS_mmap, at, size, protection, flags, file, offset));
}
}

using namespace network_tests;

namespace {
/// The compiler may not leave out an allocation whose result it cannot follow.
void* keep(const void* memory) {
  static const void* volatile kept;
  kept = memory;
  return const_cast<void*>(kept);
}

struct Wide : Sequential<LSTM<64>, LastStep, BatchNorm, Residual<Linear<64>, ReLU>, Dropout<0.5>, Linear<10>> {};
using Net = Network<Wide, Sequence<28>, Engine<float>>;
}  // namespace

TEST_CASE("a planted allocation is seen, whichever way it is made and in whichever thread") {
  CHECK(allocations_of([] {}) == 0);
  CHECK(allocations_of([] { operator delete(keep(operator new(8))); }) == 1);
  CHECK(allocations_of([] { operator delete[](keep(operator new[](8))); }) == 1);
  CHECK(allocations_of([] { operator delete(keep(operator new(8, std::nothrow))); }) == 1);
  CHECK(allocations_of([] { operator delete(keep(operator new(64, std::align_val_t{64})), std::align_val_t{64}); }) ==
        1);
  CHECK(allocations_of([] { std::free(keep(std::malloc(8))); }) == 1);
  CHECK(allocations_of([] { std::free(keep(std::calloc(2, 8))); }) == 1);
  CHECK(allocations_of([] { std::free(keep(std::realloc(nullptr, 8))); }) == 1);
  CHECK(allocations_of([] { std::free(keep(std::aligned_alloc(64, 64))); }) == 1);
  CHECK(allocations_of([] {
          void* memory = nullptr;
          if (posix_memalign(&memory, 64, 64) == 0) std::free(keep(memory));
        }) == 1);
  CHECK(allocations_of([] { munmap(mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096); }) == 1);
  std::atomic<bool> go{false}, done{false};
  std::thread other([&] {
    while (!go) std::this_thread::yield();
    std::free(keep(std::malloc(8)));
    done = true;
  });
  CHECK(allocations_of([&] {
          go = true;
          while (!done) std::this_thread::yield();
        }) == 1);
  other.join();
  CHECK(allocations_of([] {
          const Buffer<float> buffer(8);
          keep(buffer.data());
        }) == 1);
}

TEST_CASE("a training step allocates nothing after the first of its extents") {
  const auto x = numbers<float, 3>({32, 28, 28}), fewer = numbers<float, 3>({20, 28, 28});
  const auto y = labels(32, 10), fewer_y = labels(20, 10);
  const std::vector<double> weights(32, 0.5);
  for (const int threads : {1, 2, 3}) {
    CAPTURE(threads);
    Net net{Seed{1}};
    Trainer trainer{net, CrossEntropy{}, Adam{}, L2<1e-4>{}, ClipNorm<1.0>{}};
    trainer.set_threads({threads});
    trainer.step(x, y, weights);
    double loss = 0;
    CHECK(allocations_of([&] {
            for (int i = 0; i < 3; ++i) loss += trainer.step(x, y);
            loss += trainer.step(x, y, weights);
            loss += trainer.step(fewer, fewer_y);
          }) == 0);
    CHECK(std::isfinite(loss));
  }
}

TEST_CASE("a monitored step allocates nothing after the first") {
  const auto x = numbers<float, 3>({16, 28, 28});
  const auto y = labels(16, 10);
  Net net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, Adam{}};
  GradientMonitor monitor{trainer};
  trainer.step(x, y);
  CHECK(allocations_of([&] { trainer.step(x, y); }) == 0);
  CHECK(monitor.steps() == 2);
}

TEST_CASE("a step of recurrent layers under all their options allocates nothing after the first, nor does streaming") {
  struct Regularized
      : Sequential<LSTM<32, Zoneout<0.1, 0.05>, DropConnect<0.3>, VariationalDropout<0.25>, RecurrentDropout<0.2>,
                        OutputDropout<0.5>, Peephole, ForgetBias<1.0>>,
                   LSTM<24, Zoneout<0.1, 0.05>, LayerNormGates, OutputDropout<0.5>>,
                   GRU<24, ResetBefore, Zoneout<0.0, 0.1>, OutputDropout<0.2>>, GRU<24, DropConnect<0.2>>,
                   SimpleRNN<16, VariationalDropout<0.2>>, LastStep, Linear<10, DropConnect<0.5>>> {};
  const auto x = numbers<float, 3>({16, 12, 28});
  const auto y = labels(16, 10);
  for (const int threads : {1, 2}) {
    CAPTURE(threads);
    Network<Regularized, Sequence<28>, Engine<float>> net{Seed{1}};
    Trainer trainer{net, CrossEntropy{}, Adam{}, ClipNorm<1.0>{}};
    trainer.set_threads({threads});
    double loss = trainer.step(x, y);
    CHECK(allocations_of([&] {
            for (int i = 0; i < 3; ++i) loss += trainer.step(x, y);
          }) == 0);
    CHECK(std::isfinite(loss));
    Session stream(net, Threads{threads}, {1, 1});
    std::array<float, 10> scores;
    CHECK(allocations_of([&] {
            for (std::size_t t = 0; t < 12; ++t) net.step(stream, std::span<const float, 28>(&x(0, t, 0), 28), scores);
          }) == 0);
  }
}

TEST_CASE("the batches of a fit allocate nothing after the first") {
  const Dataset<float, 3> data{numbers<float, 3>({160, 28, 28}), labels(160, 10)};
  Net net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, SGD{.learning_rate = 0.1, .momentum = 0.9}, ClipValue<0.5>{}};
  trainer.set_threads({2});
  int between = -1;
  trainer.fit(data, {.batch_size = 32, .on_batch = [&](const Progress& p) {
                       if (p.batch == 1) {
                         allocations = 0;
                         counting = true;
                       } else if (p.batch == 5) {
                         counting = false;
                         between = allocations;
                       }
                       return true;
                     }});
  CHECK(between == 0);
}

TEST_CASE("a step of a student with a teacher allocates nothing after the first") {
  const auto x = numbers<float, 3>({16, 28, 28});
  const auto y = labels(16, 10);
  const Net teacher{Seed{2}};
  Net student{Seed{1}};
  Trainer trainer{student, Distill<20.0>::from(teacher), Adam{}};
  trainer.step(x, y);
  CHECK(allocations_of([&] { trainer.step(x, y); }) == 0);
}

TEST_CASE("steps on ids allocate nothing after the first, whichever rows they touch") {
  Network<Sequential<Embedding<8>, LSTM<8>, LastStep, Linear<2>>, Tokens<1000>, Engine<float>> net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, Adam{}, L2<1e-4>{}, ClipNorm<1.0>{}};
  xt::xtensor<std::int32_t, 2> x({16, 10}, 3);
  const auto y = labels(16, 2);
  trainer.step(x, y);  // touches one row
  Session session(net, Threads{1}, {16, 10});
  xt::xtensor<float, 2> scores({16, 2});
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = static_cast<std::int32_t>(i * 2);
  CHECK(allocations_of([&] {
          trainer.step(x, y);
          net.predict_into(session, x, scores);
        }) == 0);
}

TEST_CASE("a prediction into given memory and a streaming step allocate nothing") {
  const auto x = numbers<float, 3>({32, 28, 28});
  Net net{Seed{1}};
  std::vector<float> y(32 * 10);
  for (const int threads : {1, 2, 3}) {
    CAPTURE(threads);
    Session session(net, Threads{threads}, {32, 28});
    net.predict_into(session, {32, 28}, x.data(), y.data());
    CHECK(allocations_of([&] {
            net.predict_into(session, {32, 28}, x.data(), y.data());
            net.predict_into(session, {5, 7}, x.data(), y.data());
          }) == 0);
    Session stream(net, Threads{threads}, {1, 1});
    CHECK(allocations_of([&] {
            for (std::size_t t = 0; t < 28; ++t) {
              if (t == 14) net.weights()[0] += 1;  // what was made of the weights is made anew
              net.step(stream, std::span<const float, 28>(&x(0, t, 0), 28), std::span<float, 10>(y.data(), 10));
            }
          }) == 0);
  }
}

TEST_CASE("predict allocates its result and nothing else, once it has predicted such extents") {
  const auto x = numbers<float, 3>({8, 28, 28});
  const Net net{Seed{1}};
  net.predict(x);
  CHECK(allocations_of([&] { keep(net.predict(x).data()); }) == 1);
}

#endif

// How cuBLASLt is used, without a GPU: every form of product through the stub of the library, on ordinary memory.

#include <cuda/stub/cublaslt.hpp>
#include <cuda/stub/cudart.hpp>

#include <strata/backend/thrust/cublas.hpp>
#include <strata/testing/all_close.hpp>

#include <thrown.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <thread>
#include <vector>

using namespace strata;

namespace {

template <class T, class Products>
struct Numbers {
  using element = T;
  using products = Products;
  /// Maps run on the host, products in the stub.
  using backend = Thrust<System::cpp, T, Products>;
  static T rounded(T x) {
    if constexpr (Rounding<Products>) return Products::rounded(x);
    else return x;
  }
};
#define STRATA_TESTED_NUMBERS \
  Numbers<float, FullPrecision>, Numbers<float, TensorFloat32>, Numbers<float, BFloat16>, Numbers<double, FullPrecision>

template <class T>
std::vector<T> numbers(std::size_t count, unsigned seed) {
  std::vector<T> values(count);
  for (T& v : values) {
    seed = seed * 1664525U + 1013904223U;
    v = static_cast<T>(static_cast<int>(seed >> 8U)) / (1 << 23) - 1;
  }
  return values;
}

/// A product with gaps between rows; `off` moves its operands so many elements from an aligned address.
template <class N>
struct Problem {
  using T = typename N::element;
  std::size_t m, n, k;
  bool ta, tb, accumulate, biased, relu;
  std::size_t off = 0;
  std::size_t lda = (ta ? m : k) + 3, ldb = (tb ? k : n) + 2, ldc = n + 1;
  std::vector<T> a = numbers<T>((ta ? k : m) * lda + 4, 1), b = numbers<T>((tb ? n : k) * ldb + 4, 2),
                 bias = numbers<T>(n + 4, 3), before = numbers<T>(m * ldc + 4, 4);

  ops::MatmulArguments<T> arguments(std::vector<T>& c) const {
    return {m,
            n,
            k,
            a.data() + off,
            lda,
            ta,
            b.data() + off,
            ldb,
            tb,
            c.data() + off,
            ldc,
            accumulate,
            biased ? bias.data() + off : nullptr,
            relu ? ops::Activation::relu : ops::Activation::none};
  }
  std::vector<T> product() const {
    std::vector<T> c = before;
    device::matmul<typename N::backend>({}, arguments(c));
    return c;
  }
  std::vector<double> expected() const {
    std::vector<double> c(before.begin(), before.end());
    for (std::size_t i = 0; i < m; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        double& at = c[off + i * ldc + j];
        double sum = (accumulate ? at : 0) + (biased ? static_cast<double>(bias[off + j]) : 0);
        for (std::size_t p = 0; p < k; ++p)
          sum += static_cast<double>(N::rounded(a[off + (ta ? p * lda + i : i * lda + p)])) *
                 static_cast<double>(N::rounded(b[off + (tb ? j * ldb + p : p * ldb + j)]));
        at = relu ? std::max(sum, 0.0) : sum;
      }
    }
    return c;
  }
};

/// All forms; visit(problem, what the library should be asked to end with).
template <class N, class Visit>
void each_form(Visit visit) {
  for (int form = 0; form < 64; ++form) {
    const bool biased = form & 8, relu = form & 16;
    CAPTURE(form);
    visit(Problem<N>{7, 10, 13, (form & 1) != 0, (form & 2) != 0, (form & 4) != 0, biased, relu,
                     (form & 32) != 0 ? std::size_t{1} : std::size_t{0}},
          relu ? (biased ? CUBLASLT_EPILOGUE_RELU_BIAS : CUBLASLT_EPILOGUE_RELU)
               : (biased ? CUBLASLT_EPILOGUE_BIAS : CUBLASLT_EPILOGUE_DEFAULT));
  }
}
template <class N>
double tolerance() {
  return sizeof(typename N::element) == 4 ? 1e-6 : 1e-14;
}

/// Runs with plans of its own, which end with it.
template <class F>
void in_new_thread(F f) {
  std::thread(f).join();
}
}  // namespace

TEST_CASE_TEMPLATE("products of every form are those of a plain loop, with the epilogue in the library", N,
                   STRATA_TESTED_NUMBERS) {
  in_new_thread([] {
    each_form<N>([](const Problem<N>& problem, cublasLtEpilogue_t epilogue) {
      const std::size_t before = stub::cublaslt().products.size();
      CHECK(all_close(problem.product(), problem.expected(), tolerance<N>()));
      REQUIRE(stub::cublaslt().products.size() == before + 1);
      CHECK(stub::cublaslt().products.back().epilogue == epilogue);
    });
  });
}

TEST_CASE_TEMPLATE("what the library has no epilogue for is done around it, as was found out once", N,
                   STRATA_TESTED_NUMBERS) {
  in_new_thread([] {
    stub::cublaslt().epilogues = false;
    each_form<N>([](const Problem<N>& problem, cublasLtEpilogue_t epilogue) {
      const int chosen = stub::cublaslt().chosen;
      CHECK(all_close(problem.product(), problem.expected(), tolerance<N>()));
      CHECK(all_close(problem.product(), problem.expected(), tolerance<N>()));
      const int asked = problem.accumulate ? 0 : epilogue == CUBLASLT_EPILOGUE_DEFAULT ? 1 : 2;  // one plan for both
      CHECK(stub::cublaslt().chosen == chosen + asked);
      CHECK(stub::cublaslt().products.back().epilogue == CUBLASLT_EPILOGUE_DEFAULT);
    });
    stub::cublaslt().epilogues = true;
  });
}

TEST_CASE("the policies are what the library is told of the numbers") {
  const auto told = [](auto numbers) {
    using N = decltype(numbers);
    Problem<N>{3, 5, 9, false, true, true, true, false}.product();
    return stub::cublaslt().products.back();
  };
  in_new_thread([&] {
    const stub::Product full = told(Numbers<float, FullPrecision>{}), tensor = told(Numbers<float, TensorFloat32>{}),
                        brief = told(Numbers<float, BFloat16>{}), twice = told(Numbers<double, FullPrecision>{});
    CHECK((full.compute == CUBLAS_COMPUTE_32F && full.factor == CUDA_R_32F && full.sum == CUDA_R_32F));
    CHECK((tensor.compute == CUBLAS_COMPUTE_32F_FAST_TF32 && tensor.factor == CUDA_R_32F && tensor.sum == CUDA_R_32F));
    CHECK((brief.compute == CUBLAS_COMPUTE_32F && brief.factor == CUDA_R_16BF && brief.sum == CUDA_R_32F));
    CHECK((twice.compute == CUBLAS_COMPUTE_64F && twice.factor == CUDA_R_64F && twice.sum == CUDA_R_64F));
    // C [3, 5] = A [3, 9] Bᵀ, B [5, 9]: to cuBLASLt Cᵀ [5, 3] = (Bᵀ)ᵀ Aᵀ
    CHECK((full.rows == 5 && full.columns == 3 && full.depth == 9 && full.transpose_first && !full.transpose_second));
    CHECK((full.ld_first == 11 && full.ld_second == 12 && full.ld_product == 6 && full.beta == 1));
    CHECK((brief.ld_first == 16 && brief.ld_second == 16 && brief.ld_product == 6));  // rows begin on 16 bytes
    CHECK(full.workspace == std::size_t{32} << 20U);
  });
}

TEST_CASE_TEMPLATE("a form that was seen asks for nothing and allocates nothing", N, STRATA_TESTED_NUMBERS) {
  in_new_thread([] {
    each_form<N>([](const Problem<N>& problem, cublasLtEpilogue_t) { problem.product(); });
    const stub::CublasLt before = stub::cublaslt();
    const int allocations = stub::runtime().allocations;
    stub::runtime().capturing = true;  // which would be refused
    int biases = 0;
    each_form<N>([&](const Problem<N>& problem, cublasLtEpilogue_t) {
      CHECK(all_close(problem.product(), problem.expected(), tolerance<N>()));
      biases += problem.biased;
    });
    stub::runtime().capturing = false;
    CHECK(stub::cublaslt().chosen == before.chosen);
    CHECK(stub::cublaslt().alive == before.alive);
    CHECK(stub::cublaslt().calls == before.calls + 64 + biases);  // the products, and where their biases lie
    CHECK(stub::runtime().allocations == allocations);
  });
}

TEST_CASE_TEMPLATE("a form that is new while a step is recorded is refused with its size", N, STRATA_TESTED_NUMBERS) {
  in_new_thread([] {
    const Problem<N> known{2, 3, 4, false, false, false, false, false},
        other{2, 3, 5, false, false, false, false, false};
    device::stream();  // something has to be recorded on
    stub::runtime().capturing = true;
    const int allocations = stub::runtime().allocations, calls = stub::cublaslt().calls;
    CHECK_THROWS_AS(known.product(), DeviceError);  // the thread's first product
    CHECK(stub::runtime().allocations == allocations);
    CHECK(stub::cublaslt().calls == calls);
    stub::runtime().capturing = false;
    known.product();
    stub::runtime().capturing = true;
    CHECK(all_close(known.product(), known.expected(), tolerance<N>()));
    const std::string text = support::message<DeviceError>([&] { other.product(); });
    stub::runtime().capturing = false;
    CHECK(text ==
          "strata: a product of [2, 5] by [5, 3] is met for the first time while a step is recorded. Run the step once "
          "before.");
    CHECK(all_close(other.product(), other.expected(), tolerance<N>()));
  });
}

TEST_CASE_TEMPLATE("whichever call fails, it is named, nothing leaks and the next product is right", N,
                   STRATA_TESTED_NUMBERS) {
  const int alive = stub::cublaslt().alive, memory = stub::runtime().alive;
  const Problem<N> problem{4, 3, 5, true, false, false, true, true};
  int refused = 0;
  int call = 0;
  for (bool reached = true;; ++call) {
    in_new_thread([&] {
      stub::cublaslt().fail_at = stub::cublaslt().calls + call;
      std::string text;
      try {
        problem.product();
      } catch (const DeviceError& error) {
        text = error.what();
      }
      reached = stub::cublaslt().calls > stub::cublaslt().fail_at;
      stub::cublaslt().fail_at = -1;
      CAPTURE(call);
      CHECK((text.empty() || text.find("strata: cublasLt") == 0));
      refused += !text.empty();
      CHECK(all_close(problem.product(), problem.expected(), tolerance<N>()));
    });
    CHECK(stub::cublaslt().alive == alive);
    CHECK(stub::runtime().alive == memory);
    if (!reached) break;
  }
  CHECK(refused == call - 1);  // all but the question for an epilogue, which is asked again without
}

TEST_CASE("memory that can't be had is an error, and leaks nothing") {
  const Problem<Numbers<float, BFloat16>> problem{4, 3, 5, true, false, false, true, true};
  const int alive = stub::cublaslt().alive, memory = stub::runtime().alive;
  for (int which = 0; which < 3; ++which) {  // scratch of the stream, the workspace, the rounded factors
    in_new_thread([&] {
      stub::runtime().fail_at = stub::runtime().allocations + which;
      const std::string text = support::message<DeviceError>([&] { problem.product(); });
      stub::runtime().fail_at = -1;
      CHECK(text.find("strata: cudaMalloc of ") == 0);
      CHECK(all_close(problem.product(), problem.expected(), 1e-6));
    });
    CHECK(stub::cublaslt().alive == alive);
    CHECK(stub::runtime().alive == memory);
  }
}

TEST_CASE("memory for rounded factors grows for larger forms, and stays where it is for those seen") {
  using N = Numbers<float, BFloat16>;
  in_new_thread([] {
    const int before = stub::runtime().allocations;
    const auto right = [](std::size_t size) {
      const Problem<N> problem{size, size, size, false, true, false, false, false};
      CHECK(all_close(problem.product(), problem.expected(), 1e-6));
      return stub::runtime().allocations;
    };
    CHECK(right(20) == before + 3);  // with the workspace and the stream's scratch
    CHECK(right(10) == before + 3);
    CHECK(right(21) == before + 4);
    CHECK(right(20) == before + 4);  // in its first memory, which is still there
    CHECK(right(25) == before + 4);  // the second was twice as large as need be
  });
}

TEST_CASE_TEMPLATE("an empty product changes nothing, a product over nothing leaves bias and activation", N,
                   STRATA_TESTED_NUMBERS) {
  using T = typename N::element;
  const std::size_t before = stub::cublaslt().products.size();
  std::vector<T> c{1, -2, 3, -4};
  const std::vector<T> bias{5, -6};
  const auto run = [&](std::size_t m, std::size_t n, bool accumulate, bool biased, ops::Activation activation) {
    device::matmul<typename N::backend>({}, {m, n, 0, nullptr, 2, false, nullptr, 2, false, c.data(), 2, accumulate,
                                             biased ? bias.data() : nullptr, activation});
    return c;
  };
  CHECK(run(0, 2, false, true, ops::Activation::none) == std::vector<T>{1, -2, 3, -4});
  CHECK(run(2, 0, false, true, ops::Activation::none) == std::vector<T>{1, -2, 3, -4});
  CHECK(run(2, 2, true, false, ops::Activation::none) == std::vector<T>{1, -2, 3, -4});
  CHECK(run(2, 2, true, true, ops::Activation::none) == std::vector<T>{6, -8, 8, -10});
  CHECK(run(2, 2, true, false, ops::Activation::relu) == std::vector<T>{6, 0, 8, 0});
  CHECK(run(2, 2, false, true, ops::Activation::relu) == std::vector<T>{5, 0, 5, 0});
  CHECK(run(2, 2, false, false, ops::Activation::none) == std::vector<T>{0, 0, 0, 0});
  CHECK(stub::cublaslt().products.size() == before);
}

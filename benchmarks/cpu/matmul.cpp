// Matrix products M x K x N with and without transposed factors, beside OpenBLAS and oneDNN.

#include "../gpu/close.hpp"
#include "bench.hpp"
#include "numbers.hpp"

#include <strata/strata.hpp>

#if defined(WITH_OPENBLAS)
#include <cblas.h>
#endif
#if defined(WITH_ONEDNN)
#include "onednn.hpp"
#endif

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

namespace {

using strata::ops::MatmulArguments;

/// c [m, n] = op(a) op(b), each factor as it lies in memory.
struct Product {
  std::size_t m, k, n;
  bool transpose_a, transpose_b;
  std::vector<float> a = normal_numbers(m * k, 1), b = normal_numbers(k * n, 2), c = std::vector<float>(m * n);

  std::size_t lda() const { return transpose_a ? m : k; }
  std::size_t ldb() const { return transpose_b ? k : n; }
  double flops() const { return 2.0 * static_cast<double>(m * n * k); }
  double bytes() const { return 4.0 * static_cast<double>(m * n + n * k + k * m); }

  /// By a triple loop in double.
  std::vector<float> expected() const {
    std::vector<float> product(m * n);
    std::vector<double> row(n);
    for (std::size_t i = 0; i < m; ++i) {
      std::fill(row.begin(), row.end(), 0.0);
      for (std::size_t p = 0; p < k; ++p) {
        const double factor = transpose_a ? a[p * m + i] : a[i * k + p];
        const float* from = transpose_b ? b.data() + p : b.data() + p * n;
        const std::size_t stride = transpose_b ? k : 1;
        for (std::size_t j = 0; j < n; ++j) row[j] += factor * static_cast<double>(from[j * stride]);
      }
      for (std::size_t j = 0; j < n; ++j) product[i * n + j] = static_cast<float>(row[j]);
    }
    return product;
  }
};
using Shared = std::shared_ptr<Product>;

/// Strata's products, in which factors are rounded as Products says.
template <class Products = strata::FullPrecision>
Side ours(const Shared& p, int threads, std::string peer = {}) {
  const MatmulArguments<float> arguments{p->m,           p->n,        p->k,     p->a.data(),    p->lda(),
                                         p->transpose_a, p->b.data(), p->ldb(), p->transpose_b, p->c.data(),
                                         p->n,           false,       nullptr};
  const std::string variant = peer.empty() ? "" : "float32";
  return {std::move(peer), variant, threads, clocked([p, arguments, threads] {
            strata::Kernel<strata::ops::Matmul, strata::Cpu<float, Products>>::run({threads}, arguments);
          })};
}

#if defined(WITH_OPENBLAS)
void add_openblas(std::vector<Side>& sides, const Shared& p, int threads) {
  const auto run = [threads](auto call) {
    return [threads, timed = clocked(call)](std::size_t calls) {
      openblas_set_num_threads(threads);
      return timed(calls);
    };
  };
  const auto m = static_cast<blasint>(p->m), n = static_cast<blasint>(p->n), k = static_cast<blasint>(p->k);
  const auto lda = static_cast<blasint>(p->lda()), ldb = static_cast<blasint>(p->ldb());
  sides.push_back({"OpenBLAS", "sgemm", threads, run([=] {
                     cblas_sgemm(CblasRowMajor, p->transpose_a ? CblasTrans : CblasNoTrans,
                                 p->transpose_b ? CblasTrans : CblasNoTrans, m, n, k, 1, p->a.data(), lda, p->b.data(),
                                 ldb, 0, p->c.data(), n);
                   })});
  if (p->m != 1) return;
  sides.push_back({"OpenBLAS", "sgemv", threads, run([=] {
                     cblas_sgemv(CblasRowMajor, p->transpose_b ? CblasNoTrans : CblasTrans, p->transpose_b ? n : k,
                                 p->transpose_b ? k : n, 1, p->b.data(), ldb, p->a.data(), 1, 0, p->c.data(), 1);
                   })});
}
#endif

#if defined(WITH_ONEDNN)
/// oneDNN's matmul of factors of one type, which `owner` keeps.
void add_onednn_matmul(std::vector<Side>& sides, const Shared& p, int threads, dnnl::memory::data_type type,
                       void* a_data, void* b_data, std::shared_ptr<void> owner) {
  using dnnl::memory;
  const auto dim = [](std::size_t size) { return static_cast<memory::dim>(size); };
  const memory::dim m = dim(p->m), n = dim(p->n), k = dim(p->k);
  const auto strides = [](bool transposed, memory::dim ld) {
    return transposed ? memory::dims{1, ld} : memory::dims{ld, 1};
  };
  const onednn::Threads with(threads);
  const memory::desc a({m, k}, type, strides(p->transpose_a, dim(p->lda()))),
      b({k, n}, type, strides(p->transpose_b, dim(p->ldb()))), c({m, n}, memory::data_type::f32, memory::dims{n, 1});
  auto& engine = onednn::engine();
  const dnnl::matmul primitive({{a, b, c}, engine});
  const onednn::Arguments arguments{{DNNL_ARG_SRC, memory(a, engine, a_data)},
                                    {DNNL_ARG_WEIGHTS, memory(b, engine, b_data)},
                                    {DNNL_ARG_DST, memory(c, engine, p->c.data())}};
  sides.push_back({"oneDNN", "matmul", threads, onednn::clocked(threads, [p, owner, primitive, arguments] {
                     primitive.execute(onednn::stream(), arguments);
                     onednn::stream().wait();
                   })});
}

void add_onednn(std::vector<Side>& sides, const Shared& p, int threads) {
  using dnnl::memory;
  const auto dim = [](std::size_t size) { return static_cast<memory::dim>(size); };
  const memory::dim m = dim(p->m), n = dim(p->n), k = dim(p->k), lda = dim(p->lda()), ldb = dim(p->ldb());
  sides.push_back({"oneDNN", "sgemm", threads, onednn::clocked(threads, [=] {
                     dnnl::sgemm(p->transpose_a ? 'T' : 'N', p->transpose_b ? 'T' : 'N', m, n, k, 1, p->a.data(), lda,
                                 p->b.data(), ldb, 0, p->c.data(), n);
                   })});
  add_onednn_matmul(sides, p, threads, memory::data_type::f32, p->a.data(), p->b.data(), nullptr);
}

/// Factors are rounded beforehand. Does nothing where oneDNN can't on this processor.
void add_onednn_bfloat16(std::vector<Side>& sides, const Shared& p, int threads) {
  const auto halves = [](const std::vector<float>& from) {
    std::vector<std::uint16_t> to(from.size());
    std::transform(from.begin(), from.end(), to.begin(), strata::to_bfloat16);
    return to;
  };
  const auto factors = std::make_shared<std::array<std::vector<std::uint16_t>, 2>>(
      std::array<std::vector<std::uint16_t>, 2>{halves(p->a), halves(p->b)});
  try {
    add_onednn_matmul(sides, p, threads, dnnl::memory::data_type::bf16, (*factors)[0].data(), (*factors)[1].data(),
                      factors);
  } catch (const dnnl::error& error) {
    std::printf("oneDNN has no products in bfloat16 here: %s\n", error.what());
  }
}
#endif

/// All sides compute the product.
void require_product(const std::vector<Side>& sides, const Shared& p) {
  const std::vector<float> expected = p->expected();
  for (const Side& side : sides) {
    std::fill(p->c.begin(), p->c.end(), std::nanf(""));
    side.ms(1);
    require_close(side.peer.empty() ? "the product" : side.peer + "'s " + side.variant, p->c, expected, 1e-5);
  }
}

void measure_product(Bench& bench, const std::string& name, const Shared& p) {
  std::vector<Side> sides;
  for (int threads = 1; threads <= Ceilings::most_threads; ++threads) {
    sides.push_back(ours(p, threads));
#if defined(WITH_OPENBLAS)
    add_openblas(sides, p, threads);
#endif
#if defined(WITH_ONEDNN)
    add_onednn(sides, p, threads);
#endif
  }
  require_product(sides, p);
  const std::size_t before = bench.rows.size();
  bench.compare(name, {p->flops(), p->bytes(), p->bytes()}, std::move(sides));
  for (std::size_t i = before; i < bench.rows.size(); ++i) {
    if (bench.rows[i].peer == "OpenBLAS")
      bench.ceilings.saw_flops(bench.rows[i].peer_threads, p->flops() / bench.rows[i].peer_ms);
  }
}

/// The product with factors in bfloat16, which we are given as floats and oneDNN as bfloat16, beside that of floats.
void measure_rounded(Bench& bench, const std::string& name, const Shared& p) {
  for (auto* factor : {&p->a, &p->b})
    for (float& x : *factor) x = strata::BFloat16::rounded(x);
  std::vector<Side> sides;
  for (int threads = 1; threads <= Ceilings::most_threads; ++threads) {
    sides.push_back(ours<strata::BFloat16>(p, threads));
    sides.push_back(ours(p, threads, "Strata"));
#if defined(WITH_ONEDNN)
    add_onednn_bfloat16(sides, p, threads);
#endif
  }
  require_product(sides, p);
  bench.compare(name, {p->flops(), p->bytes(), p->bytes()}, std::move(sides));
}

}  // namespace

void measure_matmul(Bench& bench) {
  constexpr std::size_t sizes[][3] = {{16, 64, 32},  {32, 256, 64},   {64, 512, 128},    {64, 2048, 512},
                                      {1, 512, 128}, {256, 256, 256}, {1024, 1024, 1024}};
  for (const auto& [m, k, n] : sizes) {
    for (const bool transpose_a : {false, true}) {
      for (const bool transpose_b : {false, true}) {
        const std::string name = "matmul." + std::to_string(m) + "x" + std::to_string(k) + "x" + std::to_string(n) +
                                 (transpose_a ? ".t" : ".n") + (transpose_b ? "t" : "n");
        bench.attempt(
            name, [&] { measure_product(bench, name, std::make_shared<Product>(m, k, n, transpose_a, transpose_b)); });
      }
    }
  }
  constexpr std::size_t rounded_sizes[][3] = {{64, 512, 128}, {512, 784, 512}, {1024, 1024, 1024}};
  for (const auto& [m, k, n] : rounded_sizes) {
    for (const std::string form : {"nn", "nt", "tn"}) {  // of inputs' gradients, of outputs, of weights' gradients
      const std::string name =
          "matmul." + std::to_string(m) + "x" + std::to_string(k) + "x" + std::to_string(n) + "." + form + ".bfloat16";
      bench.attempt(name, [&] {
        measure_rounded(bench, name, std::make_shared<Product>(m, k, n, form[0] == 't', form[1] == 't'));
      });
    }
  }
}

// Training steps, predictions, products and memory on a GPU, beside PyTorch's times of the same: see
// benchmarks/README.md. benchmarks/gpu.sh builds and runs it.

#include "bench.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>

namespace {

/// PyTorch's medians: lines "name<tab>precision<tab>mode<tab>milliseconds" of <folder>/times.tsv.
class PeerTimes {
 public:
  explicit PeerTimes(const std::filesystem::path& folder) {
    if (folder.empty()) return;
    std::ifstream file(folder / "times.tsv");
    if (!file) throw std::runtime_error((folder / "times.tsv").string() + ": cannot be read");
    for (std::string line; std::getline(file, line);) {
      std::istringstream fields(line);
      std::string name, precision, mode;
      double ms = 0;
      if (!(fields >> name >> precision >> mode >> ms) || !(ms > 0))
        throw std::runtime_error((folder / "times.tsv").string() + ": not a time: " + line);
      times_[key(name, precision, mode)] = ms;
    }
  }
  /// Milliseconds; 0 where PyTorch has none.
  double ms(const Result& result, const std::string& mode) const {
    const auto found = times_.find(key(result.name, result.precision, mode));
    return found == times_.end() ? 0 : found->second;
  }

 private:
  static std::string key(const std::string& name, const std::string& precision, const std::string& mode) {
    return name + ' ' + precision + ' ' + mode;
  }
  std::map<std::string, double> times_;
};

constexpr std::array modes{"eager", "graph", "compile"};

/// What the device reached at best in this run, a millisecond: bytes of cudaMemcpy, FLOPs of one large product and of
/// PyTorch's products in that precision. No product of ours is its own measure.
double ceiling(const Bench& bench, const PeerTimes& peers, const Result& of) {
  double best = 0;
  if (const auto found = bench.ceilings.find(of.precision); !of.bytes && found != bench.ceilings.end())
    best = found->second;
  for (const Result& r : bench.results) {
    if (of.bytes && r.name == "memcpy") best = std::max(best, r.work / r.ms);
    if (of.bytes || !r.product || r.precision != of.precision) continue;
    for (const char* mode : modes) {
      if (const double ms = peers.ms(r, mode); ms > 0) best = std::max(best, r.work / ms);
    }
  }
  return best;
}

void print(const Bench& bench, const PeerTimes& peers) {
  std::printf("%-32s %-8s %10s %9s %-7s %8s", "case", "numbers", "Strata ms", "achieved", "", "ceiling");
  for (const char* mode : modes) std::printf(" %9s", mode);
  std::printf("\n");
  for (const Result& r : bench.results) {
    const double best = ceiling(bench, peers, r), rate = r.work / r.ms;  // a millisecond
    std::printf("%-32s %-8s %10.4f %9.3f %-7s ", r.name.c_str(), r.precision.c_str(), r.ms,
                rate * (r.bytes ? 1e-6 : 1e-9), r.bytes ? "GB/s" : "TFLOP/s");
    if (best > 0) std::printf("%6.1f %%", 100 * rate / best);
    else std::printf("%8s", "-");
    for (const char* mode : modes) {
      if (const double ms = peers.ms(r, mode); ms > 0) std::printf(" %8.2fx", ms / r.ms);
      else std::printf(" %9s", "-");
    }
    std::printf("\n");
  }
  std::printf("eager, graph, compile: PyTorch's time divided by Strata's, above 1 is faster than PyTorch\n");
}

}  // namespace

int main(int argc, char** argv) {
  Bench bench;
  CLI::App app{"Times Strata on a GPU, and prints its times beside PyTorch's."};
  app.add_option("--device", bench.device, "where to run; thrust-omp only sees, with --quick, that everything works")
      ->check(CLI::IsMember({"cuda", "thrust-omp"}))
      ->capture_default_str();
  app.add_option("--peers", bench.peers, "the folder benchmarks/peers/gpu.py wrote into")
      ->check(CLI::ExistingDirectory);
  app.add_flag("--quick", bench.quick, "small sizes and few repetitions; the figures mean nothing");
  CLI11_PARSE(app, argc, argv);
#if !defined(__CUDACC__)
  if (bench.device == "cuda") {
    std::fprintf(stderr, "bench_gpu: built without nvcc, so for no GPU; --device thrust-omp --quick runs here\n");
    return 1;
  }
#endif
  if (bench.device != "cuda" && !bench.quick) {
    std::fprintf(stderr, "bench_gpu: --device thrust-omp needs --quick\n");
    return 1;
  }
  try {
    const PeerTimes peers(bench.peers);
    measure_float32(bench);
    measure_tf32(bench);
    measure_bf16(bench);
    print(bench, peers);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_gpu: %s\n", error.what());
    return 1;
  }
  if (bench.peers.empty())
    std::printf("PyTorch was not there: no ratios, and large networks were not checked against it\n");
  std::printf("%d case(s) failed\n", bench.failures);
  return bench.failures == 0 ? 0 : 1;
}

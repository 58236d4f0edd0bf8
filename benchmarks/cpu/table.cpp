// The table and its JSON.

#include "table.hpp"

#include <nlohmann/json.hpp>

#include <fstream>

#if defined(WITH_OPENBLAS)
#include <cblas.h>
#endif
#if defined(WITH_ONEDNN)
#include <dnnl.hpp>
#endif
#if defined(WITH_EIGEN)
#include <Eigen/Core>
#endif

namespace {
/// "oneDNN (2, sgemm)".
std::string spelled(const Row& row) {
  if (row.peer.empty()) return "-";
  return row.peer + " (" + std::to_string(row.peer_threads) + (row.variant.empty() ? "" : ", " + row.variant) + ")";
}
double in_giga(double per_ms) { return per_ms * 1e-6; }
}  // namespace

void print_table(const Bench& bench) {
  std::printf("%-34s %7s %11s %9s %-7s %6s %-5s  %-26s %11s %7s\n", "row", "threads", "Strata ms", "achieved", "",
              "share", "of", "peer (threads, how)", "peer ms", "ratio");
  for (const Row& row : bench.rows) {
    const bool flops = row.work.flops > 0;
    const Ceilings::Share share = bench.ceilings.share(row.work, row.threads, row.ms);
    std::printf("%-34s %7d %11.5f %9.2f %-7s ", row.name.c_str(), row.threads, row.ms,
                in_giga((flops ? row.work.flops : row.work.bytes) / row.ms), flops ? "GFLOP/s" : "GB/s");
    std::printf("%4.0f %% %-5s  %-26s", 100 * share.part, share.of.c_str(), spelled(row).c_str());
    if (row.peer.empty()) std::printf(" %11s %7s", "-", "-");
    else std::printf(" %11.5f %6.2fx", row.peer_ms, row.peer_ms / row.ms);
    if (row.allocations) std::printf("  %zu allocations", *row.allocations);
    std::printf("\n");
  }
  std::printf(
      "ratio: the peer's time divided by Strata's, above 1 is faster than the peer at its best number of threads\n");
}

void write_json(const Bench& bench, const std::filesystem::path& path) {
  nlohmann::json all = nlohmann::json::array();
  for (const Row& row : bench.rows) {
    const Ceilings::Share share = bench.ceilings.share(row.work, row.threads, row.ms);
    nlohmann::json one{{"name", row.name},
                       {"threads", row.threads},
                       {"ours_ms", row.ms},
                       {"peer", nullptr},
                       {"peer_ms", nullptr},
                       {"ratio", nullptr},
                       {"gflops", in_giga(row.work.flops / row.ms)},
                       {"gbytes", in_giga(row.work.bytes / row.ms)},
                       {"share", share.part},
                       {"ceiling", share.of}};
    if (!row.peer.empty()) {
      one["peer"] = row.peer;
      one["peer_ms"] = row.peer_ms;
      one["ratio"] = row.peer_ms / row.ms;
      one["peer_threads"] = row.peer_threads;
      one["peer_variant"] = row.variant;
    }
    if (row.allocations) one["allocations"] = *row.allocations;
    all.push_back(std::move(one));
  }
  std::ofstream file(path);
  file << all.dump(1) << "\n";
  if (!file.flush()) throw strata::FileError(path.string() + ": cannot be written");
}

std::string peers_found() {
  std::string found;
#if defined(WITH_OPENBLAS)
  found += std::string("OpenBLAS ") + openblas_get_config() + "\n";
#else
  found += "no OpenBLAS (libopenblas-dev): products are without it\n";
#endif
#if defined(WITH_ONEDNN)
  const dnnl_version_t* version = dnnl_version();
  found += "oneDNN " + std::to_string(version->major) + "." + std::to_string(version->minor) + "." +
           std::to_string(version->patch) + "\n";
#else
  found += "no oneDNN (libdnnl-dev): products and LSTM layers are without it\n";
#endif
#if defined(WITH_EIGEN)
  found += "Eigen " + std::to_string(EIGEN_WORLD_VERSION) + "." + std::to_string(EIGEN_MAJOR_VERSION) + "." +
           std::to_string(EIGEN_MINOR_VERSION) + ", " + Eigen::SimdInstructionSetsInUse() + "\n";
#else
  found += "no Eigen (libeigen3-dev): streaming is without it\n";
#endif
  return found;
}

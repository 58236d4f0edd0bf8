// The library on a processor beside what a user would take instead, in one run: see benchmarks/README.md.
// benchmarks/run.sh builds and runs it.

#include "bench.hpp"
#include "table.hpp"

#include <CLI/CLI.hpp>

int main(int argc, char** argv) {
  Bench bench;
  std::filesystem::path json;
  std::string python;
  CLI::App app{"Times Strata on the processor beside PyTorch, oneDNN, OpenBLAS and Eigen."};
  app.add_flag("--quick", bench.quick, "few repetitions: sees that everything works, the figures mean little");
  app.add_option("--only", bench.only, "rows whose name contains this");
  app.add_option("--json", json, "a file the rows are written to");
  app.add_option("--torch", python, "a Python that has torch; without it PyTorch takes no part");
  CLI11_PARSE(app, argc, argv);
  try {
#if defined(FOR_TESTS)
    std::printf("compiled for tests: benchmarks/run.sh compiles for figures\n");
#endif
    std::printf("%s", peers_found().c_str());
    if (python.empty()) std::printf("PyTorch takes no part\n");
    else bench.torch = std::make_unique<Torch>(python, BENCH_PEERS "/cpu.py");
    if (bench.torch) std::printf("%s\n", bench.torch->about().c_str());
    std::fflush(stdout);

    wait_until_quiet();
    bench.ceilings.measure(bench.quick);
    measure_matmul(bench);
    measure_lstm(bench);
    measure_lstm_layer(bench);
    measure_streaming(bench);
    measure_mlp(bench);
    measure_rows(bench);
    measure_optimizer(bench);
    measure_fashion(bench);

    std::printf("\n%s\n", bench.ceilings.text().c_str());
    print_table(bench);
    if (!json.empty()) write_json(bench, json);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_cpu: %s\n", error.what());
    return 1;
  }
  std::printf("%d case(s) failed\n", bench.failures);
  return bench.failures == 0 ? 0 : 1;
}

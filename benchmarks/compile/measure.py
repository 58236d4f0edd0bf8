#!/usr/bin/env python3
"""What Strata costs the compiler: time and memory of including it, of the program in the README, and of deep networks; how
many templates clang instantiates for them; and the same perceptron in dlib where that is installed (libdlib-dev).

Every time is processor time (user and system) of one compiler run, so that other work on the machine matters little,
the median of several runs, and the largest memory of any of them. Prints one table and ends with status 1 if a bar fails.

    benchmarks/compile/measure.py [--compiler g++ ...] [--runs 3] [--build build/compile] [--quick]
"""

import argparse
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
FLAGS = ["-std=c++20", "-O2", "-march=native", "-fopenmp", f"-I{ROOT / 'include'}", "-c"]

SECONDS, MEGABYTES = 20.0, 1000.0  # for the program in the README and for the deepest network, each
INCLUDE_RATIO, DEPTH_RATIO = 3.0, 4.5
DEPTHS = [1, 4, 16, 64]
# Instantiations of functions and classes, counted by clang 19 with libstdc++ 12: at most a tenth more than on 2026-12-01.
INSTANTIATIONS = {"README": 37900, "perceptron": 19300, "1 layers": 19200, "4 layers": 20200,
                  "16 layers": 23700, "64 layers": 36400}

INCLUDE = {"strata.hpp": "#include <strata/strata.hpp>\n", "xtensor and xmath": """\
#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xtensor.hpp>
#include <xtensor/core/xmath.hpp>
#else
#include <xtensor/xtensor.hpp>
#include <xtensor/xmath.hpp>
#endif
"""}

PERCEPTRON = {"perceptron": """\
#include <strata/strata.hpp>
using namespace strata;

int main() {
  Network<Sequential<Linear<512>, ReLU, Linear<512>, ReLU, Linear<10>>, Features<784>, Cpu<float>> net{Seed{1}};
  Trainer trainer{net, CrossEntropy{}, Adam{}};
  const Dataset<float, 2, std::int32_t, 1> data{.inputs = xt::zeros<float>({8, 784}), .targets = xt::zeros<std::int32_t>({8})};
  return trainer.fit(data, {.epochs = 1}).epochs.empty();
}
""", "perceptron in dlib": """\
#include <dlib/dnn.h>
using namespace dlib;

using Net = loss_multiclass_log<fc<10, relu<fc<512, relu<fc<512, input<matrix<float>>>>>>>>;

int main() {
  Net net;
  dnn_trainer<Net, adam> trainer(net);
  std::vector<matrix<float>> inputs(8, zeros_matrix<float>(784, 1));
  std::vector<unsigned long> labels(8, 0);
  trainer.train(inputs, labels);
}
"""}

def readme_program():
    """The first C++ block of the README at the top."""
    text = (pathlib.Path(__file__).resolve().parents[2] / "README.md").read_text()
    return text.split("```cpp\n")[1].split("```")[0]


def deep_network(count):
    """A program that trains a network with `count` layers in its list, no two Linear layers of which are as wide.

    In turn Linear, BatchNorm, Residual (of a Linear and a ReLU, which are not counted) and Dropout.
    """
    layers = []
    for i in range(count):
        width = 20 + 3 * (i // 4)
        layers.append([f"Linear<{width}>", "BatchNorm", f"Residual<Linear<{width}>, ReLU>", "Dropout<0.1>"][i % 4])
    return f"""\
#include <strata/strata.hpp>
using namespace strata;

struct Deep : Sequential<
    {(',' + chr(10) + '    ').join(layers)}> {{}};

int main() {{
  Network<Deep, Features<17>, Cpu<float>> net{{Seed{{1}}}};
  Trainer trainer{{net, CrossEntropy{{}}, Adam{{}}, L2<1e-4>{{}}, ClipNorm<1.0>{{}}}};
  const Dataset<float, 2, std::int32_t, 1> data{{.inputs = xt::zeros<float>({{8, 17}}), .targets = xt::zeros<std::int32_t>({{8}})}};
  return trainer.fit(data, {{.epochs = 1}}).epochs.empty();
}}
"""


def run_once(command):
    """Processor seconds and megabytes of one command, or None with the compiler's words printed if it fails."""
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        print(f"{' '.join(command)} failed:\n{errors}", file=sys.stderr)
        return None
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def instantiations(compiler, source):
    """How many functions and classes clang instantiates for a program: the same number in every run."""
    trace = source.with_suffix(".json")
    command = [compiler, *FLAGS, "-ftime-trace", "-ftime-trace-granularity=0", str(source), "-o", str(source.with_suffix(".o"))]
    if run_once(command) is None:
        return math.nan
    # Read piece by piece: a compiler's largest memory begins with what this program has when it starts it.
    count, rest = 0, b""
    with trace.open("rb") as events:
        while piece := events.read(1 << 20):
            *whole, rest = (rest + piece).split(b"},{")
            count += sum(b'"name":"InstantiateFunction"' in e or b'"name":"InstantiateClass"' in e for e in whole)
    trace.unlink()
    return count + (b'"name":"InstantiateFunction"' in rest or b'"name":"InstantiateClass"' in rest)


class Table:
    """Compiles programs, prints a line for each, and remembers which bars failed."""

    def __init__(self, compiler, folder, runs):
        self.compiler, self.folder, self.runs, self.failed = compiler, folder, runs, []

    def compile(self, name, text, bars=()):
        source = self.folder / (name.replace(" ", "_").replace(".", "_") + ".cpp")
        source.write_text(text)
        command = [self.compiler, *FLAGS, str(source), "-o", str(source.with_suffix(".o"))]
        results = [run_once(command) for _ in range(self.runs)]
        if None in results:
            self.failed.append(f"{name} ({self.compiler}): does not compile")
            return math.nan
        seconds = statistics.median(s for s, _ in results)
        megabytes = max(m for _, m in results)
        verdicts = []
        for quantity, limit in bars:
            value = {"s": seconds, "MB": megabytes}[quantity]
            verdicts.append(self.check(f"{name} ({self.compiler})", value, limit, quantity))
        count = ""
        if "clang" in self.compiler:
            count = instantiations(self.compiler, source)
            if name in INSTANTIATIONS:
                verdicts.append(self.check(f"{name} ({self.compiler})", count, INSTANTIATIONS[name], "instances"))
        print(f"{self.compiler:<12} {name:<24} {seconds:8.2f} {megabytes:8.0f} {count:>9}  {'; '.join(verdicts)}", flush=True)
        return seconds

    def ratio(self, name, value, limit):
        print(f"{self.compiler:<12} {name:<24} {value:7.2f}x {'':8} {'':9}  "
              f"{self.check(f'{name} ({self.compiler})', value, limit, 'x')}", flush=True)

    def check(self, name, value, limit, unit):
        if not value <= limit:
            self.failed.append(f"{name}: {value:.2f} {unit}, at most {limit:g} {unit}")
        return f"{'holds' if value <= limit else 'FAILS'}: at most {limit:g} {unit}"


def measure(table, depths):
    """All measurements with one compiler."""
    both = (("s", SECONDS), ("MB", MEGABYTES))
    yardstick = table.compile("xtensor and xmath", INCLUDE["xtensor and xmath"])
    table.ratio("strata.hpp / xtensor", table.compile("strata.hpp", INCLUDE["strata.hpp"]) / yardstick, INCLUDE_RATIO)
    table.compile("README", readme_program(), both)
    for name, text in PERCEPTRON.items():
        if "dlib" not in name or pathlib.Path("/usr/include/dlib/dnn.h").exists():
            table.compile(name, text)
    seconds = {n: table.compile(f"{n} layers", deep_network(n), both if n == DEPTHS[-1] else ()) for n in depths}
    if 64 in seconds:
        table.ratio("64 layers / 16 layers", seconds[64] / seconds[16], DEPTH_RATIO)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--compiler", nargs="*", default=[c for c in ("g++", "clang++-19") if shutil.which(c)])
    parser.add_argument("--runs", type=int, default=3, help="runs of which the median is taken")
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "compile", help="folder for what is written")
    parser.add_argument("--quick", action="store_true", help="one run, at most 4 layers")
    options = parser.parse_args()
    options.build.mkdir(parents=True, exist_ok=True)

    print(f"{'compiler':<12} {'program':<24} {'CPU s':>8} {'MB':>8} {'instances':>9}  bar")
    failed = []
    for compiler in options.compiler:
        table = Table(compiler, options.build, 1 if options.quick else options.runs)
        measure(table, [n for n in DEPTHS if n <= 4 or not options.quick])
        failed += table.failed
    for line in failed:
        print("FAILS:", line)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()

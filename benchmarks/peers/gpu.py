#!/usr/bin/env python3
"""The cases of benchmarks/gpu in PyTorch.

Writes into a folder: weights, inputs, outputs and the losses of ten steps for each network, in float32, against which
Strata is checked; and times.tsv, "case precision mode milliseconds", medians. The modes are eager (cuDNN, the fused
Adam), graph (the whole step as one CUDA graph) and compile (torch.compile). A mode that fails is left out and says why.
"""

import argparse
import json
import pathlib
import statistics
import sys
import time

import torch
from torch import nn

PRECISIONS = ("float32", "TF32", "bf16")
LSTMS = ((64, 28, 28, 128), (32, 50, 64, 128), (20, 35, 200, 200), (20, 35, 650, 650), (64, 128, 512, 512),
         (64, 128, 1024, 1024))
MLPS = ((64, 784, 512), (4096, 784, 512))
SQUARES = (1024, 2048, 4096, 8192)


class Recurrent(nn.Module):
    """Parameters have the names Strata's Sequential gives them: 0.weight_ih_l0, 2.weight."""

    def __init__(self, features, hidden):
        super().__init__()
        self.layers = nn.ModuleDict({"0": nn.LSTM(features, hidden, batch_first=True), "2": nn.Linear(hidden, 10)})

    def forward(self, x):
        return self.layers["2"](self.layers["0"](x)[0][:, -1])


def perceptron(inputs, units):
    return nn.Sequential(nn.Linear(inputs, units), nn.ReLU(), nn.Linear(units, units), nn.ReLU(), nn.Linear(units, 10))


def save(path, tensors):
    """A safetensors file of float32, without the package of that name: a machine with a GPU may lack it."""
    header, data = {}, bytearray()
    for name, tensor in tensors.items():
        begin = len(data)
        data += tensor.detach().float().cpu().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


class Peer:
    def __init__(self, folder, device, quick):
        self.folder, self.device, self.seconds, self.quick = folder, torch.device(device), 0.05 if quick else 1.0, quick
        self.on_gpu = self.device.type == "cuda"
        self.lines = []
        self.set_precision("float32")

    def set_precision(self, precision):
        """What matrices are multiplied in; weights, sums and everything else stay float32."""
        self.precision = precision
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision == "TF32"

    def cast(self):
        """For one pass forward: what it rounds, weights above all, is not kept for the next."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bf16")

    def finish(self):
        if self.on_gpu:
            torch.cuda.synchronize()

    def median_ms(self, call):
        """Milliseconds a call: median over rounds of so many calls that the wait at a round's end hardly counts."""

        def round_ms(calls):
            begin = time.perf_counter()
            for _ in range(calls):
                call()
            self.finish()
            return (time.perf_counter() - begin) * 1e3

        round_ms(3)
        calls = int(min(max(10 / round_ms(1), 1), 1000))
        times, end = [], time.perf_counter() + self.seconds
        while len(times) < 5 or time.perf_counter() < end:
            times.append(round_ms(calls) / calls)
        return statistics.median(times)

    def time(self, case, precision, mode, make):
        """make() gives what is to be called."""
        print(case, precision, mode, file=sys.stderr, flush=True)
        self.set_precision(precision)
        try:
            self.lines.append(f"{case}\t{precision}\t{mode}\t{self.median_ms(make()):.6f}\n")
        except Exception as error:  # a mode that this PyTorch or device lacks is left out
            print(f"{case} {precision} {mode}: {type(error).__name__}: {str(error)[:300]}", file=sys.stderr)
        (self.folder / "times.tsv").write_text("".join(self.lines))

    def graph(self, call):
        """The call as a CUDA graph, captured after a few on a side stream."""
        side = torch.cuda.Stream()
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(3):
                call()
        torch.cuda.current_stream().wait_stream(side)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            call()
        return graph.replay


def training_step(peer, net, x, y, capturable=False, forward=None):
    options = {"fused": True, "capturable": capturable} if peer.on_gpu else {}
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-3, **options)
    loss_of, forward = nn.CrossEntropyLoss(), net if forward is None else forward

    def step():
        optimizer.zero_grad(set_to_none=True)
        with peer.cast():
            loss = loss_of(forward(x), y)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return step


def write_expected(peer, case, make, x, y):
    """What Strata must compute from the same weights."""
    peer.set_precision("float32")
    net = make()
    weights = {name.removeprefix("layers."): tensor for name, tensor in net.named_parameters()}
    save(peer.folder / f"{case}.weights.safetensors", weights)
    with torch.no_grad():
        outputs = net(x)
    step = training_step(peer, net, x, y)
    losses = torch.stack([step() for _ in range(10)])
    save(peer.folder / f"{case}.expected.safetensors", {"x": x, "outputs": outputs, "losses": losses})


def network(peer, case, make, shape):
    torch.manual_seed(1)
    x = torch.rand(*shape, device=peer.device) * 2 - 1
    y = torch.arange(shape[0], device=peer.device) % 10
    write_expected(peer, case, make, x, y)
    # Batches of a resident set in a new order, as Strata's fit takes them.
    batches = 2 if peer.quick else max(8, min(64, (16 << 20) // x.numel()))
    everything = torch.rand(batches * shape[0], *shape[1:], device=peer.device) * 2 - 1
    order = torch.randperm(len(everything), device=peer.device)
    position = 0

    def gather():
        nonlocal position
        torch.index_select(everything, 0, order[position : position + len(x)], out=x)
        position = (position + len(x)) % len(everything)

    def train(net, forward=None):
        step = training_step(peer, net, x, y, forward=forward)
        return lambda: (gather(), step())

    def train_graph(net):
        replay = peer.graph(training_step(peer, net, x, y, capturable=True))
        return lambda: (gather(), replay())

    def predict(forward):
        def call():
            with torch.no_grad(), peer.cast():
                forward(x)

        return call

    for precision in PRECISIONS:
        peer.time(f"{case}.predict", precision, "eager", lambda: predict(make()))
        peer.time(f"{case}.train", precision, "eager", lambda: train(make()))
        if peer.on_gpu:
            peer.time(f"{case}.predict", precision, "graph", lambda: peer.graph(predict(make())))
            peer.time(f"{case}.train", precision, "graph", lambda: train_graph(make()))
            torch.compiler.reset()
            peer.time(f"{case}.predict", precision, "compile", lambda: predict(torch.compile(make())))

            def train_compiled():
                net = make()
                return train(net, torch.compile(net))

            peer.time(f"{case}.train", precision, "compile", train_compiled)


def operations(peer):
    count = 1 << (16 if peer.quick else 26)
    a, b, out = (torch.rand(count, device=peer.device) for _ in range(3))
    peer.time("copy", "float32", "eager", lambda: lambda: out.copy_(a))
    peer.time("sum", "float32", "eager", lambda: lambda: torch.add(a, b, out=out))
    out.requires_grad_()
    out.grad = b
    adam = torch.optim.Adam([out], **({"fused": True} if peer.on_gpu else {}))
    peer.time("adam", "float32", "eager", lambda: adam.step)
    for n in (64,) if peer.quick else SQUARES:
        x, y = torch.rand(n, n, device=peer.device), torch.rand(n, n, device=peer.device)
        for precision in PRECISIONS:
            kind = torch.bfloat16 if precision == "bf16" else torch.float32
            p, q = x.to(kind), y.to(kind)  # rounded once: the product alone is timed
            product = torch.empty(n, n, device=peer.device, dtype=kind)
            peer.time(f"matmul.{n}", precision, "eager", lambda: lambda: torch.mm(p, q, out=product))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--device", default="cuda", choices=("cuda", "cpu"))
    parser.add_argument("--quick", action="store_true", help="small sizes; the figures mean nothing")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    peer = Peer(options.folder, options.device, options.quick)
    operations(peer)
    for batch, steps, features, hidden in ((6, 5, 8, 16),) if options.quick else LSTMS:
        network(peer, f"lstm.{batch}.{steps}.{features}.{hidden}",
                lambda: Recurrent(features, hidden).to(peer.device), (batch, steps, features))
    for batch, inputs, units in ((6, 20, 16),) if options.quick else MLPS:
        network(peer, f"mlp.{batch}.{inputs}.{units}", lambda: perceptron(inputs, units).to(peer.device),
                (batch, inputs))


if __name__ == "__main__":
    main()

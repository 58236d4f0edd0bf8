"""What benchmarks/cpu times, in PyTorch.

A case has call(), which is what is timed; warm(), which is called before; numbers(), what must equal Strata's. Inputs are
tensors that lie there before anything is timed. Nothing is read back from a step.
"""

import copy
import time

import torch
from torch import nn


class Recurrent(nn.Module):
    """Parameters have the names Strata's Sequential gives them: 0.weight_ih_l0, 2.weight."""

    def __init__(self, features, hidden):
        super().__init__()
        self.layers = nn.ModuleDict({"0": nn.LSTM(features, hidden, batch_first=True), "2": nn.Linear(hidden, 10)})

    def forward(self, x):
        return self.layers["2"](self.layers["0"](x)[0][:, -1])


def network(question):
    if question["kind"] == "recurrent":
        return Recurrent(question["features"], question["hidden"])
    return nn.Sequential(nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 512), nn.ReLU(), nn.Linear(512, 10))


def load_weights(net, given):
    """The tensors net.… by the names of the network."""
    prefix = "layers." if isinstance(net, Recurrent) else ""
    weights = {prefix + name.removeprefix("net."): value for name, value in given.items() if name.startswith("net.")}
    net.load_state_dict(weights, strict=False)
    missing = [name for name, _ in net.named_parameters() if name not in weights]
    if missing:
        raise ValueError(f"no tensors {missing}")


class Step:
    """One step of training: zero_grad, forward, cross-entropy, backward, the fused Adam."""

    def __init__(self, net, forward, rate):
        self.net, self.forward = net, forward
        self.optimizer = torch.optim.Adam(net.parameters(), lr=rate, fused=True)
        self.loss_of = nn.CrossEntropyLoss()

    def __call__(self, x, y):
        self.optimizer.zero_grad(set_to_none=True)
        loss = self.loss_of(self.forward(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.detach()


class Network:
    """A network of either kind, what: predict or train, variant: eager or compile."""

    def __init__(self, question, given):
        torch._dynamo.reset()
        self.net, self.x, self.y = network(question), given["x"], given["y"]
        load_weights(self.net, given)
        self.trains = question["what"] == "train"
        self.net.train(self.trains)
        self.compiled = question["variant"] == "compile"
        if self.compiled:
            # Prediction may pack its weights beforehand.
            torch._inductor.config.freezing = not self.trains
        self.forward = torch.compile(self.net) if self.compiled else self.net
        if self.trains:
            self.step = Step(self.net, self.forward, question["still"])

    def call(self):
        if self.trains:
            self.step(self.x, self.y)
        else:
            with torch.inference_mode():
                self.forward(self.x)

    def warm(self):
        for _ in range(3):
            self.call()

    def numbers(self):
        if not self.trains:
            with torch.inference_mode():
                return {"outputs": self.forward(self.x).clone()}
        before = copy.deepcopy(self.net.state_dict())
        step = Step(self.net, self.forward, 1e-3)
        losses = torch.stack([step(self.x, self.y) for _ in range(10)])
        self.net.load_state_dict(before)
        return {"losses": losses}


class Stream:
    """An LSTM that is given one step at a time, as nn.LSTM of one step or as nn.LSTMCell."""

    BLOCK, CHECKED = 16, 256

    def __init__(self, question, given):
        size = question["size"]
        self.cell = question["variant"] == "LSTMCell"
        self.net = nn.LSTMCell(size, size) if self.cell else nn.LSTM(size, size)
        self.net.load_state_dict(
            {name.removesuffix("_l0") if self.cell else name: value for name, value in given.items() if name != "x"})
        shape = (1, size) if self.cell else (1, 1, size)
        self.rows = [row.reshape(shape) for row in given["x"]]
        self.zeros, self.ends = torch.zeros(shape), question["ends"]
        self.start = (torch.zeros(shape), torch.zeros(shape))
        self.state = self.start

    def row(self, step):
        return self.rows[step % len(self.rows)] if step < self.ends else self.zeros

    def step(self, x):
        if self.cell:
            self.state = self.net(x, self.state)
        else:
            self.state = self.net(x, self.state)[1]

    def warm(self):
        with torch.inference_mode():
            for _ in range(100):
                self.step(self.rows[0])
        self.state = self.start

    def numbers(self):
        self.state, outputs = self.start, []
        with torch.inference_mode():
            for t in range(self.CHECKED):
                self.step(self.row(t))
                outputs.append(self.state[0].reshape(-1).clone())
        return {"outputs": torch.stack(outputs)}

    def blocks(self, first, count):
        """Milliseconds of each; goes on from the state the last steps left."""
        times = []
        with torch.inference_mode():
            for begin in range(first, first + count * self.BLOCK, self.BLOCK):
                rows = [self.row(t) for t in range(begin, begin + self.BLOCK)]
                start = time.perf_counter()
                for x in rows:
                    self.step(x)
                times.append((time.perf_counter() - start) * 1e3)
        return times


KINDS = {"recurrent": Network, "perceptron": Network, "stream": Stream}

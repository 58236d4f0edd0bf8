"""What benchmarks/cpu times, in PyTorch.

A case has call(), which is what is timed; warm(), which is called before; numbers(), what must equal Strata's. Inputs are
tensors that lie there before anything is timed. Nothing is read back from a step.
"""

import copy

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


KINDS = {"recurrent": Network, "perceptron": Network}

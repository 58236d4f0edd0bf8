"""What benchmarks/cpu times, in PyTorch.

A case has call(), which is what is timed; warm(), which is called before; numbers(), what must equal Strata's. Inputs are
tensors that lie there before anything is timed. Nothing is read back from a step.
"""

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
    prefix = "layers." if hasattr(net, "layers") else ""
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
    """A network of either kind, what: predict or train, variant: eager or compile; autocast: in bfloat16."""

    def __init__(self, question, given):
        torch._dynamo.reset()
        self.net, self.x, self.y, self.given = network(question), given["x"], given["y"], given
        load_weights(self.net, given)
        self.trains = question["what"] == "train"
        self.net.train(self.trains)
        self.compiled = question["variant"] == "compile"
        if self.compiled:
            # Prediction may pack its weights beforehand.
            torch._inductor.config.freezing = not self.trains
        self.forward = torch.compile(self.net) if self.compiled else self.net
        if question.get("autocast"):
            rounded = torch.autocast("cpu", torch.bfloat16)(self.forward)
            self.forward = lambda x: rounded(x).float()
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
        load_weights(self.net, self.given)
        step = Step(self.net, self.forward, 1e-3)
        losses = torch.stack([step(self.x, self.y) for _ in range(10)])
        load_weights(self.net, self.given)
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


class Rows:
    """One operation on rows, forward and backward; or rows gathered from a table, or added to it."""

    def __init__(self, question, given):
        self.what, self.given, self.parameters = question["what"], given, ()
        if self.what in ("gather", "scatter"):
            self.out = torch.empty_like(given["x"])
            return
        self.x = given["x"].requires_grad_()
        width = self.x.shape[1]
        if self.what == "batch_norm":
            self.forward = nn.BatchNorm1d(width)
        elif self.what == "layer_norm":
            self.forward = nn.LayerNorm(width)
        elif self.what == "dropout":
            self.forward = nn.Dropout(0.5)
        else:
            self.forward = nn.CrossEntropyLoss()
        self.parameters = tuple(self.forward.parameters())

    def call(self):
        if self.what == "gather":
            torch.index_select(self.given["table"], 0, self.given["ids"], out=self.out)
        elif self.what == "scatter":
            self.given["table"].index_add_(0, self.given["ids"], self.given["x"])
        else:
            self.x.grad = None
            for parameter in self.parameters:
                parameter.grad = None
            if self.what == "cross_entropy":
                self.y = self.forward(self.x, self.given["labels"])
                self.y.backward()
            else:
                self.y = self.forward(self.x)
                self.y.backward(self.given["dy"])

    def warm(self):
        if self.what != "scatter":  # which would be another table
            self.call()

    def numbers(self):
        self.call()
        if self.what == "gather":
            return {"x": self.out}
        if self.what == "scatter":
            return {"table": self.given["table"]}
        if self.what == "cross_entropy":
            losses = nn.functional.cross_entropy(self.x, self.given["labels"], reduction="none")
            return {"dx": self.x.grad, "losses": losses}
        return {"y": self.y, "dx": self.x.grad, **{name: p.grad for name, p in self.forward.named_parameters()}}


class Optimizer:
    """clip_grad_norm_ and the fused Adam over tensors of a million, of the given numbers again and again."""

    def __init__(self, question, given):
        def parts(values):
            repeated = values.repeat(-(-question["count"] // len(values)))[: question["count"]]
            return [part.clone() for part in repeated.split(1_000_000)]

        self.limit = question["limit"]
        self.weights = [nn.Parameter(part) for part in parts(given["w"])]
        for weight, gradient in zip(self.weights, parts(given["g"])):
            weight.grad = gradient
        self.adam = torch.optim.Adam(self.weights, lr=1e-3, weight_decay=question["decay"], fused=True)

    def call(self):
        nn.utils.clip_grad_norm_(self.weights, self.limit)
        self.adam.step()

    def warm(self):
        pass  # its first step is compared

    def numbers(self):
        self.call()
        state = self.adam.state[self.weights[0]]
        return {"w": self.weights[0], "m": state["exp_avg"], "v": state["exp_avg_sq"]}


class Classifier(nn.Module):
    """The network of examples/fashion, with Strata's names."""

    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleDict({
            "0": nn.LSTM(28, 128, batch_first=True), "2": nn.BatchNorm1d(128),
            "3": nn.ModuleDict({"0": nn.Linear(128, 128)}), "4": nn.Dropout(0.5), "5": nn.Linear(128, 10)})

    def forward(self, x):
        x = self.layers["2"](self.layers["0"](x)[0][:, -1])
        return self.layers["5"](self.layers["4"](x + torch.relu(self.layers["3"]["0"](x))))


class Fashion:
    """call() is an epoch over data that lie in one tensor, in a new order each time."""

    def __init__(self, question, given):
        self.x, self.y, self.batch, self.given = given["x"], given["y"], question["batch"], given
        self.rate, self.loss_of = question["rate"], nn.CrossEntropyLoss()
        self.begin()

    def begin(self):
        self.net = Classifier()
        load_weights(self.net, self.given)
        decayed = [p for p in self.net.parameters() if p.dim() > 1]
        others = [p for p in self.net.parameters() if p.dim() <= 1]
        groups = [{"params": decayed, "weight_decay": 1e-4}, {"params": others}]
        self.optimizer = torch.optim.Adam(groups, lr=self.rate, fused=True)

    def call(self):
        order, total = torch.randperm(len(self.x)), torch.zeros(())
        for part in order.split(self.batch):
            x, y = self.x.index_select(0, part), self.y.index_select(0, part)
            self.optimizer.zero_grad(set_to_none=True)
            loss = self.loss_of(self.net(x), y)
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
            self.optimizer.step()
            total += loss.detach() * len(part)
        self.loss = total / len(self.x)

    def warm(self):
        pass  # an epoch is long enough

    def numbers(self):
        self.net.eval()
        with torch.inference_mode():
            outputs = self.net(self.x[: self.batch]).clone()
        self.net.train()
        torch.manual_seed(1)
        torch.set_num_threads(2)
        self.call()
        self.begin()
        return {"outputs": outputs, "loss": self.loss}


KINDS = {
    "recurrent": Network, "perceptron": Network, "stream": Stream, "rows": Rows, "optimizer": Optimizer,
    "fashion": Fashion,
}

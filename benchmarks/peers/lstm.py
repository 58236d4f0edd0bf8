#!/usr/bin/env python3
"""The steps of benchmarks/models in PyTorch: medians, one line a benchmark, "name milliseconds"."""

import argparse
import statistics
import time

import torch
from torch import nn


class Recurrent(nn.Module):
    def __init__(self, features, hidden):
        super().__init__()
        self.lstm, self.head = nn.LSTM(features, hidden, batch_first=True), nn.Linear(hidden, 10)

    def forward(self, x):
        return self.head(self.lstm(x)[0][:, -1])


class Classifier(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm, self.norm = nn.LSTM(28, 128, batch_first=True), nn.BatchNorm1d(128)
        self.inner, self.dropout, self.head = nn.Linear(128, 128), nn.Dropout(0.5), nn.Linear(128, 10)

    def forward(self, x):
        x = self.norm(self.lstm(x)[0][:, -1])
        return self.head(self.dropout(x + torch.relu(self.inner(x))))


def median_ms(function, seconds):
    """Median over at least five calls, after two that are not counted."""
    function(), function()
    times, end = [], time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        begin = time.perf_counter()
        function()
        times.append((time.perf_counter() - begin) * 1e3)
    return statistics.median(times)


def training_step(net, x, learning_rate, decay, clip):
    y = torch.arange(len(x)) % 10
    weights = [p for p in net.parameters() if p.dim() > 1]
    others = [p for p in net.parameters() if p.dim() <= 1]
    optimizer = torch.optim.Adam([{"params": weights, "weight_decay": decay}, {"params": others}], lr=learning_rate)
    loss = nn.CrossEntropyLoss()

    def step():
        optimizer.zero_grad()
        loss(net(x), y).backward()
        if clip:
            nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()

    return step


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="see that it works; the figures mean little")
    seconds = 0.05 if parser.parse_args().quick else 2.0
    for threads in (1, 2):
        torch.set_num_threads(threads)
        for batch, steps, features, hidden in ((1, 100, 28, 28), (32, 28, 28, 128), (32, 50, 64, 128), (20, 35, 200, 200)):
            net, x = Recurrent(features, hidden), torch.rand(batch, steps, features)
            name = f"<{batch}, {steps}, {features}, {hidden}>/threads:{threads}"
            with torch.no_grad():
                print(f"predict{name}\t{median_ms(lambda: net(x), seconds):.4f}", flush=True)
            print(f"train{name}\t{median_ms(training_step(net, x, 1e-3, 0, False), seconds):.4f}", flush=True)
        for batch in (32, 128):
            step = training_step(Classifier(), torch.rand(batch, 28, 28), 2e-3, 1e-4, True)
            print(f"classifier/batch:{batch}/threads:{threads}\t{median_ms(step, seconds):.4f}", flush=True)


if __name__ == "__main__":
    main()

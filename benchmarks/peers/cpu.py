#!/usr/bin/env python3
"""PyTorch beside bench_cpu: does what it is asked, a line of JSON a question and one an answer.

    {"do": "about"}                                                    version and configuration
    {"do": "prepare", "id": …, "tensors": FILE, "kind": …, …}          makes one of cpu_cases.KINDS
    {"do": "numbers", "id": …, "to": FILE}                             what it computes, to be compared
    {"do": "time", "id": …, "threads": N, "calls": N}                  milliseconds of so many calls
    {"do": "blocks", "id": …, "first": N, "count": N}                  of each of so many blocks of 16 steps of a stream
    {"do": "forget", "id": …}

While it waits for a question it sleeps, its threads too: an answer goes out when they do.
"""

import json
import os
import sys
import time

import torch

import cpu_cases
import tensors


def wait_until_quiet():
    """OpenMP's threads look for work for some milliseconds before they sleep."""
    for _ in range(60):
        before = time.process_time()
        time.sleep(0.001)
        if time.process_time() - before < 0.0002:
            return


def milliseconds(call, calls):
    begin = time.perf_counter()
    for _ in range(calls):
        call()
    return (time.perf_counter() - begin) * 1e3


def answer(cases, question):
    do, case = question["do"], cases.get(question.get("id"))
    if do == "about":
        lines = [f"PyTorch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}"]
        lines += [line.strip(" -") for line in torch.__config__.show().split("\n") if "MKL" in line or "OpenMP" in line]
        return {"about": "; ".join(line for line in lines if not line.startswith("Build settings"))}
    if do == "prepare":
        made = cpu_cases.KINDS[question["kind"]](question, tensors.load(question["tensors"]))
        for threads in (2, 1):  # compiled, if it is, before it is timed
            torch.set_num_threads(threads)
            made.warm()
        cases[question["id"]] = made
    elif do == "numbers":
        torch.set_num_threads(1)
        tensors.save(question["to"], case.numbers())
    elif do == "time":
        torch.set_num_threads(question["threads"])
        return {"ms": milliseconds(case.call, question["calls"])}
    elif do == "blocks":
        torch.set_num_threads(1)
        return {"ms": case.blocks(question["first"], question["count"])}
    elif do == "forget":
        cases.pop(question["id"], None)
    else:
        raise ValueError(f"nobody knows what {do} is")
    return {}


def main():
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    cases = {}
    for line in sys.stdin:
        try:
            reply = answer(cases, json.loads(line))
        except Exception as error:
            reply = {"error": f"{type(error).__name__}: {str(error)[:500]}"}
        wait_until_quiet()
        print(json.dumps(reply), file=answers, flush=True)


if __name__ == "__main__":
    main()

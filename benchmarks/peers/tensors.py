"""Safetensors files without the package of that name, which a machine may lack."""

import json
import pathlib

import numpy
import torch

TYPES = {"F32": numpy.float32, "I32": numpy.int32}


def save(path, tensors):
    """Writes tensors by name, as float32."""
    header, data = {}, bytearray()
    for name, tensor in tensors.items():
        begin = len(data)
        data += tensor.detach().float().cpu().contiguous().numpy().tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    pathlib.Path(path).write_bytes(len(text).to_bytes(8, "little") + text + data)


def load(path):
    """Tensors by name; integers become int64, as PyTorch wants indices."""
    data = pathlib.Path(path).read_bytes()
    end = 8 + int.from_bytes(data[:8], "little")
    tensors = {}
    for name, entry in json.loads(data[8:end]).items():
        if name == "__metadata__":
            continue
        begin, stop = entry["data_offsets"]
        values = numpy.frombuffer(data[end + begin : end + stop], TYPES[entry["dtype"]]).reshape(entry["shape"])
        tensors[name] = torch.from_numpy(values.copy())
        if entry["dtype"] == "I32":
            tensors[name] = tensors[name].long()
    return tensors

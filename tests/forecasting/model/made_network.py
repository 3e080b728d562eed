"""A network whose output is known: the same fan for every case, lifted by the first input."""

from dataclasses import replace
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from forecasting.features.model_inputs import GROUPS, Inputs
from forecasting.model.artifact import ONNX, Calibration, Card, sha256
from forecasting.model.serving import Model, load_pretrained
from forecasting.values import HORIZONS, LEVELS

SHAPE = (len(HORIZONS), len(LEVELS))
FAN = np.array([-8, -6, -4, -3, -2.5, -1, 0.5, 1.5, 3, 4, 6, 8, 10])
"""Units at the thirteen levels: median 0.5, and farther up than down."""


def network(fan: NDArray[np.float64] = FAN, lift: float = 0.0) -> bytes:
    """An exported network that gives `fan` plus `lift` times the first of its two static inputs."""
    kernel = np.zeros((2, SHAPE[0] * SHAPE[1]), dtype=np.float32)
    kernel[0] = lift
    flat = np.broadcast_to(fan, SHAPE).astype(np.float32).reshape(-1)
    constants: dict[str, NDArray[Any]] = {
        "kernel": kernel,
        "fan": flat,
        "shape": np.array([-1, *SHAPE], dtype=np.int64),
    }
    steps = [
        helper.make_node("MatMul", ["static", "kernel"], ["lifted"]),
        helper.make_node("Add", ["lifted", "fan"], ["flat"]),
        helper.make_node("Reshape", ["flat", "shape"], ["fans"]),
    ]
    graph = helper.make_graph(
        steps,
        "made",
        [
            _tensor("sequence", ("n", 2, 6)),
            _tensor("static", ("n", 2)),
            _tensor("seasons", ("n", 2, 1)),
        ],
        [_tensor("fans", ("n", *SHAPE))],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    opset = [helper.make_opsetid("", 17)]
    made: bytes = helper.make_model(graph, opset_imports=opset, ir_version=8).SerializeToString()
    return made


def _tensor(name: str, shape: tuple[int | str, ...]) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def every_group(factors: tuple[tuple[float, ...], ...]) -> Calibration:
    """The same factors for all groups of forecasts."""
    return (factors,) * len(GROUPS)


def card(onnx_bytes: bytes, **fields: Any) -> Card:
    """A card for a made network: nothing calibrated, inputs from 0 to 20."""
    plain: dict[str, Any] = {
        "calibration": every_group(tuple((1.0,) * SHAPE[1] for _ in HORIZONS)),
        "low": (0.0, 0.0),
        "high": (20.0, 20.0),
        "files": {ONNX: sha256(onnx_bytes)},
    }
    return replace(load_pretrained().card, **{**plain, **fields})


def served(fan: NDArray[np.float64] = FAN, lift: float = 0.0, **fields: Any) -> Model:
    """The made network as it is served with a card of these fields."""
    exported = network(fan, lift)
    return Model(exported, card(exported, **fields))


def inputs(*static: tuple[float, float], scale: float = 0.01) -> Inputs:
    """One case for each pair of static inputs."""
    n = len(static)
    return Inputs(
        sequence=np.zeros((n, 2, 6), dtype=np.float32),
        static=np.array(static, dtype=np.float32).reshape(n, 2),
        seasons=np.zeros((n, 2, 1), dtype=np.float32),
        scale=np.full(n, scale),
        group=np.zeros((n, len(HORIZONS)), dtype=np.int8),
    )

"""Puts a fitted correction behind an exported network by adding its few steps to the graph.

An export by TensorFlow takes seconds and memory that is never given back; these steps take
milliseconds. Training only: needs `onnx`. `Adapter.factors` is the same arithmetic in Keras.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

from forecasting.values import LEVELS, MEDIAN

Weights = NDArray[np.float32]
LOW, HIGH = LEVELS.index(0.1), LEVELS.index(0.9)
WIDEST, MOST_TILT, MOST_STATE, LEAST_WIDTH = 0.7, 0.3, 3.0, 1e-6
"""Bounds of the correction's logarithms, of the state it sees, and of a width."""
_PREFIX = "correction_"


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """The numbers of a fitted correction.

    Attributes:
        marks: Horizons whose widths are the state, by position.
        units_kernel, units_bias: Make the log widths comparable, shapes (marks, marks), (marks,).
        kernel, bias: From the state to level and slope of the log factor, (marks, 2), (2,).
        basis: Level and slope over the horizons, shape (2, horizons).
        shape: Log factor of each level, shape (levels,).
    """

    marks: tuple[int, ...]
    units_kernel: Weights
    units_bias: Weights
    kernel: Weights
    bias: Weights
    basis: Weights
    shape: Weights


def graft(network: bytes, correction: Correction) -> bytes:
    """Return an exported network whose fans are corrected; inputs and output keep their names."""
    model = onnx.load_from_string(network)
    graph = model.graph
    result = graph.output[0].name
    raw = _PREFIX + "raw"
    for node in graph.node:
        for names in (node.input, node.output):
            for place, name in enumerate(names):
                if name == result:
                    names[place] = raw
    graph.initializer.extend(
        numpy_helper.from_array(value, _PREFIX + name) for name, value in _constants(correction)
    )
    graph.node.extend(_steps(raw, result))
    onnx.checker.check_model(model)
    grafted: bytes = model.SerializeToString()
    return grafted


def _constants(c: Correction) -> list[tuple[str, NDArray[np.generic]]]:
    def number(value: float) -> Weights:
        return np.array(value, dtype=np.float32)

    tilt = np.clip(c.shape, -MOST_TILT, MOST_TILT)
    return [
        ("median_at", np.array([MEDIAN], dtype=np.int64)),
        ("low_at", np.array(LOW, dtype=np.int64)),
        ("high_at", np.array(HIGH, dtype=np.int64)),
        ("marks_at", np.array(c.marks, dtype=np.int64)),
        ("least_width", number(LEAST_WIDTH)),
        ("units_kernel", c.units_kernel),
        ("units_bias", c.units_bias),
        ("state_low", number(-MOST_STATE)),
        ("state_high", number(MOST_STATE)),
        ("kernel", c.kernel),
        ("bias", c.bias),
        ("basis", c.basis),
        ("widest_low", number(-WIDEST)),
        ("widest_high", number(WIDEST)),
        ("last", np.array([2], dtype=np.int64)),
        ("tilt", tilt[None, None, :].astype(np.float32)),
    ]


def _steps(raw: str, result: str) -> list[onnx.NodeProto]:
    def step(kind: str, inputs: str, output: str, **attributes: Any) -> onnx.NodeProto:
        names = [name if name == raw else _PREFIX + name for name in inputs.split()]
        target = output if output == result else _PREFIX + output
        return helper.make_node(kind, names, [target], name=_PREFIX + output, **attributes)

    return [
        step("Gather", f"{raw} median_at", "middle", axis=2),
        step("Sub", f"{raw} middle", "spread"),
        step("Gather", f"{raw} high_at", "upper", axis=2),
        step("Gather", f"{raw} low_at", "lower", axis=2),
        step("Sub", "upper lower", "widths"),
        step("Gather", "widths marks_at", "marks", axis=1),
        step("Max", "marks least_width", "positive"),
        step("Log", "positive", "logs"),
        step("MatMul", "logs units_kernel", "scaled"),
        step("Add", "scaled units_bias", "centred"),
        step("Clip", "centred state_low state_high", "state"),
        step("MatMul", "state kernel", "pushed"),
        step("Add", "pushed bias", "change"),
        step("MatMul", "change basis", "width"),
        step("Clip", "width widest_low widest_high", "bounded"),
        step("Unsqueeze", "bounded last", "by_horizon"),
        step("Add", "by_horizon tilt", "log_factor"),
        step("Exp", "log_factor", "factor"),
        step("Mul", "spread factor", "stretched"),
        step("Add", "middle stretched", result),
    ]

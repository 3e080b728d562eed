"""From the network's output to what people see: each step of serving is worked by hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from forecasting.errors import ModelArtifactError
from forecasting.features.model_inputs import GROUPS
from forecasting.model.artifact import ONNX
from forecasting.model.serving import Model, load_model, session_options
from forecasting.values import HORIZONS
from tests.forecasting.model.made_network import (
    FAN,
    SHAPE,
    card,
    every_group,
    inputs,
    network,
    served,
)

ROOTS = np.array([h**0.5 for h in range(1, 21)])
ORDINARY = (10.0, 10.0)


def threads():
    """Numbers of this process's threads; none where the system does not say."""
    return {path.name for path in Path("/proc/self/task").glob("*")}


def test_fans_are_multiples_of_the_scale_and_the_root_of_the_horizon():
    """A unit is one session's volatility; four sessions move twice as far as one."""
    got = served().run(inputs(ORDINARY, scale=0.02))
    assert got.shape == (1, 20, 13)
    np.testing.assert_allclose(got[0, 0], 0.02 * FAN)
    np.testing.assert_allclose(got[0, 3], 0.04 * FAN)
    np.testing.assert_allclose(got[0, 8], 0.06 * FAN)


def test_each_case_has_its_own_scale():
    """A calm and a wild ticker in one batch keep their own units."""
    both = inputs(ORDINARY, ORDINARY)
    both.scale[:] = 0.01, 0.05
    got = served().run(both)
    np.testing.assert_allclose(got[1], 5 * got[0])
    np.testing.assert_allclose(got[1, 0], 0.05 * FAN)


def test_calibration_multiplies_distances_from_the_median():
    """1.2 on the outermost level of the fourth session: 0.5 - 8.5 * 1.2 and 0.5 + 9.5 * 1.2."""
    factors = np.ones(SHAPE)
    factors[3, [0, 12]] = 1.2
    factors[3, [2, 10]] = 0.9
    got = served(calibration=every_group(tuple(map(tuple, factors)))).run(inputs(ORDINARY))[0]
    by_hand = [-9.7, -6, -3.55, -3, -2.5, -1, 0.5, 1.5, 3, 4, 5.45, 8, 11.9]
    np.testing.assert_allclose(got[3], 0.02 * np.array(by_hand))
    np.testing.assert_allclose(got[5], 0.01 * ROOTS[5] * FAN)


def test_each_forecast_has_the_factors_of_its_group_and_horizon():
    """Group 1 from the fifth session on, doubled there: 0.5 + 2 * (-8.5) = -16.5 at the lowest."""
    factors = np.ones((len(GROUPS), *SHAPE))
    factors[1] = 2.0
    asked = inputs(ORDINARY)
    asked.group[0, 4:] = 1
    got = served(calibration=factors.tolist()).run(asked)[0]
    np.testing.assert_allclose(got[3], 0.02 * FAN)
    assert got[4, 0] == pytest.approx(0.01 * ROOTS[4] * -16.5)


def test_no_session_has_a_narrower_fan_than_one_before_it():
    """Halved on the fifth session, the fan stays as wide as on the fourth: twice the unit."""
    factors = np.ones(SHAPE)
    factors[4] = 0.5
    got = served(calibration=every_group(tuple(map(tuple, factors)))).run(inputs(ORDINARY))[0]
    np.testing.assert_allclose(got[4], 0.01 * (0.5 * ROOTS[4] + 2.0 * (FAN - 0.5)))
    np.testing.assert_allclose(got[5], 0.01 * ROOTS[5] * FAN)


def test_strange_inputs_widen_the_fan_by_fifteen_per_cent():
    """Beyond the training range distances from the median grow by 1.15, inside they do not."""
    got = served().run(inputs(ORDINARY, (10.0, 23.5)))
    by_hand = 0.5 + 1.15 * np.array(
        [-8.5, -6.5, -4.5, -3.5, -3, -1.5, 0, 1, 2.5, 3.5, 5.5, 7.5, 9.5]
    )
    np.testing.assert_allclose(got[0, 0], 0.01 * FAN)
    np.testing.assert_allclose(got[1, 0], 0.01 * by_hand)


@pytest.mark.parametrize(
    ("static", "strange"),
    [
        ((-3.0, 10.0), False),  # 15 % of the range 0..20 is 3
        ((-3.1, 10.0), True),
        ((10.0, -3.1), True),
        ((23.0, 10.0), False),
        ((23.1, 10.0), True),
        ((10.0, 23.1), True),
        ((23.1, -3.1), True),
        ((23.0, -3.0), False),
    ],
)
def test_strange_is_what_lies_beyond_the_range_and_its_margin(static, strange):
    """One input more than 15 % of its range outside is enough."""
    assert served().strange(inputs(static)).tolist() == [strange]


def test_the_margin_is_that_of_each_inputs_own_range():
    """Ranges 100..120 and -4..0 have margins of 3 and 0.6."""
    model = served(low=(100.0, -4.0), high=(120.0, 0.0))
    cases = inputs((97.5, -2.0), (96.9, -2.0), (110.0, 0.5), (110.0, 0.7))
    assert model.strange(cases).tolist() == [False, True, False, True]


def test_factors_that_cross_give_fans_that_rise():
    """Level 0.05 pushed beyond level 0.025 changes places with it."""
    factors = np.ones(SHAPE)
    factors[:, 1] = 2.0  # 0.5 - 6.5 * 2 = -12.5, below the -8 of the outermost level
    got = served(calibration=every_group(tuple(map(tuple, factors)))).run(inputs(ORDINARY))[0, 0]
    by_hand = [-12.5, -8, -4, -3, -2.5, -1, 0.5, 1.5, 3, 4, 6, 8, 10]
    np.testing.assert_allclose(got, 0.01 * np.array(by_hand))


def test_many_cases_keep_their_order():
    """2,050 cases in three batches: each fan is lifted by its own input."""
    static = [(20 * i / 2049, 0.0) for i in range(2050)]
    got = served(lift=1.0).run(inputs(*static))
    assert got.shape == (2050, 20, 13)
    np.testing.assert_allclose(got[:, 0, 6], [0.01 * (0.5 + s) for s, _ in static], rtol=1e-5)


def test_no_case_gives_no_fan():
    """An empty batch is answered, with the shape of any other."""
    assert served().run(inputs()).shape == (0, 20, 13)


def test_raw_is_the_networks_own_output():
    """Neither calibrated nor widened, and of the asked part only."""
    halved = tuple((0.5,) * 13 for _ in HORIZONS)
    model = served(lift=1.0, calibration=every_group(halved))
    got = model.raw(inputs((0.0, 0.0), (2.0, 0.0), (99.0, 0.0)), slice(1, 3))
    assert got.dtype == np.float64
    np.testing.assert_allclose(got[0, 19], 2 + FAN)
    np.testing.assert_allclose(got[1, 19], 99 + FAN)


@pytest.mark.parametrize("width", [1, 3])
def test_a_network_of_other_inputs_is_not_served(width):
    """A card for one input or for three belongs to another network than that of two."""
    with pytest.raises(ModelArtifactError, match="takes"):
        served(low=(0.0,) * width, high=(20.0,) * width)


def test_what_is_no_network_is_not_served():
    """The right digest of the wrong bytes is still no model."""
    with pytest.raises(ModelArtifactError, match="cannot be loaded"):
        Model(b"no network", card(b"no network"))


def test_a_card_without_its_network_is_not_served():
    """A file that the card does not know has changed."""
    with pytest.raises(ModelArtifactError, match=f"damaged: {ONNX} has changed"):
        Model(network(), card(network(), files={}))


def test_inputs_in_double_precision_are_served_alike():
    """Features are computed in doubles; the network takes single floats."""
    plain = inputs((2.0, 0.0))
    double = replace(
        plain,
        **{n: getattr(plain, n).astype(np.float64) for n in ("sequence", "static", "seasons")},
    )
    got = served(lift=1.0).run(double)
    np.testing.assert_allclose(got[0, 0], 0.01 * (2 + FAN))


def test_a_model_starts_no_threads_and_keeps_no_memory():
    """Questions are answered on the threads that ask: a pool would take the bot's two cores."""
    assert (session_options().intra_op_num_threads, session_options().log_severity_level) == (1, 3)
    assert not session_options().enable_cpu_mem_arena
    before = threads()
    model = served()
    model.run(inputs(ORDINARY))
    assert not threads() - before


def test_a_folder_without_a_model_is_named_with_the_reason(tmp_path):
    """An operator reads where the model was looked for, and what the system said."""
    with pytest.raises(ModelArtifactError) as caught:
        load_model(tmp_path)
    assert str(caught.value) == f"no model in {tmp_path}: No such file or directory"

"""What each night's training decided."""

from datetime import date

from storage.records.work import TrainingResult
from tests.storage.samples import DAY


def test_a_nights_result_replaces_an_earlier_try_of_that_night(store):
    """After a crash the ticker is done again, and counted once."""
    night = date(2021, 3, 4)
    tried = TrainingResult("TSLA", night, "failed", detail="out of memory")
    final = TrainingResult("TSLA", night, "kept", "v41", "v42", 0.61, 0.62, "2 % worse", 3.5)
    for result in (tried, final):
        store.save_training_result(result)
    other = TrainingResult("AAPL", night, "promoted", "", "v1", None, 0.5)
    older = TrainingResult("TSLA", night - DAY, "promoted")
    store.save_training_result(other)
    store.save_training_result(older)
    assert store.training_results("TSLA") == (final, older)
    assert store.training_results("TSLA", limit=1) == (final,)
    assert store.training_night(night) == (other, final)

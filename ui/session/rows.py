"""The rows that the controls are set to, built in or uploaded, and their splits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from ensemble import Dataset, EnsembleConfig, InputError, Run
from ensemble.datasets.compact import bytes_of
from ensemble.datasets.config import DataConfig, corrupted, table_of
from ensemble.datasets.digest import digest
from ensemble.datasets.splits import folds as split_into_folds
from ensemble.datasets.splits import split
from ensemble.datasets.table import Table
from ensemble.sharing.script import Source
from ui.server import held
from ui.session import settings, upload
from ui.session.state import Made, owner, state

FOLDS = 5
SEEDS_TO_KEEP_FOLDS_OF = 4

# For each split, the last one made from it with fewer features.
_fewer: WeakKeyDictionary[Dataset, Dataset] = WeakKeyDictionary()

# By table, test share and seed.
_of_sources: WeakKeyDictionary[Table, dict[tuple[float, int], Dataset]] = WeakKeyDictionary()

# By table and seed.
_of_folds: WeakKeyDictionary[Table, dict[int, list[Dataset]]] = WeakKeyDictionary()

# Whether a split has the same rows as the one made from a table's digest, a test share and a seed.
_same_rows: WeakKeyDictionary[Dataset, dict[tuple[str, float, int], bool]] = WeakKeyDictionary()


def table() -> Table:
    """All rows of the chosen data."""
    chosen = settings.data_config()
    if upload.has_own_rows():
        return _own("table", lambda: _corrupted_own(chosen))
    return _table(**_what_makes_rows(chosen))


def dataset() -> Dataset:
    """The chosen data, split into training and test rows."""
    chosen, seed = settings.data_config(), settings.split_seed()
    if upload.has_own_rows():
        return _own("split", lambda: split(table(), chosen.test_share, seed))
    return _split(chosen.test_share, seed, **_what_makes_rows(chosen))


def folds_of(source: Source) -> list[Dataset]:
    """Cross-validation folds of a run's rows: each row is a test row once. They are kept as long as the table."""
    kept = _of_folds.setdefault(source.table, {})
    if source.seed not in kept:
        kept[source.seed] = split_into_folds(source.table, FOLDS, source.seed)
        for seed in list(kept)[:-SEEDS_TO_KEEP_FOLDS_OF]:
            del kept[seed]
    return kept[source.seed]


def rows_of(name: str, features: Sequence[str] = ()) -> Dataset:
    """Another data set, or the chosen one with only some features, with the chosen test share and seed."""
    fraction, seed = settings.data_config().test_share, settings.split_seed()
    if features:
        whole, wanted = dataset(), tuple(features)
        if whole not in _fewer or _fewer[whole].feature_names != wanted:
            _fewer[whole] = whole.only(wanted)
        return _fewer[whole]
    return _split(fraction, seed, **_what_makes_rows(DataConfig(data=name)))


def source() -> Source:
    """The table and the split of the chosen data."""
    return Source(table(), settings.data_config().test_share, settings.split_seed())


def source_named(name: str, config: EnsembleConfig) -> Source:
    """The table and the split of another data set, with the chosen test share and the seed of a configuration."""
    return source_of_rows(DataConfig(data=name), config)


def source_of_rows(wanted: DataConfig, config: EnsembleConfig) -> Source:
    """As ``source_named``, for any settings of a data set."""
    chosen = settings.data_config()
    return Source(_table(**_what_makes_rows(wanted)), chosen.test_share, chosen.split_seed(config.seed))


def are_rows_of(chosen: DataConfig, data: Dataset, seed: int) -> bool:
    """Whether these settings and this seed give the same split."""
    return _split(chosen.test_share, chosen.split_seed(seed), **_what_makes_rows(chosen)).same_rows(data)


def class_rows(chosen: DataConfig) -> Dataset:
    """The split that a whole class shares; it does not depend on the seed of a run."""
    return _split(chosen.test_share, chosen.split_seed(0), **_what_makes_rows(chosen))


def split_of(source: Source) -> Dataset:
    """The split of a run; it is kept as long as its table."""
    kept = _of_sources.setdefault(source.table, {})
    key = source.test_size, source.seed
    if key not in kept:
        kept[key] = split(source.table, source.test_size, source.seed)
        for old in list(kept)[:-SEEDS_TO_KEEP_FOLDS_OF]:
            del kept[old]
    return kept[key]


def source_of_example() -> Source:
    """The table and the split of the example run."""
    chosen = DataConfig()
    return Source(_table(**_what_makes_rows(chosen)), chosen.test_share, chosen.split_seed(EnsembleConfig().seed))


def dataset_for(run: Run) -> Dataset:
    """The split of the chosen data on which a saved run was trained.

    Raises
    ------
    InputError
        If features, classes or predictions do not fit.
    """
    chosen = settings.data_config()
    rows = split(table(), chosen.test_share, chosen.split_seed(run.config.seed))
    if not run.fits(rows):
        raise InputError(
            f"This run was trained on other rows: choose its data set and test share on the page “Data” first. It has "
            f"{len(run.feature_names)} features and {run.test_log_proba.shape[1]} test rows."
        )
    return rows


def dataset_is(data: Dataset, asked: EnsembleConfig) -> bool:
    """Whether the chosen data, split for this configuration, are the same rows."""
    chosen = settings.data_config()
    fraction, seed = chosen.test_share, chosen.split_seed(asked.seed)
    if upload.has_own_rows():
        rows, known = table(), _same_rows.setdefault(data, {})
        key = digest(rows), fraction, seed
        if key not in known:
            found = split(rows, fraction, seed)
            # A pinned run on uploaded rows keeps no training rows.
            whole = len(data.x_train_at(slice(1)))
            known[key] = (found if whole else replace(found, x_train=found.x_train_at(slice(0)))).same_rows(data)
        return known[key]
    return _split(fraction, seed, **_what_makes_rows(chosen)).same_rows(data)


def own_rows_with(chosen: DataConfig) -> Table | None:
    """The uploaded rows with the chosen imbalance and label noise; None if there are none."""
    rows = state().own_table
    return None if rows is None else corrupted(rows, chosen.imbalance, chosen.label_noise)


def _what_makes_rows(chosen: DataConfig) -> dict[str, Any]:
    return {name: value for name, value in chosen if name not in ("test_share", "split")}


def _own(what: str, make: Callable[[], Any]) -> Any:
    """Made once for the present settings; nothing is kept for earlier ones."""
    present, asked = state(), (settings.data_config(), settings.config().seed)
    if present.own_made is None or present.own_made.asked != asked:
        present.own_made = Made(asked, {})
    made = present.own_made.result
    if what not in made:
        made[what] = make()
    return made[what]


def _corrupted_own(chosen: DataConfig) -> Table:
    table = own_rows_with(chosen)
    assert table is not None
    held.hold(table, bytes_of(table), str(owner()))
    return table


@lru_cache(maxsize=32)
def _table(**rows: Any) -> Table:
    return table_of(DataConfig(**rows))


# As many as sessions of a large class: each asks for its own several times in each run of a page.
@lru_cache(maxsize=512)
def _split(test_share: float, seed: int, **rows: Any) -> Dataset:
    return split(_table(**rows), test_share, seed)

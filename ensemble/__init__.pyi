from .config import EnsembleConfig as EnsembleConfig
from .datasets.builtin import load_dataset as load_dataset
from .datasets.table import Dataset as Dataset
from .errors import InputError as InputError
from .runs.run import Run as Run
from .training.loop import train as train

from .builtin import load_dataset as load_dataset
from .builtin import load_table as load_table
from .config import DataConfig as DataConfig
from .csv_table import from_csv as from_csv
from .splits import folds as folds
from .splits import split as split
from .table import Dataset as Dataset
from .table import Table as Table

from .config import DataConfig as DataConfig
from .table import Dataset as Dataset
from .table import Table as Table
from .table import folds as folds
from .table import from_csv as from_csv
from .table import load_dataset as load_dataset
from .table import load_table as load_table
from .table import split as split

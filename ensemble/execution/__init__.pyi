from .service import close as close
from .service import keras_file as keras_file
from .service import submit as submit
from .service import submit_group as submit_group
from .service import submit_sweep as submit_sweep

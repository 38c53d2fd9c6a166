"""Training with TensorFlow, which is loaded nowhere else."""

import os

from ensemble.training.program_files import flags_with_own_folder

# XLA calls a function for each part of a loop's body. A loop that touches fewer bytes than this becomes a single function,
# which for networks of this size is faster. XLA reads the environment when TensorFlow first compiles.
_OPTION = "xla_cpu_small_while_loop_byte_threshold"
_BYTES = 2**22

_flags = os.environ.get("XLA_FLAGS", "")
if _OPTION not in _flags:
    os.environ["XLA_FLAGS"] = f"{_flags} --xla_backend_extra_options={_OPTION}={_BYTES}".strip()

os.environ["TF_XLA_FLAGS"] = flags_with_own_folder(os.environ.get("TF_XLA_FLAGS", ""))

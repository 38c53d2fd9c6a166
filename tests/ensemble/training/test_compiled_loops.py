"""What makes a step fast: XLA compiles the loops of a small network as one function, and its products without a library."""

import gc
import os
import re
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

from ensemble import EnsembleConfig, load_dataset
from ensemble.training.arguments import flatten, initial_weights, phases, program_key
from ensemble.training.network import Network
from ensemble.training.products import AS_LOOPS, BY_LIBRARY
from ensemble.training.program import Program


def compiled(config, data):
    """What XLA has made of a program, as text."""
    key = program_key(config, data)
    program = Program(key)
    state = program.initial_state(flatten([initial_weights(config, data.features, data.classes)], key))
    (phase,) = phases([config], [data], key)
    ir = program._compiled_chunk.traced.experimental_get_compiler_ir(state, tf.constant(0), phase.next_chunk(1))
    return ir(stage="optimized_hlo")


def test_the_classic_run_is_one_function_without_a_library(wine):
    text = compiled(EnsembleConfig(), wine)
    assert not re.findall(r"= \S+ dot\(", text)
    assert text.count('xla_cpu_small_call="true"') == 2


def test_the_steps_on_digits_have_products_as_loops_too(wine):
    key = program_key(EnsembleConfig(), wine)._replace(features=64)
    assert Network(key, rows=10, is_trained=True)._products is AS_LOOPS
    assert Network(key._replace(features=65), rows=10, is_trained=True)._products is BY_LIBRARY


def test_a_wide_network_keeps_the_library_and_so_has_loops_that_are_no_function(wine):
    text = compiled(EnsembleConfig(hidden_units=64), wine)
    assert re.findall(r"= \S+ dot\(", text)
    assert "xla_cpu_small_call" not in text


def test_where_only_the_evaluation_is_large_the_steps_are_one_function():
    text = compiled(EnsembleConfig(), load_dataset("breast_cancer"))
    assert re.findall(r"= \S+ dot\(", text)
    assert text.count('xla_cpu_small_call="true"') == 1


def test_the_collector_leaves_out_what_tensorflow_has_loaded_while_a_program_is_traced():
    assert gc.get_freeze_count() > 50_000


@pytest.mark.parametrize("flags", ["", "--xla_backend_extra_options=one_of_ones_own=1"])
def test_flags_of_ones_own_are_kept(flags):
    """What XLA makes of an entry that it does not know is in test_program_files.py, whose processes compile."""
    code = "import ensemble.training, os, sys; print(os.environ['XLA_FLAGS']); assert 'tensorflow' not in sys.modules"
    environment = os.environ | {"XLA_FLAGS": flags}
    out = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True).stdout
    assert out.startswith(flags)
    assert "xla_cpu_small_while_loop_byte_threshold=" in out


@pytest.mark.parametrize(("of_x", "of_gradient", "members"), [(1, 3, 3), (3, 1, 3), (3, 3, 3), (1, 1, 1)])
def test_both_forms_of_a_product_give_the_same_numbers(of_x, of_gradient, members):
    rng = np.random.default_rng(0)
    x, gradient, kernel = (
        tf.constant(rng.normal(size=shape).astype(np.float32))
        for shape in ((2, of_x, 5, 4), (2, of_gradient, 5, 6), (2, members, 4, 6))
    )
    arguments = {"forward": (x, kernel), "combine": (x, kernel), "backward": (gradient, kernel), "outer": (x, gradient)}
    for name, (one, other) in arguments.items():
        if name == "combine" and of_x < members:
            continue
        loops, library = (getattr(form, name)(one, other) for form in (AS_LOOPS, BY_LIBRARY))
        assert loops.shape == library.shape
        np.testing.assert_allclose(loops, library, rtol=1e-5, atol=1e-5)

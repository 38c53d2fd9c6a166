"""A function that XLA compiles: in the first process that calls it; others of the same version find it in a file."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ensemble.training import program_files
from ensemble.training.program_files import ProgramFile

log = logging.getLogger(__name__)

# The garbage collector would look through all that TensorFlow has loaded while a program is traced: that takes twice as long.
gc.freeze()


class CompiledFunction:
    """A function of tensors of always the same shapes; safe to call from several threads.

    Parameters
    ----------
    function : callable
        What is compiled. It captures no tensor.
    description : str
        Tells it from all other functions of this version.
    result : nested tuples
        Of the form that the function returns, with anything in place of the tensors.
    """

    def __init__(self, function: Callable[..., Any], description: str, result: Any):
        # Loops are tf.while_loop: to translate Python's own with autograph would take longer than the compilation.
        self.traced = tf.function(function, jit_compile=True, autograph=False)
        self._description, self._result = description, result
        self._ready: Callable[..., Any] | None = None
        self._first_call = threading.Lock()

    def __call__(self, *arguments: Any) -> Any:
        if self._ready:
            return self._ready(*arguments)
        with self._first_call:
            if not self._ready:
                self._ready = self._stored(arguments) if program_files.is_in_use() else self.traced
        return self._ready(*arguments)

    def _stored(self, arguments: Any) -> Callable[..., Any]:
        """The function as it is called from now on, after its first call."""
        name = program_files.name_of(self._description)
        file = program_files.load(name)
        try:
            graph = tf.compat.v1.GraphDef.FromString(file.graph) if file else self._named_graph(name, arguments)
            function = self._imported(graph, name)
            with program_files.machine_code_of(name, file.machine_code if file else {}) as machine_code:
                function(*arguments)
        except Exception as error:  # a file is never needed, whatever another TensorFlow has against it
            log.info("The file of a compiled program is not used: %s", error)
            program_files.remove(name)
            return self._without_file(arguments)
        if machine_code and not file:
            program_files.save(name, ProgramFile(graph.SerializeToString(), machine_code))
        return function

    def _without_file(self, arguments: Any) -> Callable[..., Any]:
        """The function compiled for this process alone; on a full disk, where XLA cannot write and gives up, not compiled."""
        try:
            self.traced(*arguments)
        except tf.errors.OpError:
            return tf.function(self.traced.python_function, autograph=False)
        return self.traced

    def _named_graph(self, name: str, arguments: Any) -> Any:
        """A function of this name that calls the traced one; names are the same in each process."""
        traced = self.traced.get_concrete_function(*arguments)
        graph = traced.graph.as_graph_def()
        del graph.node[:]
        graph.library.function.append(traced.function_def)
        traced_function = graph.library.function[-1]
        names = {one.signature.name: f"{name}_{index}" for index, one in enumerate(graph.library.function)}
        for one in graph.library.function:
            one.signature.name = names[one.signature.name]
            for node in one.node_def:
                for value in node.attr.values():
                    if value.HasField("func"):
                        value.func.name = names[value.func.name]
        signature, launch = traced_function.signature, graph.library.function.add()
        launch.signature.CopyFrom(signature)
        launch.signature.name = name
        call = launch.node_def.add(name="call", op="XlaLaunch", input=[one.name for one in signature.input_arg])
        call.attr["Tconstants"].list.SetInParent()
        call.attr["Nresources"].i = 0
        call.attr["Targs"].list.type.extend(one.type for one in signature.input_arg)
        call.attr["Tresults"].list.type.extend(one.type for one in signature.output_arg)
        call.attr["function"].func.name = signature.name
        for index, one in enumerate(signature.output_arg):
            launch.ret[one.name] = f"call:results:{index}"
        return graph

    def _imported(self, graph: Any, name: str) -> Callable[..., Any]:
        """The function of this name in a graph, all of whose functions TensorFlow knows from now on."""
        tf.compat.v1.wrap_function(lambda: tf.graph_util.import_graph_def(graph), [])
        signature = next(one.signature for one in graph.library.function if one.signature.name == name)
        types = [output.type for output in signature.output_arg]
        # What TensorFlow's own optimiser makes of the function, XLA makes slower code of.
        config = tf.compat.v1.ConfigProto()
        config.graph_options.rewrite_options.disable_meta_optimizer = True
        as_it_is = config.SerializeToString()

        def function(*arguments: Any) -> Any:
            tensors = tf.raw_ops.PartitionedCall(args=tf.nest.flatten(arguments), Tout=types, f=name, config_proto=as_it_is)
            return tf.nest.pack_sequence_as(self._result, tensors)

        return function

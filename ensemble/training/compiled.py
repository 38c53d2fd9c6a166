"""A function that XLA compiles: in the first process that calls it; others of the same version find it in a file."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from ensemble.training import program_files
from ensemble.training.program_files import ProgramFile

log = logging.getLogger(__name__)


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
            function = self._imported(graph, arguments)
            with program_files.machine_code_of(name, file.machine_code if file else {}) as machine_code:
                function(*arguments)
        except Exception as error:  # a file is never needed, whatever another TensorFlow has against it
            log.info("The file of a compiled program is not used: %s", error)
            program_files.remove(name)
            return self.traced
        if machine_code and not file:
            program_files.save(name, ProgramFile(graph.SerializeToString(), machine_code))
        return function

    def _named_graph(self, name: str, arguments: Any) -> Any:
        """A call of the traced function, with names that are the same in each process."""
        function = self.traced.get_concrete_function(*arguments).function_def
        graph = self.traced.get_concrete_function(*arguments).graph.as_graph_def()
        del graph.node[:]
        graph.library.function.append(function)
        names = {one.signature.name: f"{name}_{index}" for index, one in enumerate(graph.library.function)}
        for one in graph.library.function:
            one.signature.name = names[one.signature.name]
            for node in one.node_def:
                for value in node.attr.values():
                    if value.HasField("func"):
                        value.func.name = names[value.func.name]
        inputs, outputs = function.signature.input_arg, function.signature.output_arg
        call = graph.node.add(name="call", op="PartitionedCall", input=[f"{one.name}:0" for one in inputs])
        call.attr["Tin"].list.type.extend(one.type for one in inputs)
        call.attr["Tout"].list.type.extend(one.type for one in outputs)
        call.attr["f"].func.name = names[function.signature.name]
        call.attr["_XlaMustCompile"].b = True
        return graph

    def _imported(self, graph: Any, arguments: Any) -> Callable[..., Any]:
        """The call in a graph."""
        (call,) = graph.node
        outputs = [f"{call.name}:{index}" for index in range(len(call.attr["Tout"].list.type))]

        def import_call(*tensors: Any) -> Any:
            inputs = dict(zip(call.input, tensors, strict=True))
            return tf.graph_util.import_graph_def(graph, inputs, outputs, name="")

        flat = tf.nest.flatten(arguments)
        imported = tf.compat.v1.wrap_function(import_call, [tf.TensorSpec(tensor.shape, tensor.dtype) for tensor in flat])
        return lambda *arguments: tf.nest.pack_sequence_as(self._result, imported(*tf.nest.flatten(arguments)))

"""llama.cpp itself, by the C interface that the library of the package xllamacpp exports."""
import ctypes
import importlib.util
from pathlib import Path

import numpy as np


class _Parameters(ctypes.Structure):
    """A structure of settings that is passed on as it came; larger than any of llama.cpp's."""
    _fields_ = [("bytes", ctypes.c_uint8 * 1024)]


class _Batch(ctypes.Structure):
    _fields_ = [("count", ctypes.c_int32)] + [
        (name, ctypes.c_void_p) for name in ("token", "embd", "pos", "n_seq_id", "seq_id", "logits")]


def _library():
    package = importlib.util.find_spec("xllamacpp").submodule_search_locations[0]
    library = ctypes.CDLL(str(next(Path(package).glob("xllamacpp*.so"))))
    pointer, integer = ctypes.c_void_p, ctypes.c_int32
    for name, result, arguments in [
        ("llama_backend_init", None, []),
        ("llama_log_set", None, [pointer, pointer]),
        ("llama_model_default_params", _Parameters, []),
        ("llama_context_default_params", _Parameters, []),
        ("llama_model_load_from_file", pointer, [ctypes.c_char_p, _Parameters]),
        ("llama_init_from_model", pointer, [pointer, _Parameters]),
        ("llama_model_get_vocab", pointer, [pointer]),
        ("llama_vocab_n_tokens", integer, [pointer]),
        ("llama_tokenize", integer, [pointer, ctypes.c_char_p, integer, pointer, integer,
                                     ctypes.c_bool, ctypes.c_bool]),
        ("llama_batch_get_one", _Batch, [pointer, integer]),
        ("llama_decode", integer, [pointer, _Batch]),
        ("llama_get_logits_ith", ctypes.POINTER(ctypes.c_float), [pointer, integer]),
        ("llama_free", None, [pointer]),
        ("llama_model_free", None, [pointer]),
    ]:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


_SILENT = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(
    lambda level, text, data: None)


class LlamaModel:
    """A model that llama.cpp has loaded from a GGUF file."""

    def __init__(self, path):
        self.library = _library()
        self.library.llama_log_set(ctypes.cast(_SILENT, ctypes.c_void_p), None)
        self.library.llama_backend_init()
        self.model = self.library.llama_model_load_from_file(
            str(path).encode(), self.library.llama_model_default_params())
        assert self.model, f"llama.cpp refuses {path}"
        self.vocabulary = self.library.llama_model_get_vocab(self.model)

    def tokens(self, text):
        """The ids of a text, with what llama.cpp puts around it."""
        data = text.encode()
        ids = (ctypes.c_int32 * (len(data) + 2))()
        count = self.library.llama_tokenize(
            self.vocabulary, data, len(data), ids, len(ids), True, False)
        assert count >= 0
        return list(ids[:count])

    def logits(self, ids):
        """The logits after these tokens."""
        context = self.library.llama_init_from_model(
            self.model, self.library.llama_context_default_params())
        array = (ctypes.c_int32 * len(ids))(*ids)
        batch = self.library.llama_batch_get_one(array, len(ids))
        assert self.library.llama_decode(context, batch) == 0
        pointer = self.library.llama_get_logits_ith(context, -1)
        count = self.library.llama_vocab_n_tokens(self.vocabulary)
        logits = np.ctypeslib.as_array(pointer, (count,)).copy()
        self.library.llama_free(context)
        return logits

    def __del__(self):
        if getattr(self, "model", None):
            self.library.llama_model_free(self.model)

#!/usr/bin/env python3
"""Merges models by our recipes with mergekit itself and compares.

  test_mergekit.py TOOLS ENVIRONMENT

TOOLS is the directory of the built commands; ENVIRONMENT is made if missing: mergekit without the
packages that merging does not need, on top of those of the Python that runs this. mergekit computes
in binary32, so numbers may differ by the rounding of its sums. What it drops at random is its own, so
dare_linear and dare_ties are compared with density 1 only.
"""
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
import venv
from pathlib import Path

from test_model_merging import RECIPES, located, make_model, merge, tensors

PACKAGES = ["mergekit==0.1.5", "immutables==0.21", "pydantic==2.14.4", "pydantic-core==2.50.5",
            "annotated-types==0.8.0", "typing-inspection==0.4.5", "click==8.5.1", "peft==0.21.2",
            "scipy==1.17.1", "sentencepiece==0.2.3", "protobuf==7.36.2"]
TOLERANCE = 1e-6

PEER = """
import sys, yaml
from mergekit.config import MergeConfiguration
from mergekit.merge import MergeOptions, run_merge
for path in sys.argv[1:]:
    recipe = MergeConfiguration.model_validate(yaml.safe_load(open(path)))
    run_merge(recipe, path.removesuffix(".yaml"), MergeOptions(quiet=True, write_model_card=False))
"""


def environment(directory):
    """A Python with mergekit, and with the packages of the one that runs this."""
    python = Path(directory) / "bin/python"
    mark = Path(directory) / ".complete"
    if not mark.exists() or mark.read_text() != "\n".join(PACKAGES):
        venv.create(directory, with_pip=True)
        own = subprocess.run(
            [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
            capture_output=True, text=True, check=True).stdout.strip()
        (Path(own) / "base.pth").write_text(sysconfig.get_path("purelib") + "\n")
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check",
                        "--no-deps", *PACKAGES], check=True)
        mark.write_text("\n".join(PACKAGES))
    return python


def comparable(recipe):
    """The recipe as mergekit can be held to it, or None."""
    recipe = json.loads(json.dumps(recipe))
    if recipe.get("parameters", {}).get("rescale") == "l1":
        return None
    if recipe["merge_method"].startswith("dare"):
        for model in recipe["models"]:
            model["parameters"]["density"] = 1
    return recipe


def main():
    tools, python = sys.argv[1], environment(sys.argv[2])
    with tempfile.TemporaryDirectory() as directory:
        where = Path(directory)
        for number, name in enumerate(("base", "A", "B", "C")):
            make_model(where / name, 20 + number)
        make_model(where / "near", 21)
        recipes = {label: comparable(recipe) for label, recipe in RECIPES.items()}
        paths = {}
        for label, recipe in recipes.items():
            if recipe is None:
                continue
            recipe = located(recipe, where)
            merge(tools, recipe, where / f"ours-{label}")
            recipe["dtype"] = "float32"
            paths[label] = where / f"theirs-{label}.yaml"
            paths[label].write_text(json.dumps(recipe))
        done = subprocess.run([python, "-c", PEER, *paths.values()], capture_output=True, text=True,
                              env={**os.environ, "HF_HUB_OFFLINE": "1"})
        assert done.returncode == 0, done.stderr[-2000:]
        for label, path in paths.items():
            found, expected = tensors(where / f"ours-{label}"), tensors(path.with_suffix(""))
            assert set(found) == set(expected), label
            worst = max(abs(found[name] - expected[name]).max()
                        / max(1.0, abs(expected[name]).max()) for name in found)
            print(f"{label}: largest difference from mergekit {worst:.1e}")
            assert worst <= TOLERANCE, label


if __name__ == "__main__":
    main()

"""Build hook: the engine as an extension in C, made from the same source by mypyc.

Off unless asked for, as it needs a C compiler::

    HATCH_BUILD_HOOKS_ENABLE=1 pip install .

An editable install stays as it is: Python would go on with the extension after its source was edited.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Floats must come out the same as interpreted, so no multiplication is fused with an addition.
SETUP = """
import sys
from setuptools import setup
from mypyc.build import mypycify

sources = {sources!r}
extensions = mypycify(["--config-file", "mypy.ini", *sources], opt_level="2", debug_level="0")
if sys.platform != "win32":
    for one in extensions:
        one.extra_compile_args += ["-ffp-contract=off", "-Wno-error"]
setup(name="engine", packages=[], ext_modules=extensions)
"""

MYPY = """
[mypy]
python_version = {version[0]}.{version[1]}
plugins = pydantic.mypy
ignore_missing_imports = True
"""


def sources(root: Path, include: list[str], exclude: list[str]) -> list[str]:
    """The modules to compile, as paths under `root`; of a package all but its ``__init__``."""
    found = {path for pattern in include for path in root.glob(pattern) if path.name != "__init__.py"}
    found -= {path for pattern in exclude for path in root.glob(pattern)}
    return sorted(str(path.relative_to(root)) for path in found)


def build(root: Path, folder: Path, include: list[str], exclude: list[str]) -> list[Path]:
    """Compile in a copy of the package; returns the extensions made, as paths under `folder`."""
    shutil.copytree(root / "emergency", folder / "emergency", ignore=shutil.ignore_patterns("__pycache__", "*.so"))
    (folder / "mypy.ini").write_text(MYPY.format(version=sys.version_info))
    (folder / "setup.py").write_text(SETUP.format(sources=sources(root, include, exclude)))
    command = [sys.executable, "setup.py", "--quiet", "build_ext", "--inplace"]
    told = subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if told.returncode:
        raise RuntimeError(f"the engine could not be compiled:\n{told.stdout[-8000:]}")
    shutil.rmtree(folder / "build")
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.suffix in (".so", ".pyd"))


class CompileHook(BuildHookInterface[Any]):
    """Puts the compiled engine into the wheel, beside its source."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the wheel is put together."""
        if self.target_name != "wheel" or version == "editable":
            return
        self._folder = TemporaryDirectory()
        folder = Path(self._folder.name)
        made = build(Path(self.root), folder, self.config["modules"], self.config.get("interpreted", []))
        build_data["force_include"].update({str(folder / path): str(path) for path in made})
        build_data["pure_python"] = False
        build_data["infer_tag"] = True

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Clear away what the wheel has taken in."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()

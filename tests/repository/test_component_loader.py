"""The one string that a component's modules become: its order and scopes, and what is refused."""

import os
import re
import shutil
import subprocess

import pytest

from testing import PATIENCE
from ui.components import FOLDER
from ui.components.loader import ModuleError, bundle

COMPONENTS = sorted(path.parent.name for path in FOLDER.glob("*/view.js"))


@pytest.fixture
def written(tmp_path):
    """Writes modules to files, and returns the bundle of the first."""

    def write(**modules: str) -> str:
        for name, text in modules.items():
            (tmp_path / f"{name}.js").write_text(text)
        return bundle(tmp_path / f"{next(iter(modules))}.js")

    return write


def evaluated(text: str) -> str:
    """What the bundle's default export prints, run by Node."""
    node = shutil.which("node")
    if node is None:
        if os.environ.get("CI") == "true":
            pytest.fail("node is missing")
        pytest.skip("needs node")
    code = re.sub("^export default ", "", text, flags=re.MULTILINE) + "\nmain();"
    command = [node, "--input-type=module", "--eval", code]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=PATIENCE).stdout.strip()


def test_imports_come_before_their_importers_and_each_module_once(written):
    text = written(
        view='import { b } from "./b.js";\nimport { a } from "./a.js";\nexport default function main() {}\n',
        b='import { a } from "./a.js";\nexport const b = a;\n',
        a="export const a = 1;\n",
    )
    titles = re.findall(r"^// \S+/(\w+)\.js$", text, re.MULTILINE)
    assert titles == ["a", "b", "view"]


def test_modules_are_evaluated_once_in_a_scope_of_their_own(written):
    text = written(
        view=(
            'import { count, name as leftName } from "./left.js";\nimport {\n  name,\n  Right,\n  twice,\n} '
            'from "./right.js";\n'
            "const hidden = 'view';\n"
            "export default function main() { console.log(hidden, leftName, name, new Right().own, twice(count())); }\n"
        ),
        left=(
            'import { tally } from "./tally.js";\nconst hidden = "left";\nexport const name = hidden;\n'
            "export const count = () => tally.push(1);\n"
        ),
        right=(
            'import { tally } from "./tally.js";\nconst hidden = "right";\nexport const name = hidden;\n'
            "export class Right { own = hidden; }\nexport function twice(number) { return 2 * number; }\ntally.push(0);\n"
        ),
        tally="export const tally = [];\n",
    )
    assert evaluated(text) == "view left right right 4"


def test_modules_that_import_each_other_are_refused_by_name(written):
    with pytest.raises(ModuleError, match=r"a\.js → b\.js → a\.js"):
        written(
            a='import { b } from "./b.js";\nexport const a = 1;\n',
            b='import { a } from "./a.js";\nexport const b = 1;\n',
        )


def test_a_missing_export_is_refused_by_name(written):
    with pytest.raises(ModuleError, match=r"view\.js imports formatLos, which format\.js does not export"):
        written(view='import { formatLos } from "./format.js";\n', format="export const formatLoss = 1;\n")


def test_a_missing_file_is_refused_by_name(written):
    with pytest.raises(ModuleError, match=r"view\.js imports .*gone\.js, which is no file"):
        written(view='import { a } from "./gone.js";\n')


@pytest.mark.parametrize(
    "line",
    [
        'import everything from "./other.js";',
        'import * as other from "./other.js";',
        'import "./other.js";',
        'import { a } from "package";',
        "export { a };",
        'export * from "./other.js";',
        "export let a = 1;",
    ],
)
def test_other_forms_of_import_and_export_are_refused_by_line(written, line):
    with pytest.raises(ModuleError, match=r"view\.js has an import or export of another form: " + re.escape(line)):
        written(view=f"{line}\nexport default function main() {{}}\n", other="export const a = 1;\n")


def test_only_the_entry_has_a_default_export(written):
    with pytest.raises(ModuleError, match=r"other\.js has an import or export of another form: export default"):
        written(view='import { a } from "./other.js";\n', other="export const a = 1;\nexport default function main() {}\n")


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_is_bundled_line_by_line(name):
    text = bundle(FOLDER / name / "view.js")
    lines = (FOLDER / name / "view.js").read_text(encoding="utf-8").split("export default")[-1].split("\n")
    assert text.endswith("\n".join("" if line.lstrip().startswith("//") else line.strip() for line in lines))
    assert not re.search(r"^import", text, re.MULTILINE)
    assert len(re.findall(r"^export", text, re.MULTILINE)) == 1

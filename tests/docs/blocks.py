"""Code in our documents: a fenced block that names a file holds that file, letter by letter.

`python -m tests.docs.blocks` writes the files into the documents after they have changed.
"""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
NAMED_BLOCK = re.compile(r"^```(?P<language>\w+) (?P<file>\S+)\n(?P<code>.*?)^```$", re.M | re.S)


def named_blocks(document: Path) -> dict[str, str]:
    """File name to code, in the order of the document."""
    return {block["file"]: block["code"] for block in NAMED_BLOCK.finditer(document.read_text())}


def written(text: str) -> str:
    """The document with every named block as its file is now."""
    return NAMED_BLOCK.sub(
        lambda block: f"```{block['language']} {block['file']}\n{(ROOT / block['file']).read_text()}```", text
    )


if __name__ == "__main__":
    for path in DOCS.rglob("*.md"):
        before = path.read_text()
        if (after := written(before)) != before:
            path.write_text(after)

"""Print the README's command N: its N-th block of ``sh`` code, so that what is run can't rot."""

import re
import sys
from pathlib import Path

readme = Path(__file__).parent.parent / "README.md"
blocks = re.findall(r"^```sh\n(.*?)^```$", readme.read_text("utf-8"), re.MULTILINE | re.DOTALL)
print(blocks[int(sys.argv[1]) - 1].strip())

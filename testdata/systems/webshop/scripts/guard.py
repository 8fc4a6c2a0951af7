import json
import sys

call = json.load(sys.stdin)
if call["tool_input"].get("file_path", "").startswith("migrations/"):
    print("migrations are written by hand", file=sys.stderr)
    sys.exit(2)

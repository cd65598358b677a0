#!/usr/bin/env bash
# Makes the virtual environment named by the first argument hold exactly requirements.lock.
# The stamp is written last, so an interrupted set-up starts again; a finished one is reused.
set -euo pipefail
venv=${1:?usage: setup.sh FOLDER}
stamp=$venv/installed.txt

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

if [ -f "$stamp" ] && cat requirements.lock pyproject.toml | cmp -s - "$stamp" && [ -x "$venv/bin/analysis" ]; then
  exit 0
fi
for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11 python; do
  if fits "$candidate"; then python=$candidate; break; fi
done
if [ -z "${python:-}" ]; then
  echo "Python 3.11 or newer was not found. Install it, or name it: make report PYTHON=/path/to/python3" >&2
  exit 2
fi
echo "Setting up $venv (once, about two minutes) ..."
if ! "$python" -m venv --clear "$venv"; then
  echo "This Python cannot make a virtual environment. On Debian or Ubuntu: apt-get install python3-venv" >&2
  exit 2
fi
"$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-deps \
  --require-hashes --only-binary :all: -r requirements.lock
# The package itself, from this folder: nothing is fetched and nothing is isolated.
"$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-input --no-deps \
  --no-build-isolation --no-index -e .
# JupyterLab asks nobody's server for news or updates.
mkdir -p "$venv/share/jupyter/lab/settings"
echo '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}' \
  > "$venv/share/jupyter/lab/settings/overrides.json"
cat requirements.lock pyproject.toml > "$stamp"

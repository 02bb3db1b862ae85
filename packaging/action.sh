#!/usr/bin/env bash
# The script of action.yml: finds or installs the program, checks the files, and writes annotations, a job summary and a
# SARIF file. Inputs are in the variables INPUT_…; packaging/test_action.py runs it as a runner does.
set -euo pipefail

work="$(mktemp -d "${RUNNER_TEMP:-/tmp}/dockwright.XXXXXX")"
is_set() { [[ "${1:-}" == true ]]; }
fail() { echo "::error title=dockwright::$1"; exit 2; }

# The program: one on PATH, or the release that the action was called with, or this checkout.
install() {
  command -v dockwright > /dev/null && return
  local system arch suffix="" base="${GITHUB_SERVER_URL:-}/${GITHUB_ACTION_REPOSITORY:-}/releases/download/${GITHUB_ACTION_REF:-}"
  case "${RUNNER_OS:-Linux}" in Linux) system=linux ;; macOS) system=macos ;; Windows) system=windows suffix=.exe ;; esac
  case "${RUNNER_ARCH:-X64}" in X64) arch=x86_64 ;; ARM64) arch=arm64 ;; *) arch=unknown ;; esac
  local name="dockwright-$system-$arch$suffix"
  mkdir -p "$work/bin"
  if [[ "${GITHUB_ACTION_REF:-}" == v* ]] && curl -fsSL -o "$work/bin/dockwright$suffix" "$base/$name" &&
    curl -fsSL -o "$work/sha256.txt" "$base/sha256.txt"; then
    local expected actual
    expected="$(awk -v name="$name" '$2 == name { print $1 }' "$work/sha256.txt")"
    actual="$( (sha256sum "$work/bin/dockwright$suffix" 2> /dev/null || shasum -a 256 "$work/bin/dockwright$suffix") | cut -d ' ' -f 1)"
    [[ -n "$expected" && "$expected" == "$actual" ]] || fail "the checksum of $name is wrong"
    chmod +x "$work/bin/dockwright$suffix"
  elif command -v cargo > /dev/null; then
    echo "::group::Build dockwright"
    cargo install --quiet --locked --path "$ACTION_PATH" --root "$work"
    echo "::endgroup::"
  else
    fail "no release for ${GITHUB_ACTION_REF:-this version} on ${RUNNER_OS:-Linux}, and no Rust toolchain to build it; add a step that installs dockwright"
  fi
  export PATH="$work/bin:$PATH"
}

# A report without color, for files and outputs.
plain() { sed $'s/\x1b\\[[0-9;]*m//g' "$1"; }

# Items of a list, separated by commas or lines, as a TOML array.
list() {
  local item out=""
  while IFS= read -r item; do
    item="${item#"${item%%[![:space:]]*}"}"; item="${item%"${item##*[![:space:]]}"}"
    [[ -z "$item" ]] || out+="${out:+, }\"${item//\"/}\""
  done < <(tr ',' '\n' <<< "$1")
  printf '[%s]' "$out"
}

# A checkout of this action inside the repository, as for `uses: ./dockwright`, is not checked.
own=""
if [[ -n "${ACTION_PATH:-}" ]]; then
  here="$(pwd -P)"
  own="$(cd "$ACTION_PATH" && pwd -P)"
  if [[ "$own" == "$here"/* ]]; then own="${own#"$here"/}"; else own=""; fi
fi

# The files to check.
paths=()
pattern="${INPUT_DOCKERFILE:-Dockerfile}"
if ! is_set "${INPUT_RECURSIVE:-}"; then
  # As in a shell, the pattern may stand for several files.
  while IFS= read -r path; do paths+=("$path"); done < <(compgen -G "$pattern" || echo "$pattern")
elif [[ "$pattern" == Dockerfile ]]; then
  paths=(.)
else
  pruned=(-path ./.git)
  [[ -z "$own" ]] || pruned+=(-o -path "./$own")
  while IFS= read -r path; do paths+=("${path#./}"); done < <(find . \( "${pruned[@]}" \) -prune -o -type f -name "${pattern##*/}" -print | sort)
  [[ ${#paths[@]} -gt 0 ]] || fail "no file matches $pattern"
fi

# Settings without an option go into a configuration that extends the user's.
settings=()
overrides="${INPUT_OVERRIDE_ERROR:-}${INPUT_OVERRIDE_WARNING:-}${INPUT_OVERRIDE_INFO:-}${INPUT_OVERRIDE_STYLE:-}${INPUT_TRUSTED_REGISTRIES:-}"
config="${INPUT_CONFIG:-}"
if [[ -n "$overrides" ]]; then
  if [[ -z "$config" ]]; then
    for name in dockwright.toml .dockwright.toml .hadolint.yaml .hadolint.yml; do
      [[ ! -f "$name" ]] || { config="$name"; break; }
    done
  fi
  {
    [[ -z "$config" ]] || echo "extend = '$(cd "$(dirname "$config")" && pwd)/$(basename "$config")'"
    echo "[rules]"
    [[ -z "${INPUT_TRUSTED_REGISTRIES:-}" ]] || echo "trusted-registries = $(list "$INPUT_TRUSTED_REGISTRIES")"
    echo "extend-select = $(list "${INPUT_OVERRIDE_ERROR:-},${INPUT_OVERRIDE_WARNING:-},${INPUT_OVERRIDE_INFO:-},${INPUT_OVERRIDE_STYLE:-}")"
    echo "[rules.severity]"
    # The worst severity counts if a rule is named twice.
    seen=","
    for severity in error warning info style; do
      name="INPUT_OVERRIDE_$(tr '[:lower:]' '[:upper:]' <<< "$severity")"
      for rule in $(tr ',' ' ' <<< "${!name:-}"); do
        [[ "$seen" == *",$rule,"* ]] || echo "\"$rule\" = \"$severity\""
        seen+="$rule,"
      done
    done
  } > "$work/dockwright.toml"
  config="$work/dockwright.toml"
fi
[[ -z "$config" ]] || settings+=(--config "$config")
[[ -z "$own" ]] || settings+=(--exclude "$own")
[[ -z "${INPUT_IGNORE:-}" ]] || settings+=(--ignore "$(tr -d ' ' <<< "$INPUT_IGNORE" | tr '\n' ',' | sed 's/,*$//')")
! is_set "${INPUT_VERBOSE:-}" || settings+=(--verbose)

options=()
threshold="${INPUT_FAILURE_THRESHOLD:-}"
case "$threshold" in
  "") ;;
  ignore | none) options+=(--fail-on style) ;;
  *) options+=(--fail-on "$threshold") ;;
esac
[[ -z "${INPUT_SINCE:-}" ]] || options+=(--since "$INPUT_SINCE")
format="${INPUT_FORMAT:-}"
case "$format" in tty) format=concise ;; gitlab_codeclimate) format=gitlab ;; esac
[[ -z "$format" || "$format" == codacy ]] || options+=(--format "$format=$work/report")

install
color=always
! is_set "${INPUT_NO_COLOR:-}" || color=never
summary="${GITHUB_STEP_SUMMARY:-/dev/null}"
exit=0
# The worst exit status counts; all reports are still printed.
raise() { [[ "$1" -le "$exit" ]] || exit="$1"; }

if is_set "${INPUT_FIX:-}"; then
  # Only known options: the fixes do not depend on what is reported.
  dockwright check --fix-only "${settings[@]+"${settings[@]}"}" "${paths[@]}" || [[ $? -eq 1 ]] || raise 2
fi

dockwright check "${settings[@]+"${settings[@]}"}" "${options[@]+"${options[@]}"}" --color "$color" \
  --format "full=$work/text" --format "github=$work/annotations" --format "markdown=$work/summary" \
  --format "concise=$work/results" --format "sarif=$work/dockwright.sarif" "${paths[@]}" || raise $?
# Wrong arguments end the command before it writes reports.
[[ -f "$work/results" ]] || exit "$exit"

if [[ "$format" == codacy ]]; then
  # hadolint searches no directories.
  files=()
  while IFS= read -r path; do files+=("$path"); done < <(dockwright check --show-files --quiet "${settings[@]+"${settings[@]}"}" "${paths[@]}" 2> /dev/null)
  : > "$work/report"
  [[ ${#files[@]} -eq 0 ]] || dockwright hadolint --no-fail --format codacy "${files[@]}" > "$work/report" || raise 2
fi
if [[ -n "$format" ]]; then
  if [[ -n "${INPUT_OUTPUT_FILE:-}" ]]; then plain "$work/report" > "$INPUT_OUTPUT_FILE"; else cat "$work/report"; fi
else
  if [[ -n "${INPUT_OUTPUT_FILE:-}" ]]; then plain "$work/results" > "$INPUT_OUTPUT_FILE"; fi
  cat "$work/text"
fi
cat "$work/annotations"

cat "$work/summary" >> "$summary"
if is_set "${INPUT_OPTIMIZE:-}"; then
  cost=()
  [[ -z "${INPUT_SINCE:-}" ]] || cost+=(--since "$INPUT_SINCE")
  [[ -z "$config" ]] || cost+=(--config "$config")
  [[ -z "$own" ]] || cost+=(--exclude "$own")
  dockwright optimize "${cost[@]+"${cost[@]}"}" --format markdown --output-file "$work/optimize" "${paths[@]}" || raise $?
  [[ ! -f "$work/optimize" ]] || { echo; cat "$work/optimize"; } >> "$summary"
fi

if [[ -n "${GITHUB_OUTPUT:-}" ]]; then
  end="end-$RANDOM$RANDOM"
  { echo "results<<$end"; plain "$work/results"; echo "$end"; echo "sarif-file=$work/dockwright.sarif"; } >> "$GITHUB_OUTPUT"
fi
if [[ $exit -eq 1 ]] && is_set "${INPUT_NO_FAIL:-}"; then exit=0; fi
exit $exit

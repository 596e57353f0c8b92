# The environment of dondoc: Python, the wheel, the dependencies; sourced by deploy/install.sh.
# shellcheck shell=bash
#
# Each version stands in a directory of its own below /opt/dondoc/versions, named by a digest of
# what it is made of. `current` leads to the one in use; that link alone is turned by an upgrade.

# can_make_environments tells whether PYTHON has venv and pip for it.
can_make_environments() {
    [[ -n $PYTHON ]] && "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null
}

# need_python sets PYTHON, and installs what Debian has apart from it.
need_python() {
    look_for_python
    if can_make_environments; then
        return
    fi
    if [[ -z $PYTHON ]] && command -v python3 >/dev/null; then
        fail "dondoc needs Python 3.11 or later, and this is $(python3 --version): Debian 12 and later have it."
    fi
    if ((DRY)); then
        act "install Debian's python3 and python3-venv" true
        PYTHON=
    elif [[ -n $PREFIX ]]; then
        fail "Python 3.11 or later with venv is missing. As root, run: apt-get install python3-venv"
    else
        CHANGES=$((CHANGES + 1))
        install_debian "Python cannot make virtual environments." python3 python3-venv
        look_for_python
        can_make_environments ||
            fail "Python 3.11 or later with venv is missing, and Debian's packages did not bring it: install it and run this again."
    fi
}

# name_environment sets ENVIRONMENT to the directory of what is to be installed: another one for
# other code, other dependencies or another Python.
name_environment() {
    local digest
    digest=$({
        digest_of_code
        cat "$REQUIREMENTS"
        [[ -z $PYTHON ]] || "$PYTHON" -c 'import sys; print(sys.version)'
    } | sha256sum | cut -c 1-12)
    ENVIRONMENT=$OPT/versions/$digest
}

# digest_of_code tells one state of dondoc from another: of a wheel by what is in it, since the
# file differs with the time of its making.
digest_of_code() {
    if [[ -z $WHEEL ]]; then
        digest_of_package
    elif [[ -n $PYTHON ]]; then
        "$PYTHON" - "$WHEEL" <<'PYTHON' || fail "$WHEEL cannot be read as a wheel: fetch or build it again."
import sys, zipfile
try:
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        if broken := wheel.testzip():
            sys.exit(f"{broken} is damaged")
        record = next(name for name in wheel.namelist() if name.endswith(".dist-info/RECORD"))
        if not record.startswith("dondoc-"):
            sys.exit("not a wheel of dondoc")
        print("\n".join(sorted(wheel.read(record).decode().splitlines())))
except (OSError, zipfile.BadZipFile, StopIteration):
    sys.exit(1)
PYTHON
    fi
}

# is_whole tells whether ENVIRONMENT was made to its end.
is_whole() { [[ -f $ENVIRONMENT/complete && -x $ENVIRONMENT/bin/python ]]; }

# make_environment makes ENVIRONMENT beside what is in use, which it leaves alone.
make_environment() {
    local pip=(env PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 "$ENVIRONMENT/bin/python" -m pip)
    if is_whole; then
        return
    fi
    [[ ! -e $ENVIRONMENT ]] || act "remove what an earlier run left unfinished in $ENVIRONMENT" rm -rf "$ENVIRONMENT"
    UNFINISHED=$ENVIRONMENT
    [[ -n $WHEEL ]] || build_wheel
    act "make an environment in $ENVIRONMENT" "$PYTHON" -m venv "$ENVIRONMENT"
    act_at_length "install the dependencies, each by its hash" \
        "${pip[@]}" install --require-hashes --only-binary :all: -r "$REQUIREMENTS"
    act "install dondoc from $(basename -- "$WHEEL")" "${pip[@]}" install --no-index --no-deps "$WHEEL"
    act "see that they fit" "${pip[@]}" check
    act "keep the units of this version beside it" keep_units "$ENVIRONMENT/units"
    act "mark it as whole" touch "$ENVIRONMENT/complete"
    UNFINISHED=
}

# build_wheel makes a wheel of the checkout, without a file in the checkout, and sets WHEEL.
build_wheel() {
    local tools=$WORK/tools source=$WORK/source
    act "copy the checkout to build a wheel of it" copy_checkout "$source"
    act "make an environment to build it in" "$PYTHON" -m venv "$tools"
    act_at_length "install what builds it, by its hash" env PIP_DISABLE_PIP_VERSION_CHECK=1 \
        "$tools/bin/python" -m pip install --require-hashes --only-binary :all: -r "$BUILD_REQUIREMENTS"
    act_at_length "build the wheel" env PIP_DISABLE_PIP_VERSION_CHECK=1 "$tools/bin/python" -m pip \
        wheel --no-index --no-build-isolation --no-deps --wheel-dir "$WORK/wheel" "$source"
    WHEEL=$(compgen -G "$WORK/wheel/dondoc-*.whl" || echo "the wheel of this checkout")
}

# copy_checkout DIRECTORY copies what a wheel is built of.
copy_checkout() {
    mkdir "$1" && tar -C "$ROOT" --exclude='./.*' --exclude=./build --exclude=./tests \
        --exclude='*.egg-info' --exclude=__pycache__ -cf - . | tar -C "$1" -xf -
}

# version_of ENVIRONMENT prints the version of dondoc in it.
version_of() {
    "$1/bin/dondoc" --version 2>/dev/null | sed 's/.*version //' || true
}

# .setup.sh: gets what Sockrates needs and builds it.  Sourced by sockrates, tests/run and tests/bench/run, which
# set $root first.  Everything it says goes to standard error.  POSIX sh.
#
#     setup_packages PURPOSE PACKAGE...   installs what is missing, with apt; asks dpkg first, which is quick
#     setup_build PRESET                  configures when needed, builds what changed; silent when nothing did
#
# A package is a Debian name; COMMAND:PACKAGE is fine already when the command is found, whoever installed it.

packages_to_run='gcc libc6-dev cmake ninja-build pkg-config
    liblua5.4-dev libreadline-dev libncurses-dev libcmark-dev libsqlite3-dev libjansson-dev libyaml-dev
    libutf8proc-dev libmicrohttpd-dev libdw-dev libmd-dev libzmq3-dev libsodium-dev libarchive-dev'

packages_to_test='libcmocka-dev clang-format lua5.4 cmark mandoc python3 python3-pexpect python3-pyte python3-yaml
    python3-zmq python3-nbclient jupyter-console python3-jupyter-kernel-test python3-jupyter-server jupyterhub
    clang libclang-rt-dev valgrind strace tmux zsh iproute2 iputils-ping netcat-openbsd procps openssl curl tshark
    node:nodejs npm:npm chromium'

packages_to_bench='lua5.4 luajit lua-socket cmark valgrind strace python3 time util-linux'

say() {
    printf '%s\n' "$*" >&2
}

# Prints those of the packages that are not there.
missing_packages() {
    names=
    for package; do
        case $package in
        *:*) command -v "${package%%:*}" >/dev/null || names="$names ${package#*:}" ;;
        *) names="$names $package" ;;
        esac
    done
    [ -n "$names" ] || return 0
    # shellcheck disable=SC2086
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' $names 2>/dev/null)
    for name in $names; do
        case "
$installed
" in
        *"
installed $name
"*) ;;
        *) printf ' %s' "$name" ;;
        esac
    done
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# Debian's package of JupyterHub would begin to serve this machine; the tests start hubs of their own.
mask_hub() {
    case "$1 " in
    *' jupyterhub '*)
        [ ! -d /etc/systemd/system ] || [ -e /etc/systemd/system/jupyterhub.service ] ||
            as_root ln -s /dev/null /etc/systemd/system/jupyterhub.service
        ;;
    esac
}

# Where there is no apt: says what is missing and under which name pkg-config knows it.
check_elsewhere() {
    lacking=
    for tool in cc cmake ninja pkg-config; do
        command -v $tool >/dev/null || lacking="$lacking $tool"
    done
    if command -v pkg-config >/dev/null; then
        pkg-config --exists lua5.4 || pkg-config --exists lua-5.4 || pkg-config --exists lua54 ||
            pkg-config --exists 'lua >= 5.4' || lacking="$lacking lua(5.4)"
        for module in readline ncursesw libcmark sqlite3 jansson yaml-0.1 libutf8proc libmicrohttpd libdw libmd; do
            pkg-config --exists $module || lacking="$lacking $module"
        done
    fi
    [ -n "$lacking" ] || return 0
    say "This is not a Debian system, so nothing is installed for you."
    say "Missing:$lacking"
    say "Sockrates needs a C compiler, CMake 3.25, Ninja and pkg-config, and these libraries with their headers"
    say "(in brackets the name that pkg-config must find): Lua 5.4 (lua5.4), GNU readline (readline),"
    say "ncurses (ncursesw), cmark (libcmark), SQLite 3 (sqlite3), Jansson (jansson), libyaml (yaml-0.1), utf8proc (libutf8proc), libmicrohttpd, elfutils (libdw), libmd."
    say "The kernel of notebooks needs ZeroMQ (libzmq) and sodium (libsodium) too; without them it is left out."
    say "Courses in archives need libarchive; without it they have to be unpacked by hand."
    say "Install them with your package manager, then start again."
    return 1
}

setup_packages() {
    purpose=$1
    shift
    if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
        check_elsewhere
        return
    fi
    missing=$(missing_packages "$@")
    [ -n "$missing" ] || return 0
    say "Sockrates needs these Debian packages $purpose:"
    say " $missing"
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        say "Only root can install them, and sudo is not here. As root, run"
        say "    apt-get install --no-install-recommends$missing"
        say "then start again."
        return 1
    fi
    say "Installing them with apt now."
    # shellcheck disable=SC2086
    as_root apt-get update -q >&2 &&
        mask_hub "$missing" &&
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
            -o DPkg::Lock::Timeout=600 $missing >&2 </dev/null && return 0
    say "apt could not install them; its messages above say why."
    say "Once that is mended, start again. Nothing was built."
    return 1
}

configure() {
    say "Configuring ($1)"
    fresh=
    if [ -e "$root/build/$1/CMakeCache.txt" ]; then
        fresh=--fresh
    fi
    mkdir -p "$root/build/$1"
    log=$root/build/$1/configure.log
    if (cd "$root" && cmake $fresh --preset "$1") >"$log" 2>&1; then
        printf '%s\n' "$root" >"$root/build/$1/.configured"
        return 0
    fi
    cat "$log" >&2
    say "Sockrates could not be configured; the lines above say why. (Is CMake at least 3.25?)"
    return 1
}

# True when this very folder was configured, and its presets did not change since.
configured() {
    stamp=$root/build/$1/.configured
    [ -e "$root/build/$1/build.ninja" ] && [ -e "$stamp" ] || return 1
    [ "$root/CMakePresets.json" -nt "$stamp" ] && return 1
    read -r configured_root <"$stamp"
    [ "$configured_root" = "$root" ]
}

# Turns ninja's lines into one that changes in place (or, without a terminal, into one at all), and passes on
# what the compiler says.  Its last line is "status N", which becomes the status.
follow_build() {
    begun=
    while IFS= read -r line; do
        case $line in
        'status '*) status=${line#status } ;;
        '[0/'* | '-- '* | 'ninja: no work'* | 'ninja: Entering'*) ;;
        '['[0-9]*'/'[0-9]*'] '*)
            steps=${line%%]*}
            if [ -t 2 ]; then
                printf '\r\033[KBuilding Sockrates (%s) %s' "$1" "${steps#?}" >&2
            elif [ -z "$begun" ]; then
                say "Building Sockrates ($1)"
            fi
            begun=yes
            ;;
        *)
            if [ -n "$begun" ] && [ -t 2 ]; then
                printf '\r\033[K' >&2
            fi
            say "$line"
            ;;
        esac
    done
    if [ -n "$begun" ] && [ -t 2 ]; then
        printf '\r\033[K' >&2
    fi
    return "$status"
}

build() {
    {
        ninja -C "$root/build/$1" 2>&1
        echo "status $?"
    } | follow_build "$1"
}

# Two builds of one folder at once would trip over each other, so the second waits (where flock is known).
setup_build() {
    mkdir -p "$root/build"
    (
        ! command -v flock >/dev/null || flock 9
        configured "$1" || configure "$1" || exit
        build "$1"
    ) 9>"$root/build/.lock-$1" && return 0
    say "Sockrates ($1) was not built."
    return 1
}

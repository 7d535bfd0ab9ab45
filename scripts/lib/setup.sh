# shellcheck shell=bash
# What the scripts share: where the project is, what the machine lacks, how it is built.
# To be sourced from a script in scripts/, after `set -euo pipefail`. Everything is said on stderr.

root=$(cd -P -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
me=${0##*/}

say() { printf '%s: %s\n' "$me" "$*" >&2; }
die() { say "$*"; exit 1; }

# ---- The Swift toolchain ---------------------------------------------------------------------

swift_wanted=6.3

# Nothing is cached outside the clone.
swift() { XDG_CACHE_HOME=$root/.build/cache command swift "$@"; }

need_swift() {
  local version
  type -P swift >/dev/null || die "no Swift toolchain found. merc needs Swift $swift_wanted or" \
    "newer: install it as https://www.swift.org/install/linux/ says, and see that 'swift' is on PATH."
  version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p')
  [ -n "$version" ] || die "'swift --version' fails, so the Swift toolchain is not usable; run it to see why."
  [ "$(printf '%s\n' "$swift_wanted" "$version" | sort -V | head -n 1)" = "$swift_wanted" ] \
    || die "Swift $version is too old. merc needs Swift $swift_wanted or newer:" \
      "see https://www.swift.org/install/linux/."
}

# ---- Debian packages ---------------------------------------------------------------------------

have_command() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || [ -x "/sbin/$1" ]; }
have_file() { compgen -G "$1" >/dev/null; }
have_header() {
  have_file "/usr/include/$1" || have_file "/usr/local/include/$1" || have_file "/usr/include/*/$1"
}
have_perl() { perl "-M$1" -e 1 2>/dev/null; }
# Debian's own Python: packages of the system are not seen by another one that comes first on PATH.
have_python() { [ -x /usr/bin/python3 ] && /usr/bin/python3 -c "import $1" 2>/dev/null; }

# Whether what a package brings is there already, from wherever it came.
is_there() {
  case $1 in
    libpcap-dev) have_header pcap/pcap.h ;;
    libzmq3-dev) have_header zmq.h ;;
    zlib1g-dev) have_header zlib.h ;;
    libzstd-dev) have_header zstd.h ;;
    libsqlite3-dev) have_header sqlite3.h ;;
    libc6-dev) have_header stdio.h ;;
    ca-certificates) have_file /etc/ssl/certs/ca-certificates.crt || have_file /etc/pki/tls/certs/* ;;
    binutils) have_command ld ;;
    g++) have_file '/usr/lib/gcc/*/*/libstdc++.so' ;;
    python3) [ -x /usr/bin/python3 ] ;;
    python3-zmq) have_python zmq ;;
    python3-cbor2) have_python cbor2 ;;
    procps) have_command sysctl ;;
    iproute2) have_command ip ;;
    iputils-ping) have_command ping ;;
    iputils-arping) have_command arping ;;
    bind9-dnsutils) have_command dig ;;
    openssh-client) have_command ssh && have_command ssh-keygen ;;
    dnsmasq-base) have_command dnsmasq ;;
    gnutls-bin) have_command gnutls-cli ;;
    python3-*) have_python "${1#python3-}" ;;
    nodejs) have_command node ;;
    dropbear-bin) have_command dropbear && have_command dbclient ;;
    putty-tools) have_command plink ;;
    default-jdk-headless) have_command javac ;;
    libnss3-tools) have_command certutil ;;
    libwww-perl) have_perl LWP::UserAgent ;;
    liblwp-protocol-https-perl) have_perl LWP::Protocol::https ;;
    libnet-ssleay-perl) have_perl Net::SSLeay ;;
    php-cli) have_command php ;;
    php-curl) have_command php && php -r 'exit((int) !extension_loaded("curl"));' ;;
    aria2) have_command aria2c ;;
    nghttp2-client) have_command nghttp ;;
    httpie) have_command http ;;
    isync) have_command mbsync ;;
    ldap-utils) have_command ldapsearch ;;
    subversion) have_command svn ;;
    mercurial) have_command hg ;;
    mosquitto-clients) have_command mosquitto_pub ;;
    knot-dnsutils) have_command kdig ;;
    stun-client) have_command stun ;;
    *) have_command "$1" ;;
  esac
}

# need PACKAGE…: installs those that are missing, or says which they are and ends.
need() {
  local package missing=() become=()
  for package; do is_there "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  command -v apt-get >/dev/null \
    || die "needs what these Debian packages hold; install their equivalents here: ${missing[*]}"
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null \
      || die "some packages are missing; as root, run: apt-get install ${missing[*]}"
    become=(sudo)
    [ -t 2 ] || become+=(-n)
  fi
  say "installing ${missing[*]}"
  apt_install "${become[@]}" || die "could not install them; as root, run:" \
    "apt-get update && apt-get install ${missing[*]}"
  for package in "${missing[@]}"; do
    is_there "$package" || die "installed $package, but what it should bring is still not found."
  done
}

# want PACKAGE…: installs those that are missing, and says which could not be; the caller does without.
want() {
  local package missing=() absent=()
  for package; do is_there "$package" || absent+=("$package"); done
  [ ${#absent[@]} -gt 0 ] || return 0
  say "installing ${absent[*]}"
  missing=("${absent[@]}")
  ! apt_install 2>/dev/null || return 0
  for package in "${absent[@]}"; do
    missing=("$package")
    apt_install 2>/dev/null || say "could not install $package; going on without it."
  done
}

# The lists of a fresh machine are empty or out of date: fetched when installing fails without.
# Uses the caller's `missing`.
apt_install() {
  local install=(env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y
    --no-install-recommends "${missing[@]}") log
  log=$(mktemp)
  if "$@" "${install[@]}" </dev/null >"$log" 2>&1 \
    || { "$@" apt-get update -qq </dev/null >"$log" 2>&1 \
      && "$@" "${install[@]}" </dev/null >"$log" 2>&1; }; then
    rm -f "$log"
  else
    tail -n 5 "$log" >&2
    rm -f "$log"
    return 1
  fi
}

to_build=(libc6-dev g++ binutils git ca-certificates libpcap-dev libzmq3-dev zlib1g-dev
  libzstd-dev libsqlite3-dev)
# shellcheck disable=SC2034
to_test=(python3 python3-zmq python3-cbor2 python3-yaml tcpdump zstd iproute2 tcpreplay)

# ---- Building ----------------------------------------------------------------------------------

release=$root/.build/release
programs=(merc-capture merc-parse merc-analyze merc-sink merc)
stamp=$root/.build/release.stamp

# Whether the release build is as new as everything it is made of.
is_built() {
  [ -e "$stamp" ] && [ -x "$release/merc" ] \
    && [ -z "$(find "$root/Package.swift" "$root/Sources" -newer "$stamp" -print -quit)" ]
}

build_release() {
  need_swift
  need "${to_build[@]}"
  mkdir -p "$root/.build" 2>/dev/null && [ -w "$root/.build" ] \
    || die "cannot write to $root/.build, where merc is built."
  say "building (takes some minutes the first time) …"
  # The time from which on a change has not been built.
  touch "$stamp.new"
  # What users run, without what only tests and measurements need.
  local program
  for program in "${programs[@]}"; do
    swift build -c release --product "$program" --package-path "$root" </dev/null >&2 \
      || die "the build failed; the reasons are above."
  done
  mv "$stamp.new" "$stamp"
}

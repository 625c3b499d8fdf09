#!/bin/sh
# veth.sh SOCKRATES CLIENT.lua WHAT TIMES: the client's round trips over a plain pair of veth interfaces, between two
# network namespaces, without any wire.
exec unshare -Urn sh -c '
set -e
unshare -n sleep 60 &
other=$!
trap "kill \$other \$server 2>/dev/null || :" EXIT
while [ "$(readlink /proc/$other/ns/net)" = "$(readlink /proc/$$/ns/net)" ]; do :; done
ip link add eth0 type veth peer name eth0 netns $other
ip addr add 10.0.0.1/24 dev eth0
ip link set eth0 up
there="nsenter -t $other -n --preserve-credentials"
$there ip addr add 10.0.0.2/24 dev eth0
$there ip link set eth0 up
$there "$0" run "$(dirname "$1")/echo.lua" &
server=$!
"$0" run "$1" "$2" "$3" 10.0.0.2 7777
' "$@"

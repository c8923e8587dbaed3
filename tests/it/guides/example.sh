#!/usr/bin/env bash
# Stands for an example wherever a guide starts one. A command runs to its end. A server takes the place
# of the one before, listens where the test says, and is left in the background once it is ready.

name=$(basename "$0")
for word; do
    case $word in token | user | client | key | --list | --help) exec "$EXAMPLES/$name" "$@" ;; esac
done

if [ -e server.pid ]; then
    kill "$(cat server.pid)"
    while (exec 3<> "/dev/tcp/${LISTEN/://}") 2> /dev/null; do sleep 0.1; done
fi
# What the one before said is gone before the next one starts.
true > server.said
"$EXAMPLES/$name" --listen "$LISTEN" "$@" > server.said 2>> server.log < /dev/null &
echo $! > server.pid
case $name in netbox_server) last=mcpServers ;; *) last=mcpd_ ;; esac
until grep --quiet "$last" server.said; do
    if ! kill -0 $! 2> /dev/null; then
        tail -n 20 server.log >&2
        exit 1
    fi
    sleep 0.1
done

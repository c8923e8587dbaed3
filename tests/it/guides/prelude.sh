# What the shell of a guide begins with. It is that of a user but for this: cargo builds nothing, the
# examples that it would build stand for them (example.sh), and a command that fails is told.

shopt -s expand_aliases
set -E -o pipefail
trap 'failed=yes; echo "failed: $BASH_COMMAND" >&2' ERR

cargo() {
    case "$1 $2 $3" in
        "build --release --example") [ -e "target/release/examples/$4" ] ;;
        "run --release --example")
            local example=$4
            shift 4
            if [ "$1" = -- ]; then shift; fi
            "target/release/examples/$example" "$@"
            ;;
        "xtask "*) "$XTASK" "${@:2}" ;;
        *)
            echo "nothing stands for cargo $*" >&2
            return 1
            ;;
    esac
}

# Runs a block, tells what it said on standard error, and whether one of its commands failed.
block() {
    failed=no
    source ./block.sh < /dev/null 2> block.err
    echo
    echo "$END $failed"
}

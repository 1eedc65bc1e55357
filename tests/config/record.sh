#!/usr/bin/env bash
# Records what a ptp4l says to the cases of cases.txt: record.sh /path/to/ptp4l > recorded/linuxptp-VERSION.txt
# Times of the log become T, the configuration's path FILE, and a usage ends at its first line.
set -u
ptp4l=$1
cases=$(dirname "$0")/cases.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

normalise()
{
	sed -e "s|$work/file|FILE|g" -e 's/\[[0-9]*\.[0-9]*\]:/[T]:/' -e '/^usage:/q' "$work/$1" | sed "s/^/$1: /"
}

run()
{
	[ -n "$name" ] || return
	# shellcheck disable=SC2086 -- words are what arguments are
	(exec -a ptp4l "$ptp4l" ${args//FILE/$work/file}) > "$work/out" 2> "$work/err" < /dev/null
	local status=$?
	echo "= $name"
	echo "exit: $status"
	normalise out
	normalise err
}

name=
while IFS= read -r line; do
	case $line in
	'= '*) run; name=${line#= }; args=; : > "$work/file" ;;
	'args:'*) args=${line#args:} ;;
	'|'*) line=${line#|}; echo "${line# }" >> "$work/file" ;;
	esac
done < "$cases"
run

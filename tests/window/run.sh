#!/bin/bash
# Opens the real window on a virtual display and does the main job in it by keys and a dropped file:
# a document out to the practice gateway, back into the inbox, saved as TIFF.
# usage: run.sh PROGRAM FOLDER      pictures and the saved fax go to FOLDER
# Needs Xvfb, openbox, xdotool, python3-xlib, ImageMagick (import).
set -eu
program=$1 folder=$2 here=$(dirname "$(readlink -f "$0")")
mkdir -p "$folder"
rm -f "$folder/received.tif"
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT

mkfifo "$work/display"
exec 3<>"$work/display"
# Without -noreset the server begins anew whenever its last client goes, and cuts off the next.
Xvfb -noreset -displayfd 3 -screen 0 1400x1000x24 >/dev/null 2>&1 &
read -r number <&3
export DISPLAY=:$number
openbox >/dev/null 2>&1 &

printf 'A letter that comes back.\n' >"$work/letter.txt"
env -u WAYLAND_DISPLAY -u WAYLAND_SOCKET "$program" demo >"$folder/window.log" 2>&1 &
window_process=$!
alive() { kill -0 "$window_process" || { echo "the window ended"; cat "$folder/window.log"; exit 1; }; }
until window=$(xdotool search --onlyvisible --class faxseal 2>/dev/null | tail -1) && [ -n "$window" ]; do alive; sleep 0.2; done
xdotool windowactivate --sync "$window"
picture() { sleep 0.5; import -window "$window" "$folder/$1.png"; }

"$here/drop.py" "$window" "$work/letter.txt"
picture dropped
xdotool mousemove --window "$window" 370 118 click 1
xdotool type '+14155550100'
xdotool key Return
picture ready
xdotool key ctrl+Return
picture queued
xdotool key ctrl+2
# The fax is saved as soon as it is there; until then the keys do nothing.
until [ -s "$folder/received.tif" ]; do
  alive
  sleep 2
  xdotool key ctrl+s
  sleep 1
  xdotool key ctrl+a
  xdotool type "$folder/received.tif"
  xdotool key Return
done
picture received
xdotool key ctrl+6
picture security
xdotool key ctrl+3
picture sent
xdotool key alt+F4
wait "$window_process"
echo "the window did the main job; pictures in $folder"

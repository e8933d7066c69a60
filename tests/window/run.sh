#!/bin/bash
# Opens the real window on a virtual display and does the main job in it by keys and a dropped file:
# a document out to the practice gateway, back into the inbox, saved as TIFF.
# usage: run.sh PROGRAM FOLDER      pictures and the saved fax go to FOLDER
set -eu
program=$1 folder=$2
. "$(dirname "$(readlink -f "$0")")/begin.sh"
rm -f "$folder/received.tif"

printf 'A letter that comes back.\n' >"$work/letter.txt"
open_window demo
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

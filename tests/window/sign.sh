#!/bin/bash
# Signs a form in the real window with a pen, as a hand does it, sends it to the practice gateway, and looks that it came
# back with ink: on a virtual display, by xdotool.
# usage: sign.sh PROGRAM FOLDER      pictures and the saved fax go to FOLDER
set -eu
program=$1 folder=$2
. "$(dirname "$(readlink -f "$0")")/begin.sh"
rm -f "$folder/signed.tif"

{ printf 'CONSENT\n\nI agree.\n'; for _ in $(seq 20); do echo; done; printf '%0.s_' $(seq 60); echo; echo Signature; } >"$work/form.txt"
export FAXSEAL_THEME=${THEME:-light}
open_window demo
xdotool windowsize --sync "$window" 1280 820
picture() { sleep "${2:-0.7}"; import -window "$window" "$folder/$1.png"; }
at() { xdotool mousemove --window "$window" "$1" "$2"; }

"$here/drop.py" "$window" "$work/form.txt"
at 370 118; xdotool click 1; xdotool type '+14155550100'; xdotool key Return
picture form 3
# Sign: there is no signature yet, so one is made. The dialog stands in the middle of the window.
at 588 87; xdotool click 1
picture dialog 1
at 470 430; xdotool mousedown 1
python3 -c '
import math
for n in range(160):
    part = n / 159
    print(round(470 + 330 * part), round(400 - 60 * math.sin(part * 19) * (1 - 0.6 * part)))
' | while read -r x y; do xdotool mousemove --window "$window" "$x" "$y"; sleep 0.006; done
xdotool mouseup 1
picture drawn 1.5
at 862 605; xdotool click 1
sleep 1.5
picture armed
# The line to sign on is below the middle of the page.
at 860 470; xdotool click 1
picture placed 2
# It is dragged up and down again, and a key moves it.
at 860 460; xdotool mousedown 1
for step in $(seq 10); do at 860 $((460 - step * 8)); sleep 0.03; done
picture dragging
# What lies beneath shows as long as it is held: nothing goes out without it. If it did, it would come back without ink.
xdotool key ctrl+Return
xdotool mouseup 1
xdotool key ctrl+z
picture undone 1.5
xdotool key ctrl+Return
sleep 9
xdotool key ctrl+2
until [ -s "$folder/signed.tif" ]; do
  alive
  sleep 2
  xdotool key ctrl+s
  sleep 1
  xdotool key ctrl+a
  xdotool type "$folder/signed.tif"
  xdotool key Return
done
picture received
xdotool key alt+F4
wait "$window_process"
"$program" render "$work/form.txt" -o "$work/plain.tif" >/dev/null
cmp -s "$work/plain.tif" "$folder/signed.tif" && { echo "the fax came back without ink"; exit 1; }
echo "a form was signed by hand; pictures in $folder"
